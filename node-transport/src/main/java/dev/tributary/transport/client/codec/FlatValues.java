package dev.tributary.transport.client.codec;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;
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

/** Decodes values that requests and answers share, from a verified buffer. */
final class FlatValues {

    /** Size of ids and hashes in bytes. */
    static final int HASH_BYTES = 32;

    private FlatValues() {}

    static Bytes bytes(ByteBuffer vector) {
        byte[] copy = new byte[vector.remaining()];
        vector.get(copy);
        return Bytes.wrap(copy);
    }

    /** Copies a vector that must have exactly this size. */
    static Bytes fixedBytes(int size, ByteBuffer vector, String field) {
        if (vector.remaining() != size) {
            throw ClientDecodingException.malformed(field + " must have " + size + " bytes, not " + vector.remaining());
        }
        return bytes(vector);
    }

    static ClientDecodingException unknownMember(String union, byte tag) {
        return ClientDecodingException.malformed(
                "union " + union + " has no member with tag " + Byte.toUnsignedInt(tag));
    }

    static State state(ByteBuffer vector) {
        return new State(bytes(vector));
    }

    static StateDelta delta(ByteBuffer vector) {
        return new StateDelta(bytes(vector));
    }

    static ContractInstanceId id(dev.tributary.transport.client.flatbuffers.common.ContractInstanceId id) {
        return new ContractInstanceId(fixedBytes(HASH_BYTES, id.dataAsByteBuffer(), "ContractInstanceId.data"));
    }

    /** Decodes the key in an answer, where the code hash is required; in a request it is optional. */
    static ContractKey key(dev.tributary.transport.client.flatbuffers.common.ContractKey key) {
        ByteBuffer code = key.codeAsByteBuffer();
        if (code == null) {
            throw ClientDecodingException.malformed("ContractKey.code is missing in an answer");
        }
        return new ContractKey(id(key.instance()), new CodeHash(fixedBytes(HASH_BYTES, code, "ContractKey.code")));
    }

    /** Decodes code and parameters; the hash and key sent with them are not trusted and are ignored. */
    static PackedContract contract(ContractContainer container) {
        if (container.contractType() != ContractType.WasmContractV1) {
            throw unknownMember("ContractType", container.contractType());
        }
        WasmContractV1 contract = (WasmContractV1) container.contract(new WasmContractV1());
        ContractCode code = contract.data();
        return PackedContract.of(
                bytes(code.dataAsByteBuffer()), new Parameters(bytes(contract.parametersAsByteBuffer())));
    }

    static UpdatePayload payload(UpdateData data) {
        switch (data.updateDataType()) {
            case UpdateDataType.StateUpdate -> {
                StateUpdate update = (StateUpdate) data.updateData(new StateUpdate());
                return new FullState(state(update.stateAsByteBuffer()));
            }
            case UpdateDataType.DeltaUpdate -> {
                DeltaUpdate update = (DeltaUpdate) data.updateData(new DeltaUpdate());
                return new Delta(delta(update.deltaAsByteBuffer()));
            }
            case UpdateDataType.StateAndDeltaUpdate -> {
                StateAndDeltaUpdate update = (StateAndDeltaUpdate) data.updateData(new StateAndDeltaUpdate());
                return new StateAndDelta(state(update.stateAsByteBuffer()), delta(update.deltaAsByteBuffer()));
            }
            case UpdateDataType.RelatedStateUpdate -> {
                RelatedStateUpdate update = (RelatedStateUpdate) data.updateData(new RelatedStateUpdate());
                return new RelatedState(id(update.relatedTo()), state(update.stateAsByteBuffer()));
            }
            case UpdateDataType.RelatedDeltaUpdate -> {
                RelatedDeltaUpdate update = (RelatedDeltaUpdate) data.updateData(new RelatedDeltaUpdate());
                return new RelatedDelta(id(update.relatedTo()), delta(update.deltaAsByteBuffer()));
            }
            case UpdateDataType.RelatedStateAndDeltaUpdate -> {
                RelatedStateAndDeltaUpdate update =
                        (RelatedStateAndDeltaUpdate) data.updateData(new RelatedStateAndDeltaUpdate());
                return new RelatedStateAndDelta(
                        id(update.relatedTo()), state(update.stateAsByteBuffer()), delta(update.deltaAsByteBuffer()));
            }
            default -> throw unknownMember("UpdateDataType", data.updateDataType());
        }
    }
}
