package dev.tributary.core.subscription;

import dev.tributary.core.limit.Permits;
import dev.tributary.core.value.ContractUpdate;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The states of one contract that its subscribers are still to get: those that are not offered yet, and the one that was
 * offered and waits for subscribers without demand. All count in the memory of all contracts' subscribers. Guarded by
 * the lock of {@link ContractSubscribers}.
 */
final class QueuedStates {

    /** Maximum number of queued states: holds a burst, and keeps subscribers recent. */
    private static final int MAX_QUEUED = 16;

    /** Maximum size of the queued states together, in bytes; the latest state is kept even if it is larger. */
    private static final long MAX_QUEUED_BYTES = 1 << 20;

    private final Permits memory;
    private final Deque<NumberedUpdate> queue = new ArrayDeque<>();
    private @Nullable NumberedUpdate waiting;
    private long bytes;

    QueuedStates(Permits memory) {
        this.memory = memory;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Queues a state; older ones are dropped for it. Returns false if there is no room even then. */
    boolean add(long number, ContractUpdate update) {
        NumberedUpdate added = NumberedUpdate.tryHold(number, update, memory);
        while (added == null && !queue.isEmpty()) {
            dropOldest();
            added = NumberedUpdate.tryHold(number, update, memory);
        }
        if (added == null) {
            return false;
        }
        queue.add(added);
        bytes += added.bytes();
        while (queue.size() > 1 && (queue.size() > MAX_QUEUED || bytes > MAX_QUEUED_BYTES)) {
            dropOldest();
        }
        return true;
    }

    private void dropOldest() {
        NumberedUpdate oldest = queue.remove();
        bytes -= oldest.bytes();
        oldest.drop();
    }

    /** Takes the oldest state, or null. */
    @Nullable
    NumberedUpdate poll() {
        NumberedUpdate oldest = queue.poll();
        bytes -= oldest == null ? 0 : oldest.bytes();
        return oldest;
    }

    /** The state with this number for new subscribers: the one that waits, or a new one; null if there is no room. */
    @Nullable
    NumberedUpdate first(long number, ContractUpdate update) {
        NumberedUpdate known = waiting;
        return known != null && known.number() == number ? known : NumberedUpdate.tryHold(number, update, memory);
    }

    /**
     * A state was offered to all that are to get it.
     *
     * @param waits whether a subscriber without demand has it in its sink: then it takes the place of the one before
     */
    void onOffered(NumberedUpdate state, boolean waits) {
        if (state.equals(waiting)) {
            return;
        }
        if (waiting != null) {
            waiting.drop();
            waiting = null;
        }
        if (waits && StateMemory.mayWait(memory)) {
            waiting = state;
        } else {
            state.drop();
        }
    }

    /** Leaves the state that waits to the subscribers, which are ended. */
    void releaseWaiting() {
        if (waiting != null) {
            waiting.stopCounting();
            waiting = null;
        }
    }

    /** Drops all states. */
    void clear() {
        releaseWaiting();
        while (!queue.isEmpty()) {
            dropOldest();
        }
    }
}
