package dev.tributary.transport.client.session;

import dev.tributary.core.limit.Permits;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates WebSocket frames into messages. A message counts against the byte budget until {@link #release}, so that
 * queued messages are bounded too. Confined to the session's event loop.
 */
final class FrameAggregator {

    private final int messageBytes;
    private final BudgetReservation lease;
    private List<byte[]> parts = new ArrayList<>();
    private long size;
    private long queued;

    FrameAggregator(int messageBytes, Permits shared) {
        this.messageBytes = messageBytes;
        this.lease = new BudgetReservation(shared);
    }

    /**
     * Adds a frame. Returns the message that it completes, or null.
     *
     * @throws SessionClosedException if the message is too large or exceeds the byte budget
     */
    @Nullable
    CompleteMessage add(WebSocketFrame frame) {
        if (!(frame instanceof BinaryWebSocketFrame
                || frame instanceof TextWebSocketFrame
                || frame instanceof ContinuationWebSocketFrame)) {
            return null;
        }
        ByteBuf content = frame.content();
        size += content.readableBytes();
        if (size > messageBytes) {
            throw new SessionClosedException(
                    SessionClosedException.TOO_LARGE, "a message may have at most " + messageBytes + " bytes");
        }
        lease.resize(queued + size);
        parts.add(bytes(content));
        return frame.isFinalFragment() ? complete() : null;
    }

    private CompleteMessage complete() {
        CompleteMessage message = new CompleteMessage(parts, (int) size);
        queued += size;
        parts = new ArrayList<>();
        size = 0;
        return message;
    }

    /**
     * Replaces the size of a queued message: a decoded request takes its place.
     *
     * @throws SessionClosedException if the new size exceeds the byte budget
     */
    void replaceSize(long before, long now) {
        queued += now - before;
        lease.resize(queued + size);
    }

    /** Releases the bytes of a queued message. */
    void release(long bytes) {
        replaceSize(bytes, 0);
    }

    private static byte[] bytes(ByteBuf content) {
        byte[] bytes = new byte[content.readableBytes()];
        content.getBytes(content.readerIndex(), bytes);
        return bytes;
    }

    /** Discards the partial message and releases the bytes of all queued ones. No frames may follow. */
    void close() {
        parts = List.of();
        lease.close();
    }

    /** A complete message, in the frames in which it arrived. */
    record CompleteMessage(List<byte[]> parts, int size) {

        /** Returns the message as one array. Copies several frames: not for an event loop if it is large. */
        byte[] joined() {
            if (parts.size() == 1) {
                return parts.get(0);
            }
            byte[] all = new byte[size];
            int at = 0;
            for (byte[] part : parts) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            return all;
        }
    }
}
