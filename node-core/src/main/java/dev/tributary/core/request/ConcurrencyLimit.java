package dev.tributary.core.request;

import dev.tributary.core.error.NodeBusyException;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** Limits how many operations run at once and refuses the rest. Completion, error and cancellation release the slot. */
public final class ConcurrencyLimit {

    private final String what;
    private final int limit;
    private final AtomicInteger running = new AtomicInteger();

    /**
     * Creates a limit with all slots free.
     *
     * @param what what is limited, named in the error
     * @param limit maximum number of slots in use at once, 1 or more
     */
    public ConcurrencyLimit(String what, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit of " + what + " must be 1 or more, not " + limit);
        }
        this.what = what;
        this.limit = limit;
    }

    /**
     * Runs the operation in one slot, or errors with {@link NodeBusyException} at once if no slot is free. The slot is
     * released before the outcome is emitted.
     */
    public <T> Mono<T> admit(Mono<T> operation) {
        return admit(1, operation);
    }

    /** As {@link #admit(Mono)}, in {@code weight} slots; an operation heavier than the limit takes all slots. */
    public <T> Mono<T> admit(int weight, Mono<T> operation) {
        int slots = Math.min(weight, limit);
        return Mono.using(() -> acquire(slots), taken -> operation, taken -> running.addAndGet(-taken));
    }

    private int acquire(int slots) {
        int before = running.getAndUpdate(taken -> taken <= limit - slots ? taken + slots : taken);
        if (before > limit - slots) {
            throw new NodeBusyException(what, limit);
        }
        return slots;
    }

    /** Number of slots in use. */
    public int running() {
        return running.get();
    }

    public int limit() {
        return limit;
    }
}
