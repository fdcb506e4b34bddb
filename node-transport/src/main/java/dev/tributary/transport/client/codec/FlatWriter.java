package dev.tributary.transport.client.codec;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.transport.client.flatbuffers.common.ContractCode;
import dev.tributary.transport.client.flatbuffers.common.ContractContainer;
import dev.tributary.transport.client.flatbuffers.common.ContractType;
import dev.tributary.transport.client.flatbuffers.common.DeltaUpdate;
import dev.tributary.transport.client.flatbuffers.common.RelatedDeltaUpdate;
import dev.tributary.transport.client.flatbuffers.common.RelatedStateAndDeltaUpdate;
import dev.tributary.transport.client.flatbuffers.common.RelatedStateUpdate;
import dev.tributary.transport.client.flatbuffers.common.StateAndDeltaUpdate;
import dev.tributary.transport.client.flatbuffers.common.StateUpdate;
import dev.tributary.transport.client.flatbuffers.common.UpdateData;
import dev.tributary.transport.client.flatbuffers.common.UpdateDataType;
import dev.tributary.transport.client.flatbuffers.common.WasmContractV1;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.message.UpdatePayload;
import dev.tributary.transport.client.message.UpdatePayload.Delta;
import dev.tributary.transport.client.message.UpdatePayload.FullState;
import dev.tributary.transport.client.message.UpdatePayload.RelatedDelta;
import dev.tributary.transport.client.message.UpdatePayload.RelatedState;
import dev.tributary.transport.client.message.UpdatePayload.RelatedStateAndDelta;
import dev.tributary.transport.client.message.UpdatePayload.StateAndDelta;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Builds one FlatBuffer, with the values that requests and answers share. Each method returns the offset of the written
 * value in the buffer: a value is written before the table that refers to it.
 */
final class FlatWriter {

    /** Offset of an absent field, which the builder omits. */
    static final int ABSENT = 0;

    /** Initial size of the buffer in bytes, without payloads. */
    private static final int OVERHEAD_BYTES = 1024;

    private final FlatBufferBuilder out;

    /** Creates a buffer with space for a payload of this size in bytes, so that the buffer does not have to grow. */
    FlatWriter(int payload) {
        this.out = new FlatBufferBuilder(OVERHEAD_BYTES + payload);
    }

    FlatBufferBuilder out() {
        return out;
    }

    byte[] finish(int root) {
        out.finish(root);
        return out.sizedByteArray();
    }

    int bytes(Bytes bytes) {
        return out.createByteVector(bytes.toBuffer());
    }

    int text(String text) {
        return out.createString(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    int id(ContractInstanceId id) {
        int data = bytes(id.bytes());
        return dev.tributary.transport.client.flatbuffers.common.ContractInstanceId.createContractInstanceId(out, data);
    }

    int key(ContractKey key) {
        return key(key.id(), Optional.of(key.code()));
    }

    int key(ContractInstanceId id, Optional<CodeHash> code) {
        int instance = id(id);
        int hash = code.map(present -> bytes(present.bytes())).orElse(ABSENT);
        return dev.tributary.transport.client.flatbuffers.common.ContractKey.createContractKey(out, instance, hash);
    }

    int contract(PackedContract packed) {
        Contract contract = packed.unpack();
        int data = bytes(packed.code());
        int hash = bytes(contract.code().hash().bytes());
        int code = ContractCode.createContractCode(out, data, hash);
        int parameters = bytes(packed.parameters().bytes());
        int wasm = WasmContractV1.createWasmContractV1(out, code, parameters, key(contract.key()));
        return ContractContainer.createContractContainer(out, ContractType.WasmContractV1, wasm);
    }

    int payload(UpdatePayload payload) {
        return switch (payload.kind()) {
            case FULL_STATE -> {
                int state = bytes(((FullState) payload).state().bytes());
                yield payload(UpdateDataType.StateUpdate, StateUpdate.createStateUpdate(out, state));
            }
            case DELTA -> {
                int delta = bytes(((Delta) payload).delta().bytes());
                yield payload(UpdateDataType.DeltaUpdate, DeltaUpdate.createDeltaUpdate(out, delta));
            }
            case STATE_AND_DELTA -> stateAndDelta((StateAndDelta) payload);
            case RELATED_STATE -> relatedState((RelatedState) payload);
            case RELATED_DELTA -> relatedDelta((RelatedDelta) payload);
            case RELATED_STATE_AND_DELTA -> relatedStateAndDelta((RelatedStateAndDelta) payload);
        };
    }

    private int stateAndDelta(StateAndDelta both) {
        int state = bytes(both.state().bytes());
        int delta = bytes(both.delta().bytes());
        return payload(
                UpdateDataType.StateAndDeltaUpdate, StateAndDeltaUpdate.createStateAndDeltaUpdate(out, state, delta));
    }

    private int relatedState(RelatedState related) {
        int id = id(related.relatedTo());
        int state = bytes(related.state().bytes());
        return payload(UpdateDataType.RelatedStateUpdate, RelatedStateUpdate.createRelatedStateUpdate(out, id, state));
    }

    private int relatedDelta(RelatedDelta related) {
        int id = id(related.relatedTo());
        int delta = bytes(related.delta().bytes());
        return payload(UpdateDataType.RelatedDeltaUpdate, RelatedDeltaUpdate.createRelatedDeltaUpdate(out, id, delta));
    }

    private int relatedStateAndDelta(RelatedStateAndDelta related) {
        int id = id(related.relatedTo());
        int state = bytes(related.state().bytes());
        int delta = bytes(related.delta().bytes());
        return payload(
                UpdateDataType.RelatedStateAndDeltaUpdate,
                RelatedStateAndDeltaUpdate.createRelatedStateAndDeltaUpdate(out, id, state, delta));
    }

    private int payload(byte type, int value) {
        return UpdateData.createUpdateData(out, type, value);
    }
}
