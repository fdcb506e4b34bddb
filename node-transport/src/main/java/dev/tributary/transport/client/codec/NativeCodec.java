package dev.tributary.transport.client.codec;

import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;

/**
 * The encoding of the native tools: bincode 1.3 with its defaults, little endian and fixed width. What follows a
 * complete message is ignored, as the reference library does.
 */
public final class NativeCodec implements ClientCodec {

    private static final int ANSWER = 0;
    private static final int ERROR = 1;

    @Override
    public ClientRequest decodeRequest(byte[] message) {
        return NativeRequests.read(new BincodeReader(message));
    }

    @Override
    public byte[] encodeRequest(ClientRequest request) {
        BincodeWriter out = new BincodeWriter();
        NativeRequests.write(out, request);
        return out.toArray();
    }

    @Override
    public ClientReply decodeAnswer(byte[] message) {
        BincodeReader in = new BincodeReader(message);
        return in.variant("Result", 2) == ANSWER ? NativeAnswers.read(in) : NativeErrors.read(in);
    }

    @Override
    public byte[] encodeAnswer(ClientAnswer answer) {
        BincodeWriter out = new BincodeWriter().u32(ANSWER);
        NativeAnswers.write(out, answer);
        return out.toArray();
    }

    @Override
    public byte[] encodeError(ClientError error) {
        BincodeWriter out = new BincodeWriter().u32(ERROR);
        NativeErrors.write(out, error);
        return out.toArray();
    }
}
