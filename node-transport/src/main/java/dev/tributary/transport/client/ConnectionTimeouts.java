package dev.tributary.transport.client;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Timeouts of HTTP connections: closes a connection whose request is not complete in time, even if bytes keep arriving.
 * The timeouts of the HTTP server are not used, because they would continue after the upgrade to a WebSocket.
 */
final class ConnectionTimeouts {

    private static final AttributeKey<Future<?>> TIMEOUT = AttributeKey.valueOf(ConnectionTimeouts.class, "end");

    /** Starts or restarts the timeout after which the connection is closed. Only cancels it on a WebSocket. */
    void start(Channel channel, Duration limit) {
        cancel(channel);
        if (!channel.isOpen() || channel.pipeline().get(WebSocket13FrameDecoder.class) != null) {
            return;
        }
        try {
            set(channel, channel.eventLoop().schedule(() -> channel.close(), limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException stopped) {
            // The event loop has stopped, since the server has closed.
            channel.close();
        }
    }

    /** Cancels the timeout of the connection. */
    void cancel(Channel channel) {
        set(channel, null);
    }

    private static void set(Channel channel, @Nullable Future<?> timeout) {
        Future<?> previous = channel.attr(TIMEOUT).getAndSet(timeout);
        if (previous != null) {
            previous.cancel(false);
        }
    }
}
