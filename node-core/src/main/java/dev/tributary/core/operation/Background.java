package dev.tributary.core.operation;

import reactor.core.publisher.Mono;

/** Takes work for which nobody waits. It may be dropped when there is too much of it, which is counted. */
@FunctionalInterface
public interface Background {

    /** Runs the work some time later. */
    void later(String what, Mono<?> work);
}
