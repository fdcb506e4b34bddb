package dev.tributary.transport.client.codec;

import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;

/** Encodes replies of a node. */
final class ReplyEncoding {

    private ReplyEncoding() {}

    static byte[] encode(ClientCodec codec, ClientReply reply) {
        return reply instanceof ClientError error ? codec.encodeError(error) : codec.encodeAnswer((ClientAnswer) reply);
    }
}
