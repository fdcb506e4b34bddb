package dev.tributary.core.request;

import reactor.core.publisher.Mono;

/** Runs work whose result no caller waits for. When its queue is full, work is dropped and the drop is logged. */
@FunctionalInterface
public interface BackgroundExecutor {

    /**
     * Runs the work later, for at most the deadline of an operation.
     *
     * @param what the name of the work in logs, with the transaction that it belongs to
     * @param bytes memory that the work holds until it has ended, in bytes
     */
    void execute(String what, int bytes, Mono<?> work);
}
