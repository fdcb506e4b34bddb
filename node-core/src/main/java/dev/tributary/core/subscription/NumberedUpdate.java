package dev.tributary.core.subscription;

import dev.tributary.core.limit.Permits;
import dev.tributary.core.value.ContractUpdate;
import org.jspecify.annotations.Nullable;

/**
 * A state of the contract with its sequence number among the changes that this node's subscribers get. It waits in the
 * sinks of subscribers without demand, counts in the memory of all subscribers meanwhile, and can be dropped: then they
 * read the state again when they want it. Thread-safe.
 */
final class NumberedUpdate {

    private final long number;
    private final Permits memory;
    private final long bytes;
    private volatile @Nullable ContractUpdate update;
    private boolean counts = true;

    private NumberedUpdate(long number, ContractUpdate update, Permits memory, long bytes) {
        this.number = number;
        this.memory = memory;
        this.bytes = bytes;
        this.update = update;
    }

    /** Takes the memory for the update; null if there is no room for it. */
    static @Nullable NumberedUpdate tryHold(long number, ContractUpdate update, Permits memory) {
        long bytes = StateMemory.counted(update.state().size(), memory);
        return memory.tryAcquire(bytes) ? new NumberedUpdate(number, update, memory, bytes) : null;
    }

    long number() {
        return number;
    }

    /** The update, or null if it was dropped. */
    @Nullable
    ContractUpdate update() {
        return update;
    }

    /** Number of bytes that it counts. */
    long bytes() {
        return bytes;
    }

    /** Returns the memory: subscribers that have not got the update read the state again. */
    synchronized void drop() {
        update = null;
        stopCounting();
    }

    /** Returns the memory, but leaves the update to the subscribers: they get it before the error that ends them. */
    synchronized void stopCounting() {
        if (counts) {
            counts = false;
            memory.release(bytes);
        }
    }
}
