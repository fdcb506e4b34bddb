package dev.tributary.core.request;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.limit.Permits;
import reactor.core.publisher.Mono;

/** Limits how many operations run at once and refuses the rest. Completion, error and cancellation release the slot. */
public final class ConcurrencyLimit {

    private final String what;
    private final Permits slots;

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
        this.slots = new Permits(limit);
    }

    /** Creates a limit of these permits. */
    public ConcurrencyLimit(String what, Permits slots) {
        this.what = what;
        this.slots = slots;
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
        return Mono.using(() -> acquire(Math.min(weight, slots.limit())), taken -> operation, slots::release);
    }

    private long acquire(long count) {
        if (!slots.tryAcquire(count)) {
            throw new NodeBusyException(what, limit());
        }
        return count;
    }

    /** Number of slots in use. */
    public int running() {
        return (int) slots.used();
    }

    public int limit() {
        return (int) slots.limit();
    }
}
