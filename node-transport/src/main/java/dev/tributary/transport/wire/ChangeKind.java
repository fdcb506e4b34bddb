package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import java.util.Arrays;
import java.util.List;

/** The kinds of state changes, with their number on the wire and their number of parts. */
enum ChangeKind {
    FULL(1, 1),
    DELTA(2, 1),
    FULL_AND_DELTA(3, 2);

    private final int number;
    private final int count;

    ChangeKind(int number, int count) {
        this.number = number;
        this.count = count;
    }

    static ChangeKind of(StateChange change) {
        if (change instanceof StateChange.Full) {
            return FULL;
        }
        return change instanceof StateChange.Delta ? DELTA : FULL_AND_DELTA;
    }

    /**
     * Returns the kind with this number; throws {@link ProtocolException} if unknown, since it could not be skipped.
     */
    static ChangeKind ofNumber(int number) {
        return Arrays.stream(values())
                .filter(kind -> kind.number == number)
                .findFirst()
                .orElseThrow(() -> new ProtocolException("a change must be of kind 1..3, not " + number));
    }

    /** Returns the encoded size of the change in bytes. */
    static long encodedSize(StateChange change) {
        return 1 + (long) Integer.BYTES * of(change).count + change.size();
    }

    int number() {
        return number;
    }

    /** Returns the number of parts. */
    int count() {
        return count;
    }

    /** Returns the parts of the change: the state before the delta. */
    List<Bytes> parts(StateChange change) {
        if (change instanceof StateChange.Full full) {
            return List.of(full.state().bytes());
        } else if (change instanceof StateChange.Delta delta) {
            return List.of(delta.delta().bytes());
        }
        StateChange.FullAndDelta both = (StateChange.FullAndDelta) change;
        return List.of(both.state().bytes(), both.delta().bytes());
    }

    /** Creates the change from its parts. */
    StateChange change(List<Bytes> parts) {
        return switch (this) {
            case FULL -> new StateChange.Full(new State(parts.get(0)));
            case DELTA -> new StateChange.Delta(new StateDelta(parts.get(0)));
            case FULL_AND_DELTA -> new StateChange.FullAndDelta(new State(parts.get(0)), new StateDelta(parts.get(1)));
        };
    }
}
