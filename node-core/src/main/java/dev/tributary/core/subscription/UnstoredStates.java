package dev.tributary.core.subscription;

import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.State;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The states of one contract that other hosts have and this node cannot keep, as on a full disk, while they are shown to
 * subscribers. Only small ones are kept: what larger ones are is asked of other hosts. Thread-safe.
 */
final class UnstoredStates {

    /** Maximum size of a state that is kept. */
    private static final int MAX_BYTES = 64 << 10;

    /** Maximum number of states that wait. */
    private static final int MAX_WAITING = 8;

    private final Deque<StoredContract> waiting = new ArrayDeque<>();
    private @Nullable State shown;
    private boolean behind;

    /** Adds a state that a change led to. */
    synchronized void add(StoredContract valid) {
        behind = true;
        if (valid.state().size() <= MAX_BYTES && waiting.size() < MAX_WAITING) {
            waiting.add(valid);
        }
    }

    /** Whether other hosts have a state that this node cannot keep, since its last commit. */
    synchronized boolean isBehind() {
        return behind;
    }

    synchronized boolean hasNext() {
        return !waiting.isEmpty();
    }

    /** The next state to show, or null. */
    synchronized @Nullable StoredContract next() {
        return waiting.poll();
    }

    /** The state that was shown last; null if none was, or if it is large. */
    synchronized @Nullable State shown() {
        return shown;
    }

    /** Records that the state is shown; false if this node has stored one meanwhile. */
    synchronized boolean recordShown(State state) {
        shown = behind && state.size() <= MAX_BYTES ? state : null;
        return behind;
    }

    /** Forgets all, since this node has stored a state. */
    synchronized void clear() {
        waiting.clear();
        shown = null;
        behind = false;
    }
}
