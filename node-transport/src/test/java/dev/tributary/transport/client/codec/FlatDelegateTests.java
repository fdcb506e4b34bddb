package dev.tributary.transport.client.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tributary.core.value.Bytes;
import dev.tributary.transport.client.flatbuffers.request.ClientRequest;
import dev.tributary.transport.client.flatbuffers.request.ClientRequestType;
import dev.tributary.transport.client.flatbuffers.request.DelegateCode;
import dev.tributary.transport.client.flatbuffers.request.DelegateContainer;
import dev.tributary.transport.client.flatbuffers.request.DelegateKey;
import dev.tributary.transport.client.flatbuffers.request.DelegateRequest;
import dev.tributary.transport.client.flatbuffers.request.DelegateRequestType;
import dev.tributary.transport.client.flatbuffers.request.DelegateType;
import dev.tributary.transport.client.flatbuffers.request.RegisterDelegate;
import dev.tributary.transport.client.flatbuffers.request.UnregisterDelegate;
import dev.tributary.transport.client.flatbuffers.request.WasmDelegateV1;
import dev.tributary.transport.client.message.ClientRequest.Delegate;
import dev.tributary.transport.client.message.ClientRequest.DelegateCall;
import org.junit.jupiter.api.Test;

/** Delegates are not supported: a delegate request is recognised, validated and kept unchanged. */
class FlatDelegateTests {

    private static final FlatBuffersCodec CODEC = new FlatBuffersCodec();

    private final FlatWriter writer = new FlatWriter(0);
    private final FlatBufferBuilder out = writer.out();

    @Test
    void delegateRequestIsRecognisedAndKeptUnchanged() {
        byte[] message = unregister(32);

        assertThat(CODEC.decodeRequest(message)).isEqualTo(new Delegate(DelegateCall.UNREGISTER, Bytes.wrap(message)));
        assertThat(CODEC.encodeRequest(CODEC.decodeRequest(message))).isEqualTo(message);
    }

    @Test
    void registerRequestIsRecognised() {
        assertThat(CODEC.decodeRequest(register(32, 24)))
                .isInstanceOfSatisfying(
                        Delegate.class, delegate -> assertThat(delegate.call()).isEqualTo(DelegateCall.REGISTER));
    }

    @Test
    void keyOfWrongSizeIsNamed() {
        assertRefused(unregister(8), "DelegateKey.code_hash must have 32 bytes, not 8");
    }

    @Test
    void cipherOfWrongSizeIsNamed() {
        assertRefused(register(31, 24), "RegisterDelegate.cipher must have 32 bytes, not 31");
    }

    @Test
    void nonceOfWrongSizeIsNamed() {
        assertRefused(register(32, 25), "RegisterDelegate.nonce must have 24 bytes, not 25");
    }

    private static void assertRefused(byte[] message, String cause) {
        assertThatExceptionOfType(ClientDecodingException.class)
                .isThrownBy(() -> CODEC.decodeRequest(message))
                .withMessage(cause);
    }

    private byte[] unregister(int hash) {
        int unregister = UnregisterDelegate.createUnregisterDelegate(out, key(hash));
        return request(DelegateRequestType.UnregisterDelegate, unregister);
    }

    private byte[] register(int cipher, int nonce) {
        int code = DelegateCode.createDelegateCode(out, bytes(8), bytes(32));
        int wasm = WasmDelegateV1.createWasmDelegateV1(out, bytes(0), code, key(32));
        int container = DelegateContainer.createDelegateContainer(out, DelegateType.WasmDelegateV1, wasm);
        int register = RegisterDelegate.createRegisterDelegate(out, container, bytes(cipher), bytes(nonce));
        return request(DelegateRequestType.RegisterDelegate, register);
    }

    private int key(int hash) {
        return DelegateKey.createDelegateKey(out, bytes(32), bytes(hash));
    }

    private int bytes(int size) {
        return writer.bytes(Bytes.wrap(new byte[size]));
    }

    private byte[] request(byte type, int value) {
        int request = DelegateRequest.createDelegateRequest(out, type, value);
        return writer.finish(ClientRequest.createClientRequest(out, ClientRequestType.DelegateRequest, request));
    }
}
