package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The bytes of one large message, gathered chunk by chunk. It owns memory outside the heap until {@link #decode()} or
 * {@link #release()}. Memory is taken as bytes arrive: what the sender claims costs nothing.
 */
public final class LargeMessage {

    private final int size;
    private final CompositeByteBuf gathered = Unpooled.compositeBuffer(Integer.MAX_VALUE);

    LargeMessage(int size) {
        this.size = size;
    }

    /** The size in bytes that was announced. */
    public int size() {
        return size;
    }

    /** Adds the rest of the buffer, which stays the caller's. */
    void add(ByteBuf chunk) {
        int length = chunk.readableBytes();
        int missing = size - gathered.readableBytes();
        if (length > missing) {
            throw new ProtocolException("a chunk of " + length + " bytes where " + missing + " are missing");
        }
        if (length < WireLimits.SMALLEST_CHUNK && length < missing) {
            throw new ProtocolException("a chunk of " + length + " bytes that is not the last; at least "
                    + WireLimits.SMALLEST_CHUNK + " are needed");
        }
        gathered.addComponent(true, keep(chunk, length));
    }

    // A slice keeps its whole buffer in memory: it is worth that only if it is most of it.
    private static ByteBuf keep(ByteBuf chunk, int length) {
        boolean most = length >= chunk.unwrap().capacity() / 2;
        return most
                ? chunk.readRetainedSlice(length)
                : Unpooled.buffer(length, length).writeBytes(chunk);
    }

    boolean complete() {
        return gathered.readableBytes() == size;
    }

    /**
     * Decodes and releases: about 1 ms for each 5 MiB of state and 5 ms for each MiB of code, whose hash is computed. Any
     * thread, once.
     *
     * @throws ProtocolException if it is no valid message
     */
    public Frame decode() {
        try {
            return new WireCodec().decode(gathered);
        } finally {
            gathered.release();
        }
    }

    /** Gives up a message that is not decoded. */
    public void release() {
        gathered.release();
    }
}
