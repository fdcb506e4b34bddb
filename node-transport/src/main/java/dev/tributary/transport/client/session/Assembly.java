package dev.tributary.transport.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames put together to messages. What they take counts until {@link #done}, so that messages which wait for something are
 * bounded too. Used on the session's event loop.
 */
final class Assembly {

    private final int messageBytes;
    private final Lease lease;
    private List<byte[]> parts = new ArrayList<>();
    private long size;
    private long waiting;

    Assembly(int messageBytes, Budget shared) {
        this.messageBytes = messageBytes;
        this.lease = new Lease(shared);
    }

    /**
     * The message that this frame completes, or null.
     *
     * @throws SessionEndException if the message is too large, or there is no room for it
     */
    @Nullable
    Whole add(WebSocketFrame frame) {
        if (!(frame instanceof BinaryWebSocketFrame
                || frame instanceof TextWebSocketFrame
                || frame instanceof ContinuationWebSocketFrame)) {
            return null;
        }
        ByteBuf content = frame.content();
        size += content.readableBytes();
        if (size > messageBytes) {
            throw new SessionEndException(
                    SessionEndException.TOO_LARGE, "a message may have at most " + messageBytes + " bytes");
        }
        lease.resize(waiting + size);
        parts.add(bytes(content));
        return frame.isFinalFragment() ? whole() : null;
    }

    private Whole whole() {
        Whole message = new Whole(parts, (int) size);
        waiting += size;
        parts = new ArrayList<>();
        size = 0;
        return message;
    }

    /**
     * What was put together has become something of another size, which waits in its place.
     *
     * @throws SessionEndException if there is no room for it
     */
    void became(long before, long now) {
        waiting += now - before;
        lease.resize(waiting + size);
    }

    /** So much of what was put together waits no longer. */
    void done(long bytes) {
        became(bytes, 0);
    }

    private static byte[] bytes(ByteBuf content) {
        byte[] bytes = new byte[content.readableBytes()];
        content.getBytes(content.readerIndex(), bytes);
        return bytes;
    }

    /** Forgets an unfinished message, and those that wait; there will be no more. */
    void close() {
        parts = List.of();
        lease.close();
    }

    /** A message whose frames are all there. */
    record Whole(List<byte[]> parts, int size) {

        /** In one piece, which is a copy of a message of many frames: not for an event loop if it is large. */
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
