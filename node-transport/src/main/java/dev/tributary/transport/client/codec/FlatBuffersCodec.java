package dev.tributary.transport.client.codec;

import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;

/**
 * The FlatBuffers encoding, which is the default and the one of the official TypeScript client. A buffer is verified
 * completely before it is read. Node queries and their answers, close requests and stream headers are not supported.
 */
public final class FlatBuffersCodec implements ClientCodec {

    @Override
    public ClientRequest decodeRequest(byte[] message) {
        return FlatRequestReader.read(message);
    }

    @Override
    public byte[] encodeRequest(ClientRequest request) {
        return FlatRequestWriter.write(request);
    }

    @Override
    public ClientReply decodeAnswer(byte[] message) {
        return FlatAnswerReader.read(message);
    }

    @Override
    public byte[] encodeAnswer(ClientAnswer answer) {
        return FlatAnswerWriter.write(answer);
    }

    @Override
    public byte[] encodeError(ClientError error) {
        return FlatAnswerWriter.write(error);
    }
}
