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
        return switch (change.kind()) {
            case FULL -> FULL;
            case DELTA -> DELTA;
            case FULL_AND_DELTA -> FULL_AND_DELTA;
        };
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
        return switch (this) {
            case FULL -> List.of(((StateChange.Full) change).state().bytes());
            case DELTA -> List.of(((StateChange.Delta) change).delta().bytes());
            case FULL_AND_DELTA -> {
                StateChange.FullAndDelta both = (StateChange.FullAndDelta) change;
                yield List.of(both.state().bytes(), both.delta().bytes());
            }
        };
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
