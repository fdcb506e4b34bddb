package dev.tributary.transport.client;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections that do not say in time what they want, however slowly they say it. The HTTP server's own limits are not
 * used: they go on when a connection has become a WebSocket.
 */
final class Patience {

    private static final AttributeKey<Future<?>> END = AttributeKey.valueOf(Patience.class, "end");

    /** The connection is closed after this time, unless {@link #end} comes before, or it is a WebSocket already. */
    void begin(Channel channel, Duration limit) {
        if (channel.isOpen() && channel.pipeline().get(WebSocket13FrameDecoder.class) == null) {
            set(channel, channel.eventLoop().schedule(() -> channel.close(), limit.toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    /** The connection has said what it wants. */
    void end(Channel channel) {
        set(channel, null);
    }

    private static void set(Channel channel, @Nullable Future<?> end) {
        Future<?> before = channel.attr(END).getAndSet(end);
        if (before != null) {
            before.cancel(false);
        }
    }
}
