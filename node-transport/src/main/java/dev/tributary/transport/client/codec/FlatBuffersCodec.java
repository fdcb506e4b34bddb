package dev.tributary.transport.client.codec;

import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;

/**
 * The encoding of the official TypeScript client, and the one that is spoken unless a client asks for another. A buffer
 * is verified whole before anything in it is read. There is no form for questions about the node and their answers, for
 * a close request, and for stream headers.
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
