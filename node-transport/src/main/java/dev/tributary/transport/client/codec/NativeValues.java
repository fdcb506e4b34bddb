package dev.tributary.transport.client.codec;

import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.message.StreamChunk;
import dev.tributary.transport.client.message.UpdatePayload;
import dev.tributary.transport.client.message.UpdatePayload.Delta;
import dev.tributary.transport.client.message.UpdatePayload.FullState;
import dev.tributary.transport.client.message.UpdatePayload.RelatedDelta;
import dev.tributary.transport.client.message.UpdatePayload.RelatedState;
import dev.tributary.transport.client.message.UpdatePayload.RelatedStateAndDelta;
import dev.tributary.transport.client.message.UpdatePayload.StateAndDelta;

/** The values that requests and answers have in common, in the native encoding. */
final class NativeValues {

    private static final int STATE = 0;
    private static final int DELTA = 1;
    private static final int STATE_AND_DELTA = 2;
    private static final int RELATED_STATE = 3;
    private static final int RELATED_DELTA = 4;
    private static final int RELATED_STATE_AND_DELTA = 5;
    private static final int PAYLOADS = 6;

    private NativeValues() {}

    static ContractInstanceId id(BincodeReader in) {
        return new ContractInstanceId(in.hash("contract instance id"));
    }

    static ContractKey key(BincodeReader in) {
        return new ContractKey(id(in), new CodeHash(in.hash("code hash")));
    }

    static BincodeWriter key(BincodeWriter out, ContractKey key) {
        return out.raw(key.id().bytes()).raw(key.code().bytes());
    }

    static State state(BincodeReader in) {
        return new State(in.bytes("state"));
    }

    static StateDelta delta(BincodeReader in) {
        return new StateDelta(in.bytes("delta"));
    }

    /** Container and version are enums with one variant each; the hash and key sent by the client are ignored. */
    static PackedContract contract(BincodeReader in) {
        in.variant("ContractContainer", 1);
        in.variant("ContractWasmAPIVersion", 1);
        var code = in.bytes("contract code");
        in.hash("code hash");
        var parameters = new Parameters(in.bytes("parameters"));
        key(in);
        return PackedContract.of(code, parameters);
    }

    static BincodeWriter contract(BincodeWriter out, PackedContract packed) {
        Contract contract = packed.unpack();
        out.u32(0).u32(0).bytes(packed.code()).raw(contract.code().hash().bytes());
        return key(out.bytes(packed.parameters().bytes()), contract.key());
    }

    static UpdatePayload payload(BincodeReader in) {
        return switch (in.variant("UpdateData", PAYLOADS)) {
            case STATE -> new FullState(state(in));
            case DELTA -> new Delta(delta(in));
            case STATE_AND_DELTA -> new StateAndDelta(state(in), delta(in));
            case RELATED_STATE -> new RelatedState(id(in), state(in));
            case RELATED_DELTA -> new RelatedDelta(id(in), delta(in));
            default -> new RelatedStateAndDelta(id(in), state(in), delta(in));
        };
    }

    static BincodeWriter payload(BincodeWriter out, UpdatePayload payload) {
        return switch (payload.kind()) {
            case FULL_STATE ->
                out.u32(STATE).bytes(((FullState) payload).state().bytes());
            case DELTA -> out.u32(DELTA).bytes(((Delta) payload).delta().bytes());
            case STATE_AND_DELTA -> {
                StateAndDelta both = (StateAndDelta) payload;
                yield out.u32(STATE_AND_DELTA)
                        .bytes(both.state().bytes())
                        .bytes(both.delta().bytes());
            }
            case RELATED_STATE -> {
                RelatedState related = (RelatedState) payload;
                yield out.u32(RELATED_STATE)
                        .raw(related.relatedTo().bytes())
                        .bytes(related.state().bytes());
            }
            case RELATED_DELTA -> {
                RelatedDelta related = (RelatedDelta) payload;
                yield out.u32(RELATED_DELTA)
                        .raw(related.relatedTo().bytes())
                        .bytes(related.delta().bytes());
            }
            case RELATED_STATE_AND_DELTA -> {
                RelatedStateAndDelta related = (RelatedStateAndDelta) payload;
                yield out.u32(RELATED_STATE_AND_DELTA)
                        .raw(related.relatedTo().bytes())
                        .bytes(related.state().bytes())
                        .bytes(related.delta().bytes());
            }
        };
    }

    static StreamChunk chunk(BincodeReader in) {
        return new StreamChunk(in.u32("stream_id"), in.u32("index"), in.u32("total"), in.bytes("chunk data"));
    }

    static BincodeWriter chunk(BincodeWriter out, StreamChunk chunk) {
        return out.u32(chunk.stream()).u32(chunk.index()).u32(chunk.total()).bytes(chunk.data());
    }
}
