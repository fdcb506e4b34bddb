package dev.tributary.transport.client.codec;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.flatbuffers.request.Authenticate;
import dev.tributary.transport.client.flatbuffers.request.ClientRequestType;
import dev.tributary.transport.client.flatbuffers.request.ContractRequest;
import dev.tributary.transport.client.flatbuffers.request.ContractRequestType;
import dev.tributary.transport.client.flatbuffers.request.Disconnect;
import dev.tributary.transport.client.flatbuffers.request.Get;
import dev.tributary.transport.client.flatbuffers.request.Put;
import dev.tributary.transport.client.flatbuffers.request.RelatedContract;
import dev.tributary.transport.client.flatbuffers.request.RelatedContracts;
import dev.tributary.transport.client.flatbuffers.request.StreamChunk;
import dev.tributary.transport.client.flatbuffers.request.Subscribe;
import dev.tributary.transport.client.flatbuffers.request.Update;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.ClientRequest.Related;
import java.util.List;
import java.util.Optional;

/** Encodes one request as a FlatBuffer. */
final class FlatRequestWriter {

    private final FlatWriter writer;
    private final FlatBufferBuilder out;

    private FlatRequestWriter(int payload) {
        this.writer = new FlatWriter(payload);
        this.out = writer.out();
    }

    static byte[] write(ClientRequest request) {
        return switch (request.requestKind()) {
            case PUT -> put((ClientRequest.Put) request);
            case UPDATE -> update((ClientRequest.Update) request);
            case GET -> new FlatRequestWriter(0).get((ClientRequest.Get) request);
            case SUBSCRIBE -> new FlatRequestWriter(0).subscribe((ClientRequest.Subscribe) request);
            case DELEGATE -> ((ClientRequest.Delegate) request).body().toArray();
            case DISCONNECT -> new FlatRequestWriter(0).disconnect((ClientRequest.Disconnect) request);
            case AUTHENTICATE -> new FlatRequestWriter(0).authenticate((ClientRequest.Authenticate) request);
            case STREAM_CHUNK -> chunk((dev.tributary.transport.client.message.StreamChunk) request);
            case CLOSE, QUERY ->
                throw new IllegalArgumentException("the FlatBuffers encoding does not support " + request);
        };
    }

    private static byte[] put(ClientRequest.Put put) {
        return new FlatRequestWriter(put.state().size() + put.contract().code().size()).write(put);
    }

    private byte[] write(ClientRequest.Put put) {
        int container = writer.contract(put.contract());
        int state = writer.bytes(put.state().bytes());
        int related = related(put.related());
        return contractRequest(
                ContractRequestType.Put,
                Put.createPut(out, container, state, related, put.subscribe(), put.blockingSubscribe()));
    }

    /** Writes the related contracts; an absent state is written as an empty one, because the field is required. */
    private int related(List<Related> related) {
        int[] contracts = new int[related.size()];
        for (int i = 0; i < contracts.length; i++) {
            Related contract = related.get(i);
            int id = writer.id(contract.id());
            int state = writer.bytes(contract.state().map(State::bytes).orElse(Bytes.empty()));
            contracts[i] = RelatedContract.createRelatedContract(out, id, state);
        }
        return RelatedContracts.createRelatedContracts(out, RelatedContracts.createContractsVector(out, contracts));
    }

    private static byte[] update(ClientRequest.Update update) {
        return new FlatRequestWriter(update.payload().size()).write(update);
    }

    private byte[] write(ClientRequest.Update update) {
        int key = writer.key(update.id(), update.code());
        int data = writer.payload(update.payload());
        return contractRequest(ContractRequestType.Update, Update.createUpdate(out, key, data));
    }

    private byte[] get(ClientRequest.Get get) {
        int key = writer.key(get.id(), Optional.empty());
        return contractRequest(
                ContractRequestType.Get,
                Get.createGet(out, key, get.withContract(), get.subscribe(), get.blockingSubscribe()));
    }

    private byte[] subscribe(ClientRequest.Subscribe subscribe) {
        int key = writer.key(subscribe.id(), Optional.empty());
        int summary = subscribe
                .summary()
                .map(present -> writer.bytes(present.bytes()))
                .orElse(FlatWriter.ABSENT);
        return contractRequest(ContractRequestType.Subscribe, Subscribe.createSubscribe(out, key, summary));
    }

    private byte[] disconnect(ClientRequest.Disconnect disconnect) {
        int cause = disconnect.cause().map(writer::text).orElse(FlatWriter.ABSENT);
        return request(ClientRequestType.Disconnect, Disconnect.createDisconnect(out, cause));
    }

    private byte[] authenticate(ClientRequest.Authenticate authenticate) {
        int token = writer.text(authenticate.token());
        return request(ClientRequestType.Authenticate, Authenticate.createAuthenticate(out, token));
    }

    private static byte[] chunk(dev.tributary.transport.client.message.StreamChunk chunk) {
        return new FlatRequestWriter(chunk.data().size()).write(chunk);
    }

    private byte[] write(dev.tributary.transport.client.message.StreamChunk chunk) {
        int data = writer.bytes(chunk.data());
        return request(
                ClientRequestType.StreamChunk,
                StreamChunk.createStreamChunk(out, chunk.stream(), chunk.index(), chunk.total(), data));
    }

    private byte[] contractRequest(byte type, int value) {
        return request(ClientRequestType.ContractRequest, ContractRequest.createContractRequest(out, type, value));
    }

    private byte[] request(byte type, int value) {
        return writer.finish(
                dev.tributary.transport.client.flatbuffers.request.ClientRequest.createClientRequest(out, type, value));
    }
}
