package dev.tributary.transport.client.codec;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.StateSummary;
import dev.tributary.transport.client.flatbuffers.response.ContractResponse;
import dev.tributary.transport.client.flatbuffers.response.ContractResponseType;
import dev.tributary.transport.client.flatbuffers.response.Error;
import dev.tributary.transport.client.flatbuffers.response.GetResponse;
import dev.tributary.transport.client.flatbuffers.response.HostResponse;
import dev.tributary.transport.client.flatbuffers.response.HostResponseType;
import dev.tributary.transport.client.flatbuffers.response.NotFound;
import dev.tributary.transport.client.flatbuffers.response.Ok;
import dev.tributary.transport.client.flatbuffers.response.PutResponse;
import dev.tributary.transport.client.flatbuffers.response.StreamChunk;
import dev.tributary.transport.client.flatbuffers.response.SubscribeResponse;
import dev.tributary.transport.client.flatbuffers.response.UpdateNotification;
import dev.tributary.transport.client.flatbuffers.response.UpdateResponse;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientReply;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Verifies FlatBuffers and decodes the answers in them. */
final class FlatAnswerReader {

    private FlatAnswerReader() {}

    static ClientReply read(byte[] message) {
        FlatBufferVerifier.verify(message, MessageSchemas.HOST_RESPONSE);
        HostResponse root = HostResponse.getRootAsHostResponse(ByteBuffer.wrap(message));
        return switch (root.responseType()) {
            case HostResponseType.ContractResponse ->
                contractAnswer((ContractResponse) root.response(new ContractResponse()));
            case HostResponseType.DelegateResponse -> new ClientAnswer.Delegate(Bytes.copyOf(message));
            case HostResponseType.Ok -> ok(((Ok) root.response(new Ok())).msg());
            case HostResponseType.Error -> ErrorText.parse(((Error) root.response(new Error())).msg());
            case HostResponseType.StreamChunk -> chunk((StreamChunk) root.response(new StreamChunk()));
            default -> throw FlatValues.unknownMember("HostResponseType", root.responseType());
        };
    }

    /** Decodes an acknowledgement, which the reference node also uses to send errors. */
    private static ClientReply ok(String text) {
        return ErrorText.isError(text) ? ErrorText.parse(text) : new ClientAnswer.Ok();
    }

    private static ClientAnswer contractAnswer(ContractResponse response) {
        return switch (response.contractResponseType()) {
            case ContractResponseType.GetResponse -> get((GetResponse) response.contractResponse(new GetResponse()));
            case ContractResponseType.PutResponse ->
                new ClientAnswer.PutAnswer(
                        FlatValues.key(((PutResponse) response.contractResponse(new PutResponse())).key()));
            case ContractResponseType.UpdateNotification ->
                notification((UpdateNotification) response.contractResponse(new UpdateNotification()));
            case ContractResponseType.UpdateResponse ->
                update((UpdateResponse) response.contractResponse(new UpdateResponse()));
            case ContractResponseType.NotFound ->
                new ClientAnswer.NotFound(
                        FlatValues.id(((NotFound) response.contractResponse(new NotFound())).instanceId()));
            case ContractResponseType.SubscribeResponse ->
                subscribe((SubscribeResponse) response.contractResponse(new SubscribeResponse()));
            default -> throw FlatValues.unknownMember("ContractResponseType", response.contractResponseType());
        };
    }

    private static ClientAnswer get(GetResponse get) {
        return new ClientAnswer.GetAnswer(
                FlatValues.key(get.key()),
                Optional.ofNullable(get.contract()).map(FlatValues::contract),
                FlatValues.state(get.stateAsByteBuffer()));
    }

    private static ClientAnswer notification(UpdateNotification notification) {
        return new ClientAnswer.UpdateNotification(
                FlatValues.key(notification.key()), FlatValues.payload(notification.update()));
    }

    private static ClientAnswer update(UpdateResponse update) {
        return new ClientAnswer.UpdateAnswer(
                FlatValues.key(update.key()), new StateSummary(FlatValues.bytes(update.summaryAsByteBuffer())));
    }

    private static ClientAnswer subscribe(SubscribeResponse subscribe) {
        return new ClientAnswer.SubscribeAnswer(FlatValues.key(subscribe.key()), subscribe.subscribed());
    }

    private static ClientAnswer chunk(StreamChunk chunk) {
        return new dev.tributary.transport.client.message.StreamChunk(
                chunk.streamId(), chunk.index(), chunk.total(), FlatValues.bytes(chunk.dataAsByteBuffer()));
    }
}
