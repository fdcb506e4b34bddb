package dev.tributary.transport.client.codec;

import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;

/**
 * The encoding of the native tools: bincode 1.3 with its defaults, little endian and fixed width. Bytes after a
 * complete message are ignored, as in the reference library.
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
        return BincodeWriter.encode(out -> NativeRequests.write(out, request));
    }

    @Override
    public ClientReply decodeAnswer(byte[] message) {
        BincodeReader in = new BincodeReader(message);
        return in.variant("Result", 2) == ANSWER ? NativeAnswers.read(in) : NativeErrors.read(in);
    }

    @Override
    public byte[] encodeAnswer(ClientAnswer answer) {
        return BincodeWriter.encode(out -> NativeAnswers.write(out.u32(ANSWER), answer));
    }

    @Override
    public byte[] encodeError(ClientError error) {
        return BincodeWriter.encode(out -> NativeErrors.write(out.u32(ERROR), error));
    }
}
