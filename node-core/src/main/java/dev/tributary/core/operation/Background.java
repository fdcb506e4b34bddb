package dev.tributary.core.operation;

import reactor.core.publisher.Mono;

/** Takes work for which nobody waits. It may be dropped when there is too much of it, which is logged. */
@FunctionalInterface
public interface Background {

    /**
     * Runs the work some time later, for no longer than an operation may take.
     *
     * @param what its name in logs, with the transaction that leaves it
     * @param bytes how much memory it holds until then
     */
    void later(String what, int bytes, Mono<?> work);
}
