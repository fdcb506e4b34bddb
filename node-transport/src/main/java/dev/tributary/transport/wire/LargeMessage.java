package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.value.TransactionId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of one large message, assembled from chunks. It owns blocks of the heap, which are allocated as bytes
 * arrive: the announced size alone allocates nothing, and no buffer of the network stays in use.
 */
public final class LargeMessage {

    /** Size of a block, in bytes. */
    private static final int BLOCK = 64 * 1024;

    private final int size;
    private final boolean kept;
    private final List<ByteBuf> blocks = new ArrayList<>();
    private final ByteBuf header = Unpooled.buffer(WireCodec.HEADER, WireCodec.HEADER);
    private int received;
    private int seconds;
    private int silentSeconds;

    /** @param kept whether the bytes are kept; if not, only those of the header are */
    LargeMessage(int size, boolean kept) {
        this.size = size;
        this.kept = kept;
    }

    /** Returns the announced size in bytes. */
    public int size() {
        return size;
    }

    /** Appends the rest of the buffer, which the caller owns. */
    void add(ByteBuf chunk) {
        int length = chunk.readableBytes();
        int missing = size - received;
        if (length > missing) {
            throw new ProtocolException("a chunk of " + length + " bytes, but only " + missing + " are missing");
        }
        if (length < WireLimits.MIN_CHUNK && length < missing) {
            throw new ProtocolException("a chunk of " + length + " bytes that is not the last; at least "
                    + WireLimits.MIN_CHUNK + " are required");
        }
        received += length;
        silentSeconds = 0;
        header.writeBytes(chunk, chunk.readerIndex(), Math.min(length, header.writableBytes()));
        if (kept) {
            append(chunk);
        } else {
            chunk.skipBytes(length);
        }
    }

    private void append(ByteBuf chunk) {
        while (chunk.isReadable()) {
            ByteBuf last = blocks.isEmpty() ? Unpooled.EMPTY_BUFFER : blocks.get(blocks.size() - 1);
            if (!last.isWritable()) {
                int left = size - blocks.size() * BLOCK;
                last = Unpooled.buffer(Math.min(BLOCK, left), Math.min(BLOCK, left));
                blocks.add(last);
            }
            last.writeBytes(chunk, Math.min(last.writableBytes(), chunk.readableBytes()));
        }
    }

    boolean complete() {
        return received == size;
    }

    /** The transaction of the message; empty until its header has arrived. */
    Optional<TransactionId> tx() {
        return header.readableBytes() < WireCodec.HEADER
                ? Optional.empty()
                : Optional.of(new TransactionId(header.getLong(1), header.getLong(9)));
    }

    /** Whether the bytes are kept. */
    boolean isKept() {
        return kept;
    }

    /** Counts seconds in which the message may have received bytes; returns whether it has been silent for longer. */
    boolean isSilentAfter(int more, int maxSilentSeconds) {
        seconds += more;
        silentSeconds += more;
        return silentSeconds > maxSilentSeconds;
    }

    /** Number of counted seconds since its announcement. */
    int seconds() {
        return seconds;
    }

    /** Returns the frame that stands for a message whose bytes were not kept. */
    Frame.Dropped dropped() {
        if (header.readableBytes() < WireCodec.HEADER) {
            throw new ProtocolException(
                    "a message of " + size + " bytes; at least " + WireCodec.HEADER + " are required");
        }
        int number = header.getUnsignedByte(0);
        return new Frame.Dropped(new TransactionId(header.getLong(1), header.getLong(9)), number, size);
    }

    /**
     * Decodes and releases the message. Takes about 1 ms for each 5 MiB of state, and 5 ms for each MiB of code, which
     * is hashed. Any thread; call it once.
     *
     * @throws ProtocolException if it is not a valid message
     */
    public Frame decode() {
        try {
            return new WireCodec().decode(Unpooled.wrappedBuffer(blocks.size(), blocks.toArray(ByteBuf[]::new)));
        } finally {
            release();
        }
    }

    /** Releases a message that will not be decoded. */
    public void release() {
        blocks.clear();
    }
}
