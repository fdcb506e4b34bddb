package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.Connect;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads fields as values of the node, and refuses those out of their range with {@link ProtocolException}. */
final class CheckedFields {

    private final FieldReader fields;

    CheckedFields(FieldReader fields) {
        this.fields = fields;
    }

    HopsToLive hopsToLive() {
        int left = fields.u8(Field.HOPS_TO_LIVE);
        if (left > HopsToLive.MAX) {
            throw new ProtocolException("hops to live must be in 0.." + HopsToLive.MAX + ", not " + left);
        }
        return new HopsToLive(left);
    }

    Visited visited() {
        return new Visited(fields.peers(Field.VISITED, Visited.MAX));
    }

    Duration budget() {
        return positive(Field.BUDGET);
    }

    Duration positive(Field field) {
        int millis = fields.u31(field);
        if (millis == 0) {
            throw new ProtocolException(field.label() + " must be at least 1 ms");
        }
        return Duration.ofMillis(millis);
    }

    int messageSize() {
        int bytes = fields.u31(Field.MESSAGE_SIZE);
        if (bytes == 0 || bytes > WireLimits.LARGE_MESSAGE) {
            throw new ProtocolException("message size must be in 1.." + WireLimits.LARGE_MESSAGE + ", not " + bytes);
        }
        return bytes;
    }

    RingLocation target() {
        double value = Double.longBitsToDouble(fields.u64(Field.TARGET));
        if (!(value >= 0 && value < 1)) {
            throw new ProtocolException("target must be in [0, 1), not " + value);
        }
        return new RingLocation(value);
    }

    PeerId joiner() {
        return new PeerId(fields.id32(Field.JOINER));
    }

    int detours() {
        int detours = fields.u8(Field.DETOURS);
        if (detours > Connect.Request.MAX_DETOURS) {
            throw new ProtocolException("detours must be in 0.." + Connect.Request.MAX_DETOURS + ", not " + detours);
        }
        return detours;
    }

    Contract contract() {
        // All lengths are checked before the code is hashed, because hashing is expensive.
        Bytes parameters = fields.bytes(Field.PARAMETERS, WireLimits.PARAMETERS);
        Bytes code = fields.bytes(Field.CODE, WireLimits.CODE);
        return Contract.of(ContractCode.of(code), new Parameters(parameters));
    }

    State state() {
        return new State(fields.bytes(Field.STATE, WireLimits.STATE));
    }

    ContractInstanceId id() {
        return new ContractInstanceId(fields.id32(Field.INSTANCE_ID));
    }

    ContractKey key() {
        return new ContractKey(id(), new CodeHash(fields.id32(Field.CODE_HASH)));
    }

    boolean fresh() {
        return !fields.has(Field.STALE) || fields.u31(Field.STALE) == 0;
    }

    boolean acknowledge() {
        return fields.has(Field.ACKNOWLEDGE) && fields.u31(Field.ACKNOWLEDGE) != 0;
    }

    @Nullable
    StateDigest digest() {
        return fields.has(Field.DIGEST) ? new StateDigest(fields.id32(Field.DIGEST)) : null;
    }

    @Nullable
    StateSummary summary() {
        return fields.has(Field.SUMMARY) ? new StateSummary(fields.bytes(Field.SUMMARY, WireLimits.SUMMARY)) : null;
    }

    RefusalCode refusalCode() {
        return RefusalCode.ofNumber(fields.u31(Field.REFUSAL_CODE));
    }

    @Nullable
    PeerId lastHop() {
        return fields.has(Field.LAST_HOP) ? new PeerId(fields.id32(Field.LAST_HOP)) : null;
    }
}
