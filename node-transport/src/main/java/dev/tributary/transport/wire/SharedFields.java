package dev.tributary.transport.wire;

import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the parts that several kinds of message have in common. */
final class SharedFields {

    private SharedFields() {}

    /** Writes the kind and the transaction id, with which each message begins. */
    static FieldWriter begin(MessageKind kind, PeerMessage message, FieldWriter out) {
        out.put8(kind.number());
        out.put64(message.tx().high());
        out.put64(message.tx().low());
        return out;
    }

    /** Writes the code, the parameters and a state of the contract. */
    static FieldWriter contract(FieldWriter out, Contract contract, State state) {
        return out.bytes(Field.CODE, within(Field.CODE, contract.code().bytes(), WireLimits.CODE))
                .bytes(
                        Field.PARAMETERS,
                        within(Field.PARAMETERS, contract.parameters().bytes(), WireLimits.PARAMETERS))
                .bytes(Field.STATE, within(Field.STATE, state.bytes(), WireLimits.STATE));
    }

    /** Writes the summary if there is one. */
    static FieldWriter summary(@Nullable StateSummary summary, FieldWriter out) {
        return summary == null
                ? out
                : out.bytes(Field.SUMMARY, within(Field.SUMMARY, summary.bytes(), WireLimits.SUMMARY));
    }

    /** Returns the changes; throws if they are larger than a state may be. */
    static List<StateChange> within(List<StateChange> changes) {
        long bytes = changes.stream().mapToLong(StateChange::size).sum();
        if (bytes > WireLimits.STATE) {
            throw new PayloadTooLargeException(Field.CHANGES.label(), bytes, WireLimits.STATE);
        }
        return changes;
    }

    private static Bytes within(Field field, Bytes bytes, int limit) {
        if (bytes.size() > limit) {
            throw new PayloadTooLargeException(field.label(), bytes.size(), limit);
        }
        return bytes;
    }
}
