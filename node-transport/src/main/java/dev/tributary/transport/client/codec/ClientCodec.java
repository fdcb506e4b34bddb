package dev.tributary.transport.client.codec;

import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;

/**
 * An encoding of client messages: one message is one array, without framing. Stateless and thread-safe. Decoded
 * messages keep copies of the array's content; a returned array belongs to the caller. Time and memory are proportional
 * to the size of the array.
 */
public interface ClientCodec {

    /** Decodes a message from a client. Throws only {@link ClientDecodingException}. */
    ClientRequest decodeRequest(byte[] message);

    /**
     * Encodes a request. Throws {@link IllegalArgumentException} if this encoding does not support it. A contract that
     * was not hashed yet is hashed here: see {@link dev.tributary.transport.client.message.PackedContract#unpack()}.
     */
    byte[] encodeRequest(ClientRequest request);

    /** Decodes a message from a node. Throws only {@link ClientDecodingException}. */
    ClientReply decodeAnswer(byte[] message);

    /** Encodes an answer. Throws {@link IllegalArgumentException} if this encoding does not support it. */
    byte[] encodeAnswer(ClientAnswer answer);

    /** Encodes an error. Every encoding supports all errors. */
    byte[] encodeError(ClientError error);
}
