package dev.tributary.core.request;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.value.PeerId;
import reactor.core.publisher.Mono;

/** Limits the bytes of the work of each peer, and of all together, and refuses the rest. Thread-safe. */
public final class MemoryLimit {

    private final MemoryBudget budget;

    public MemoryLimit(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * Runs the work while this many bytes count for the peer, or errors with {@link NodeBusyException} at once. Work
     * that is heavier than the share of a peer takes all of that share. The bytes are returned before the outcome is
     * emitted.
     */
    public <T> Mono<T> admit(PeerId peer, long bytes, Mono<T> work) {
        long counted = Math.min(bytes, budget.perOwner());
        return counted < 1
                ? work
                : Mono.using(() -> acquire(peer, counted), taken -> work, taken -> budget.release(peer, taken));
    }

    private long acquire(PeerId peer, long bytes) {
        if (!budget.tryAcquire(peer, bytes)) {
            throw new NodeBusyException(
                    "bytes of one peer's " + budget.name() + ", or " + budget.total() + " of all peers'",
                    (int) Math.min(Integer.MAX_VALUE, budget.perOwner()));
        }
        return bytes;
    }

    public MemoryBudget budget() {
        return budget;
    }
}
