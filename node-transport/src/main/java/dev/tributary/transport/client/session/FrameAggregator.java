package dev.tributary.transport.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates WebSocket frames into messages. A message counts against the byte budget until {@link #release}, so that
 * queued messages are bounded too. The rest of a refused message is discarded as it arrives. Confined to the session's
 * event loop.
 */
final class FrameAggregator {

    /** Maximum size of a block beyond the first, in bytes: the copy of a large message needs no contiguous memory. */
    private static final int MAX_BLOCK_BYTES = 1 << 20;

    /** Time that a message of any size has; beyond it, its bytes must arrive at the minimum rate. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** Minimum rate of an incomplete message, in bytes per second: slower than any access line. */
    private static final long MIN_BYTES_PER_SECOND = 32 << 10;

    private final int messageBytes;
    private final BudgetReservation lease;
    private List<byte[]> blocks = new ArrayList<>();
    private int lastBlockFree;
    private long size;
    private long capacity;
    private long queued;
    private long started;
    private boolean isPartial;
    private boolean discarding;

    FrameAggregator(int messageBytes, BudgetReservation lease) {
        this.messageBytes = messageBytes;
        this.lease = lease;
    }

    /**
     * Adds a frame. Returns the message that it completes, or null.
     *
     * @param now time of a monotonic clock, in nanoseconds
     * @throws MessageRefusedException once for a message that is too large or exceeds the byte budget
     */
    @Nullable
    CompleteMessage add(WebSocketFrame frame, long now) {
        if (!(frame instanceof BinaryWebSocketFrame
                || frame instanceof TextWebSocketFrame
                || frame instanceof ContinuationWebSocketFrame)) {
            return null;
        }
        boolean isLast = frame.isFinalFragment();
        if (discarding) {
            discarding = !isLast;
            return null;
        }
        if (!isPartial) {
            isPartial = true;
            started = now;
        }
        try {
            append(frame.content());
        } catch (MessageRefusedException refusal) {
            discard();
            discarding = !isLast;
            throw refusal;
        }
        return isLast ? complete() : null;
    }

    private void append(ByteBuf content) {
        size += content.readableBytes();
        if (size > messageBytes) {
            throw new MessageRefusedException("too large: a message may have at most " + messageBytes + " bytes");
        }
        int at = content.readerIndex();
        while (at < content.writerIndex()) {
            int left = content.writerIndex() - at;
            if (lastBlockFree == 0) {
                addBlock(left);
            }
            byte[] block = blocks.get(blocks.size() - 1);
            int count = Math.min(left, lastBlockFree);
            content.getBytes(at, block, block.length - lastBlockFree, count);
            lastBlockFree -= count;
            at += count;
        }
    }

    /** Adds a block as large as all before it, so that a message in tiny frames does not become many objects. */
    private void addBlock(int atLeast) {
        int bytes = (int) Math.max(atLeast, Math.min(capacity, MAX_BLOCK_BYTES));
        lease.resize(queued + capacity + bytes);
        blocks.add(new byte[bytes]);
        capacity += bytes;
        lastBlockFree = bytes;
    }

    private CompleteMessage complete() {
        CompleteMessage message = new CompleteMessage(blocks, (int) size, capacity);
        queued += capacity;
        capacity = 0;
        reset();
        return message;
    }

    private void discard() {
        capacity = 0;
        reset();
        lease.resize(queued);
    }

    private void reset() {
        blocks = new ArrayList<>();
        lastBlockFree = 0;
        size = 0;
        isPartial = false;
    }

    /**
     * Discards the incomplete message if it arrives too slowly, and the rest of it as it arrives.
     *
     * @throws MessageRefusedException if it did
     */
    void expire(long now) {
        long allowed = GRACE.toNanos() + size * 1_000_000_000L / MIN_BYTES_PER_SECOND;
        if (isPartial && now - started > allowed) {
            discard();
            discarding = true;
            throw new MessageRefusedException("too slow: a message must be complete within " + GRACE.toSeconds()
                    + " s, or arrive with " + MIN_BYTES_PER_SECOND + " bytes a second");
        }
    }

    /**
     * Replaces the size of a queued message: a decoded request takes its place.
     *
     * @throws MessageRefusedException if the new size exceeds the byte budget; the old size stays reserved
     */
    void replaceSize(long before, long now) {
        lease.resize(queued + now - before + capacity);
        queued += now - before;
    }

    /** Releases the bytes of a queued message. */
    void release(long bytes) {
        replaceSize(bytes, 0);
    }

    /** Discards the partial message and releases the bytes of all queued ones. No frames may follow. */
    void close() {
        blocks = List.of();
        lease.close();
    }
}
