package dev.tributary.transport.client.codec;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.StateSummary;
import dev.tributary.transport.client.flatbuffers.request.ApplicationMessages;
import dev.tributary.transport.client.flatbuffers.request.Authenticate;
import dev.tributary.transport.client.flatbuffers.request.ClientRequestType;
import dev.tributary.transport.client.flatbuffers.request.ContractRequest;
import dev.tributary.transport.client.flatbuffers.request.ContractRequestType;
import dev.tributary.transport.client.flatbuffers.request.DelegateKey;
import dev.tributary.transport.client.flatbuffers.request.DelegateRequest;
import dev.tributary.transport.client.flatbuffers.request.DelegateRequestType;
import dev.tributary.transport.client.flatbuffers.request.Disconnect;
import dev.tributary.transport.client.flatbuffers.request.Get;
import dev.tributary.transport.client.flatbuffers.request.Put;
import dev.tributary.transport.client.flatbuffers.request.RegisterDelegate;
import dev.tributary.transport.client.flatbuffers.request.RelatedContract;
import dev.tributary.transport.client.flatbuffers.request.RelatedContracts;
import dev.tributary.transport.client.flatbuffers.request.StreamChunk;
import dev.tributary.transport.client.flatbuffers.request.Subscribe;
import dev.tributary.transport.client.flatbuffers.request.UnregisterDelegate;
import dev.tributary.transport.client.flatbuffers.request.Update;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.ClientRequest.DelegateCall;
import dev.tributary.transport.client.message.ClientRequest.Related;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Verifies FlatBuffers and decodes the requests in them. */
final class FlatRequestReader {

    /** Size of a nonce in bytes. */
    private static final int NONCE_BYTES = 24;

    private FlatRequestReader() {}

    static ClientRequest read(byte[] message) {
        FlatBufferVerifier.verify(message, MessageSchemas.CLIENT_REQUEST);
        var root = dev.tributary.transport.client.flatbuffers.request.ClientRequest.getRootAsClientRequest(
                ByteBuffer.wrap(message));
        return switch (root.clientRequestType()) {
            case ClientRequestType.ContractRequest ->
                contractRequest((ContractRequest) root.clientRequest(new ContractRequest()));
            case ClientRequestType.DelegateRequest ->
                delegate((DelegateRequest) root.clientRequest(new DelegateRequest()), message);
            case ClientRequestType.Disconnect ->
                new ClientRequest.Disconnect(
                        Optional.ofNullable(((Disconnect) root.clientRequest(new Disconnect())).cause()));
            case ClientRequestType.Authenticate ->
                new ClientRequest.Authenticate(((Authenticate) root.clientRequest(new Authenticate())).token());
            case ClientRequestType.StreamChunk -> chunk((StreamChunk) root.clientRequest(new StreamChunk()));
            default -> throw FlatValues.unknownMember("ClientRequestType", root.clientRequestType());
        };
    }

    private static ClientRequest contractRequest(ContractRequest request) {
        return switch (request.contractRequestType()) {
            case ContractRequestType.Put -> put((Put) request.contractRequest(new Put()));
            case ContractRequestType.Update -> update((Update) request.contractRequest(new Update()));
            case ContractRequestType.Get -> get((Get) request.contractRequest(new Get()));
            case ContractRequestType.Subscribe -> subscribe((Subscribe) request.contractRequest(new Subscribe()));
            default -> throw FlatValues.unknownMember("ContractRequestType", request.contractRequestType());
        };
    }

    private static ClientRequest put(Put put) {
        return new ClientRequest.Put(
                FlatValues.contract(put.container()),
                FlatValues.state(put.wrappedStateAsByteBuffer()),
                related(put.relatedContracts()),
                put.subscribe(),
                put.blockingSubscribe());
    }

    private static List<Related> related(RelatedContracts contracts) {
        List<Related> related = new ArrayList<>(contracts.contractsLength());
        for (int i = 0; i < contracts.contractsLength(); i++) {
            RelatedContract contract = contracts.contracts(i);
            related.add(new Related(
                    FlatValues.id(contract.instanceId()), Optional.of(FlatValues.state(contract.stateAsByteBuffer()))));
        }
        return related;
    }

    private static ClientRequest update(Update update) {
        return new ClientRequest.Update(
                FlatValues.id(update.key().instance()),
                claimedCode(update.key().codeAsByteBuffer()),
                FlatValues.payload(update.data()));
    }

    /** Returns the code hash that the client sent; clients that know only the id send none, or an empty one. */
    private static Optional<CodeHash> claimedCode(ByteBuffer code) {
        return code != null && code.remaining() == FlatValues.HASH_BYTES
                ? Optional.of(new CodeHash(FlatValues.bytes(code)))
                : Optional.empty();
    }

    private static ClientRequest get(Get get) {
        return new ClientRequest.Get(
                FlatValues.id(get.key().instance()), get.fetchContract(), get.subscribe(), get.blockingSubscribe());
    }

    /** Treats an empty summary as absent, because the official client cannot omit it. */
    private static ClientRequest subscribe(Subscribe subscribe) {
        Optional<StateSummary> summary = subscribe.summaryLength() == 0
                ? Optional.empty()
                : Optional.of(new StateSummary(FlatValues.bytes(subscribe.summaryAsByteBuffer())));
        return new ClientRequest.Subscribe(FlatValues.id(subscribe.key().instance()), summary);
    }

    private static ClientRequest delegate(DelegateRequest request, byte[] message) {
        return new ClientRequest.Delegate(delegateCall(request), Bytes.copyOf(message));
    }

    private static DelegateCall delegateCall(DelegateRequest request) {
        switch (request.delegateRequestType()) {
            case DelegateRequestType.ApplicationMessages -> {
                checkKey(((ApplicationMessages) request.delegateRequest(new ApplicationMessages())).key());
                return DelegateCall.APPLICATION_MESSAGES;
            }
            case DelegateRequestType.RegisterDelegate -> {
                RegisterDelegate register = (RegisterDelegate) request.delegateRequest(new RegisterDelegate());
                FlatValues.fixedBytes(FlatValues.HASH_BYTES, register.cipherAsByteBuffer(), "RegisterDelegate.cipher");
                FlatValues.fixedBytes(NONCE_BYTES, register.nonceAsByteBuffer(), "RegisterDelegate.nonce");
                return DelegateCall.REGISTER;
            }
            case DelegateRequestType.UnregisterDelegate -> {
                checkKey(((UnregisterDelegate) request.delegateRequest(new UnregisterDelegate())).key());
                return DelegateCall.UNREGISTER;
            }
            default -> throw FlatValues.unknownMember("DelegateRequestType", request.delegateRequestType());
        }
    }

    private static void checkKey(DelegateKey key) {
        FlatValues.fixedBytes(FlatValues.HASH_BYTES, key.keyAsByteBuffer(), "DelegateKey.key");
        FlatValues.fixedBytes(FlatValues.HASH_BYTES, key.codeHashAsByteBuffer(), "DelegateKey.code_hash");
    }

    private static ClientRequest chunk(StreamChunk chunk) {
        return new dev.tributary.transport.client.message.StreamChunk(
                chunk.streamId(), chunk.index(), chunk.total(), FlatValues.bytes(chunk.dataAsByteBuffer()));
    }
}
