package dev.tributary.transport.client.codec;

import com.google.flatbuffers.FlatBufferBuilder;
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
import dev.tributary.transport.client.message.ClientError;

/** Encodes one answer as a FlatBuffer. */
final class FlatAnswerWriter {

    private static final String OK_TEXT = "ok";

    private final FlatWriter writer;
    private final FlatBufferBuilder out;

    private FlatAnswerWriter(int payload) {
        this.writer = new FlatWriter(payload);
        this.out = writer.out();
    }

    static byte[] write(ClientAnswer answer) {
        return switch (answer.answerKind()) {
            case PUT -> new FlatAnswerWriter(0).put((ClientAnswer.PutAnswer) answer);
            case GET -> get((ClientAnswer.GetAnswer) answer);
            case UPDATE -> update((ClientAnswer.UpdateAnswer) answer);
            case SUBSCRIBE -> new FlatAnswerWriter(0).subscribe((ClientAnswer.SubscribeAnswer) answer);
            case UPDATE_NOTIFICATION -> notification((ClientAnswer.UpdateNotification) answer);
            case NOT_FOUND -> new FlatAnswerWriter(0).notFound((ClientAnswer.NotFound) answer);
            case DELEGATE -> ((ClientAnswer.Delegate) answer).body().toArray();
            case OK -> new FlatAnswerWriter(0).ok();
            case STREAM_CHUNK -> chunk((dev.tributary.transport.client.message.StreamChunk) answer);
            case STREAM_HEADER, QUERY ->
                throw new IllegalArgumentException("the FlatBuffers encoding does not support " + answer);
        };
    }

    /** Encodes an error with the type Error. The reference node sends Ok, in which clients do not detect errors. */
    static byte[] write(ClientError error) {
        FlatAnswerWriter answer = new FlatAnswerWriter(0);
        int text = answer.writer.text(ErrorText.of(error));
        return answer.reply(HostResponseType.Error, Error.createError(answer.out, text));
    }

    private static byte[] get(ClientAnswer.GetAnswer get) {
        int code = get.contract().map(contract -> contract.code().size()).orElse(0);
        return new FlatAnswerWriter(get.state().size() + code).write(get);
    }

    private byte[] write(ClientAnswer.GetAnswer get) {
        int key = writer.key(get.key());
        int contract = get.contract().map(writer::contract).orElse(FlatWriter.ABSENT);
        int state = writer.bytes(get.state().bytes());
        return contractAnswer(
                ContractResponseType.GetResponse, GetResponse.createGetResponse(out, key, contract, state));
    }

    private byte[] put(ClientAnswer.PutAnswer put) {
        int key = writer.key(put.key());
        return contractAnswer(ContractResponseType.PutResponse, PutResponse.createPutResponse(out, key));
    }

    private static byte[] update(ClientAnswer.UpdateAnswer update) {
        return new FlatAnswerWriter(update.summary().size()).write(update);
    }

    private byte[] write(ClientAnswer.UpdateAnswer update) {
        int key = writer.key(update.key());
        int summary = writer.bytes(update.summary().bytes());
        return contractAnswer(
                ContractResponseType.UpdateResponse, UpdateResponse.createUpdateResponse(out, key, summary));
    }

    private byte[] subscribe(ClientAnswer.SubscribeAnswer subscribe) {
        int key = writer.key(subscribe.key());
        return contractAnswer(
                ContractResponseType.SubscribeResponse,
                SubscribeResponse.createSubscribeResponse(out, key, subscribe.isSubscribed()));
    }

    private static byte[] notification(ClientAnswer.UpdateNotification notification) {
        return new FlatAnswerWriter(notification.payload().size()).write(notification);
    }

    private byte[] write(ClientAnswer.UpdateNotification notification) {
        int key = writer.key(notification.key());
        int update = writer.payload(notification.payload());
        return contractAnswer(
                ContractResponseType.UpdateNotification, UpdateNotification.createUpdateNotification(out, key, update));
    }

    private byte[] notFound(ClientAnswer.NotFound notFound) {
        int id = writer.id(notFound.id());
        return contractAnswer(ContractResponseType.NotFound, NotFound.createNotFound(out, id));
    }

    private byte[] ok() {
        return reply(HostResponseType.Ok, Ok.createOk(out, writer.text(OK_TEXT)));
    }

    private static byte[] chunk(dev.tributary.transport.client.message.StreamChunk chunk) {
        return new FlatAnswerWriter(chunk.data().size()).write(chunk);
    }

    private byte[] write(dev.tributary.transport.client.message.StreamChunk chunk) {
        int data = writer.bytes(chunk.data());
        return reply(
                HostResponseType.StreamChunk,
                StreamChunk.createStreamChunk(out, chunk.stream(), chunk.index(), chunk.total(), data));
    }

    private byte[] contractAnswer(byte type, int value) {
        return reply(HostResponseType.ContractResponse, ContractResponse.createContractResponse(out, type, value));
    }

    private byte[] reply(byte type, int value) {
        return writer.finish(HostResponse.createHostResponse(out, type, value));
    }
}
