package dev.tributary.transport.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Frames put together to messages. Used on the session's event loop. */
final class Assembly {

    private final int messageBytes;
    private final Lease lease;
    private final List<byte[]> parts = new ArrayList<>();
    private long size;

    Assembly(int messageBytes, Budget shared) {
        this.messageBytes = messageBytes;
        this.lease = new Lease(shared);
    }

    /**
     * The message that this frame completes, or null.
     *
     * @throws SessionEndException if the message is too large, or there is no room for it
     */
    byte @Nullable [] add(WebSocketFrame frame) {
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
        if (frame.isFinalFragment() && parts.isEmpty()) {
            size = 0;
            return bytes(content);
        }
        lease.resize(size);
        parts.add(bytes(content));
        return frame.isFinalFragment() ? joined() : null;
    }

    private static byte[] bytes(ByteBuf content) {
        byte[] bytes = new byte[content.readableBytes()];
        content.getBytes(content.readerIndex(), bytes);
        return bytes;
    }

    private byte[] joined() {
        byte[] all = new byte[(int) size];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        clear();
        return all;
    }

    private void clear() {
        parts.clear();
        size = 0;
        lease.resize(0);
    }

    /** Forgets an unfinished message; there will be no more. */
    void close() {
        clear();
        lease.close();
    }
}
