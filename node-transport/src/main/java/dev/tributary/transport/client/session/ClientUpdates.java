package dev.tributary.transport.client.session;

import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractUpdate;
import java.time.Duration;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * The updates for the subscriptions of one session. Each counts in the memory of all sessions' updates until the client
 * has read it; one that does not fit is dropped, and its contract is subscribed to again after a pause, which yields the
 * state of then. Thread-safe.
 */
final class ClientUpdates {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    /** A client that does not read is disconnected after this time. */
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

    private final Function<ContractInstanceId, Flux<ContractUpdate>> source;
    private final MemoryBudget.Account memory;
    private final Scheduler timer;

    /**
     * Updates of one session.
     *
     * @param source subscribes to a contract: emits its state first
     * @param memory the part of this session
     */
    ClientUpdates(
            Function<ContractInstanceId, Flux<ContractUpdate>> source, MemoryBudget.Account memory, Scheduler timer) {
        this.source = source;
        this.memory = memory;
        this.timer = timer;
    }

    /** An update did not fit. */
    private static final class NoRoomException extends RuntimeException {

        private static final long serialVersionUID = 1;

        NoRoomException() {
            super("the updates of clients have no room", null, false, false);
        }
    }

    /** Emits the contract's states; each counts until {@link #release}. */
    Flux<ContractUpdate> of(ContractInstanceId id) {
        return Flux.defer(() -> isHalfFull() ? Flux.error(new NoRoomException()) : source.apply(id))
                .handle(this::count)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                        .maxBackoff(MAX_PAUSE)
                        .transientErrors(true)
                        .filter(NoRoomException.class::isInstance)
                        .scheduler(timer));
    }

    /** A session that has much to read does not make the node read more. */
    private boolean isHalfFull() {
        return memory.heldByOwner() > memory.budget().perOwner() / 2;
    }

    private void count(ContractUpdate update, SynchronousSink<ContractUpdate> out) {
        if (memory.tryAcquire(sizeOf(update))) {
            out.next(update);
        } else {
            out.error(new NoRoomException());
        }
    }

    /** Returns the memory of an update that was sent, or is not sent. */
    void release(ContractUpdate update) {
        memory.release(sizeOf(update));
    }

    /** Returns all memory: what was not sent is gone. */
    void close() {
        memory.close();
    }

    /** A state that is larger than the share takes all of it. */
    private long sizeOf(ContractUpdate update) {
        return Math.max(1, Math.min(update.state().size(), memory.budget().perOwner()));
    }
}
