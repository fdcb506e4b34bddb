package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The bytes of one large message, assembled from chunks. It owns off-heap memory until {@link #decode()} or
 * {@link #release()}. Memory is allocated as bytes arrive: the announced size alone allocates nothing.
 */
public final class LargeMessage {

    private final int size;
    private final CompositeByteBuf received = Unpooled.compositeBuffer(Integer.MAX_VALUE);

    LargeMessage(int size) {
        this.size = size;
    }

    /** Returns the announced size in bytes. */
    public int size() {
        return size;
    }

    /** Appends the rest of the buffer, which the caller owns. */
    void add(ByteBuf chunk) {
        int length = chunk.readableBytes();
        int missing = size - received.readableBytes();
        if (length > missing) {
            throw new ProtocolException("a chunk of " + length + " bytes, but only " + missing + " are missing");
        }
        if (length < WireLimits.MIN_CHUNK && length < missing) {
            throw new ProtocolException("a chunk of " + length + " bytes that is not the last; at least "
                    + WireLimits.MIN_CHUNK + " are required");
        }
        received.addComponent(true, keep(chunk, length));
    }

    // Retains a slice only if it is most of its buffer, because it keeps the whole buffer in memory; otherwise copies.
    private static ByteBuf keep(ByteBuf chunk, int length) {
        boolean isMost = length >= chunk.unwrap().capacity() / 2;
        return isMost
                ? chunk.readRetainedSlice(length)
                : Unpooled.buffer(length, length).writeBytes(chunk);
    }

    boolean complete() {
        return received.readableBytes() == size;
    }

    /**
     * Decodes and releases the message. Takes about 1 ms for each 5 MiB of state, and 5 ms for each MiB of code, which
     * is hashed. Any thread; call it once.
     *
     * @throws ProtocolException if it is not a valid message
     */
    public Frame decode() {
        try {
            return new WireCodec().decode(received);
        } finally {
            received.release();
        }
    }

    /** Releases a message that will not be decoded. */
    public void release() {
        received.release();
    }
}
