package dev.tributary.transport.client.codec;

import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;

/**
 * One encoding of client messages: a message is one array, without any frame around it. Stateless, for all threads. An
 * array that is decoded is copied where it is kept; an array that is returned belongs to the caller. Work and memory
 * are proportional to the array's size.
 */
public interface ClientCodec {

    /** Reads what a client sent. Throws {@link ClientDecodingException} and nothing else. */
    ClientRequest decodeRequest(byte[] message);

    /**
     * Throws {@link IllegalArgumentException} for a request that this encoding has no form for. A contract that was not
     * hashed yet is hashed here: see {@link dev.tributary.transport.client.message.PackedContract#unpack()}.
     */
    byte[] encodeRequest(ClientRequest request);

    /** Reads what a node sent. Throws {@link ClientDecodingException} and nothing else. */
    ClientReply decodeAnswer(byte[] message);

    /** Throws {@link IllegalArgumentException} for an answer that this encoding has no form for. */
    byte[] encodeAnswer(ClientAnswer answer);

    /** Every error can be told in every encoding. */
    byte[] encodeError(ClientError error);
}
