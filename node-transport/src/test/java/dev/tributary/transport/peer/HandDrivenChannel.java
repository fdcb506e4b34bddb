package dev.tributary.transport.peer;

import dev.tributary.core.interleaving.ManualLoop;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerId;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.LargeMessageGate;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import reactor.core.scheduler.Schedulers;

/** A channel without a socket, whose event loop runs a task when the test says so. */
final class HandDrivenChannel extends EmbeddedChannel {

    private final ManualLoop loop = new ManualLoop();
    private final EventLoop eventLoop = new DefaultEventLoop() {
        @Override
        public void execute(Runnable task) {
            loop.schedule(task);
        }

        @Override
        public boolean inEventLoop() {
            return true;
        }

        @Override
        public boolean inEventLoop(Thread thread) {
            return true;
        }
    };

    /** The tasks of the event loop. */
    ManualLoop loop() {
        return loop;
    }

    @Override
    public EventLoop eventLoop() {
        // The superclass asks before the fields of this class are set.
        return eventLoop == null ? super.eventLoop() : eventLoop;
    }

    /** The channel of a peer before its handshake. */
    static PeerChannel open(HandDrivenChannel channel) {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(false);
            SslHandler tls = new SslHandler(engine);
            // No timer: its tasks belong to the thread of a real event loop.
            tls.setHandshakeTimeoutMillis(0);
            return PeerChannel.open(channel, tls, new Idle(), Schedulers.immediate(), Duration.ofSeconds(1));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** A stage in which nothing is expected. */
    private static final class Idle implements ConnectionState {

        @Override
        public void onSecured(PeerId peer) {}

        @Override
        public void onFrame(Frame frame) {}

        @Override
        public LargeMessageGate.Verdict admitLarge(int size, boolean mayWait) {
            throw new AssertionError("no message is expected");
        }

        @Override
        public void onBytesRead() {}

        @Override
        public void onWritable() {}

        @Override
        public void onFailure(CloseReason reason) {}

        @Override
        public void onClosed() {}
    }
}
