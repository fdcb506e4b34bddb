package dev.tributary.core.operation;

import dev.tributary.core.error.NodeBusyException;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** Lets a bounded number of operations run at once and refuses the rest; a slot returns on every ending. */
public final class Admission {

    private final String what;
    private final int limit;
    private final AtomicInteger running = new AtomicInteger();

    /**
     * An admission with all its slots free.
     *
     * @param what what is admitted, for the refusal
     * @param limit how many at once, 1 or more
     */
    public Admission(String what, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit of " + what + " must be 1 or more, not " + limit);
        }
        this.what = what;
        this.limit = limit;
    }

    /**
     * Runs the operation in a slot, or errors with {@link NodeBusyException} at once if there is none. The slot is free
     * again before the outcome is told.
     */
    public <T> Mono<T> admit(Mono<T> operation) {
        return admit(1, operation);
    }

    /** As {@link #admit(Mono)}, in as many slots as the operation weighs; one that weighs more than all runs alone. */
    public <T> Mono<T> admit(int weight, Mono<T> operation) {
        int slots = Math.min(weight, limit);
        return Mono.using(() -> enter(slots), taken -> operation, taken -> running.addAndGet(-taken));
    }

    private int enter(int slots) {
        int before = running.getAndUpdate(taken -> taken <= limit - slots ? taken + slots : taken);
        if (before > limit - slots) {
            throw new NodeBusyException(what, limit);
        }
        return slots;
    }

    /** How many are running. */
    public int running() {
        return running.get();
    }

    public int limit() {
        return limit;
    }
}
