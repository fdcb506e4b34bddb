package dev.tributary.transport.client.message;

import dev.tributary.core.value.Bytes;

/**
 * A chunk of an encoded message that is too large to be sent in one piece, in either direction.
 *
 * @param stream id of the message within its connection and direction, from 0 to 2^32 - 1, then from 0 again
 * @param index index of the chunk, from 0
 * @param total number of chunks of the message
 */
public record StreamChunk(long stream, long index, long total, Bytes data) implements ClientRequest, ClientAnswer {

    @Override
    public ClientRequest.Kind requestKind() {
        return ClientRequest.Kind.STREAM_CHUNK;
    }

    @Override
    public ClientAnswer.Kind answerKind() {
        return ClientAnswer.Kind.STREAM_CHUNK;
    }
}
