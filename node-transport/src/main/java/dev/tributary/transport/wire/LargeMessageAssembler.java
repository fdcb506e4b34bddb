package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The incomplete large messages of one link. Used on the link's event loop only. */
final class LargeMessageAssembler {

    private final Map<Integer, LargeMessage> incomplete = new HashMap<>();
    private long announcedBytes;

    /** Handles an announcement: stream number and size. */
    void announce(ByteBuf body) {
        if (body.readableBytes() != 8) {
            throw new ProtocolException("an announcement must have 8 bytes, not " + body.readableBytes());
        }
        int stream = body.readInt();
        long size = body.readUnsignedInt();
        if (incomplete.size() == WireLimits.MAX_LARGE_MESSAGES) {
            throw new ProtocolException("at most " + WireLimits.MAX_LARGE_MESSAGES + " large messages at once");
        }
        if (size == 0 || announcedBytes + size > WireLimits.MAX_LARGE_BYTES) {
            throw new ProtocolException("a large message of " + size + " bytes beside " + announcedBytes
                    + " bytes in transfer; at most " + WireLimits.MAX_LARGE_BYTES + " are allowed");
        }
        LargeMessage message =
                new LargeMessage(WireLimits.requireAtMost("a large message", size, WireLimits.LARGE_MESSAGE));
        LargeMessage existing = incomplete.putIfAbsent(stream, message);
        if (existing != null) {
            message.release();
            throw new ProtocolException("stream " + stream + " is announced twice");
        }
        announcedBytes += size;
    }

    /** Handles a chunk. Returns the message that it completes, which the caller owns then, or null. */
    @Nullable
    LargeMessage add(ByteBuf body) {
        if (body.readableBytes() < 4) {
            throw new ProtocolException("a chunk without its stream number");
        }
        int stream = body.readInt();
        LargeMessage message = incomplete.get(stream);
        if (message == null) {
            throw new ProtocolException("a chunk for stream " + stream + ", which is not open");
        }
        message.add(body);
        if (!message.complete()) {
            return null;
        }
        incomplete.remove(stream);
        announcedBytes -= message.size();
        return message;
    }

    void release() {
        incomplete.values().forEach(LargeMessage::release);
        incomplete.clear();
    }
}
