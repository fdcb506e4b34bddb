package dev.tributary.core.contract.wasm;

import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Encodes the arguments of guest calls in bincode. */
final class GuestArguments {

    private static final int RELATED_STATE_TAG = 3;

    /** Number of bytes that the network's nodes reserve for the id of each related contract. */
    private static final int RELATED_ID_BYTES = 32;

    private GuestArguments() {}

    /** Encodes related contracts as a map from ids to optional states. */
    static GuestInput related(RelatedContracts related) {
        List<Bytes> parts = new ArrayList<>();
        parts.add(number64(related.states().size()));
        related.states().forEach((id, state) -> addRelated(parts, id, state));
        return GuestInput.of(parts.toArray(Bytes[]::new));
    }

    /** Encodes the change, then one entry for each related contract whose state was found. */
    static GuestInput updates(StateChange change, RelatedContracts related) {
        List<Bytes> parts = new ArrayList<>();
        long found =
                related.states().values().stream().filter(Optional::isPresent).count();
        parts.add(number64(1 + found));
        addChange(parts, change);
        related.states()
                .forEach((id, state) -> state.ifPresent(known -> {
                    parts.add(number32(RELATED_STATE_TAG));
                    parts.add(id.bytes());
                    addBytes(parts, known.bytes());
                }));
        return GuestInput.of(parts.toArray(Bytes[]::new));
    }

    /** Number of bytes that the network's nodes reserve for this update. */
    static long updateSize(StateChange change, RelatedContracts related) {
        return change.size()
                + related.states().values().stream()
                        .flatMap(Optional::stream)
                        .mapToLong(state -> (long) state.size() + RELATED_ID_BYTES)
                        .sum();
    }

    private static void addChange(List<Bytes> parts, StateChange change) {
        parts.add(number32(numberOf(change.kind())));
        for (Bytes content : contents(change)) {
            addBytes(parts, content);
        }
    }

    private static int numberOf(StateChange.Kind kind) {
        return switch (kind) {
            case FULL -> 0;
            case DELTA -> 1;
            case FULL_AND_DELTA -> 2;
        };
    }

    private static List<Bytes> contents(StateChange change) {
        return switch (change.kind()) {
            case FULL -> List.of(((StateChange.Full) change).state().bytes());
            case DELTA -> List.of(((StateChange.Delta) change).delta().bytes());
            case FULL_AND_DELTA -> {
                StateChange.FullAndDelta both = (StateChange.FullAndDelta) change;
                yield List.of(both.state().bytes(), both.delta().bytes());
            }
        };
    }

    private static void addRelated(List<Bytes> parts, ContractInstanceId id, Optional<State> state) {
        parts.add(id.bytes());
        parts.add(Bytes.wrap(new byte[] {(byte) (state.isPresent() ? 1 : 0)}));
        state.ifPresent(known -> addBytes(parts, known.bytes()));
    }

    private static void addBytes(List<Bytes> parts, Bytes bytes) {
        parts.add(number64(bytes.size()));
        parts.add(bytes);
    }

    private static Bytes number32(int number) {
        return Bytes.wrap(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array());
    }

    private static Bytes number64(long number) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array());
    }
}
