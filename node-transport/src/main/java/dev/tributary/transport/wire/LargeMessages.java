package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The large messages of one link that are arriving. Used on the link's event loop only. */
final class LargeMessages {

    private final Map<Integer, LargeMessage> arriving = new HashMap<>();
    private long announced;

    /** Takes in an announcement: stream number and size. */
    void announce(ByteBuf body) {
        if (body.readableBytes() != 8) {
            throw new ProtocolException("an announcement must have 8 bytes, not " + body.readableBytes());
        }
        int stream = body.readInt();
        long size = body.readUnsignedInt();
        if (arriving.size() == WireLimits.LARGE_AT_ONCE) {
            throw new ProtocolException("at most " + WireLimits.LARGE_AT_ONCE + " large messages at once");
        }
        if (size == 0 || announced + size > WireLimits.LARGE_BYTES_AT_ONCE) {
            throw new ProtocolException("a large message of " + size + " bytes beside " + announced
                    + " bytes under way; at most " + WireLimits.LARGE_BYTES_AT_ONCE + " are allowed");
        }
        LargeMessage message = new LargeMessage(WireLimits.require("a large message", size, WireLimits.LARGE_MESSAGE));
        LargeMessage same = arriving.putIfAbsent(stream, message);
        if (same != null) {
            message.release();
            throw new ProtocolException("stream " + stream + " is announced twice");
        }
        announced += size;
    }

    /** Takes in a chunk. Returns the message that it completes, which is the caller's then, or null. */
    @Nullable
    LargeMessage add(ByteBuf body) {
        if (body.readableBytes() < 4) {
            throw new ProtocolException("a chunk without its stream number");
        }
        int stream = body.readInt();
        LargeMessage message = arriving.get(stream);
        if (message == null) {
            throw new ProtocolException("a chunk for stream " + stream + ", which is not open");
        }
        message.add(body);
        if (!message.complete()) {
            return null;
        }
        arriving.remove(stream);
        announced -= message.size();
        return message;
    }

    void release() {
        arriving.values().forEach(LargeMessage::release);
        arriving.clear();
    }
}
