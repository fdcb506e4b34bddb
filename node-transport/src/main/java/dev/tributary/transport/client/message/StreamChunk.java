package dev.tributary.transport.client.message;

import dev.tributary.core.value.Bytes;

/**
 * One piece of an encoded message that is too large to be sent whole, in either direction.
 *
 * @param stream which message it is a piece of: counted for each connection and direction, from 0 to 2^32 - 1 and round
 * @param index which piece it is, from 0
 * @param total how many pieces there are
 */
public record StreamChunk(long stream, long index, long total, Bytes data) implements ClientRequest, ClientAnswer {}
