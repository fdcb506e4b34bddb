package dev.tributary.transport.peer;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.FrameReader;
import dev.tributary.transport.wire.FrameWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * One TLS connection: bytes become frames and go to the {@link Stage} that the connection is in. It stands before the
 * bridge of Reactor Netty, which gets to see no bytes.
 */
final class PeerChannel extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(PeerChannel.class);

    private static final long UNSENT = 128 * 1024;

    private final Channel channel;
    private final SslHandler tls;
    private final FrameReader reader;
    private final Scheduler timer;
    private final Duration closeLimit;
    private final Disposable.Swap farewell = Disposables.swap();
    private final Consumer<Frame> frames = this::tell;
    private Stage stage;
    private boolean secured;

    private PeerChannel(Channel channel, SslHandler tls, Stage stage, Scheduler timer, Duration closeLimit) {
        this.channel = channel;
        this.tls = tls;
        this.reader = new FrameReader(channel.alloc());
        this.stage = stage;
        this.timer = timer;
        this.closeLimit = closeLimit;
    }

    /** Takes over a channel that is just being made. */
    static PeerChannel open(Channel channel, SslHandler tls, Stage first, Scheduler timer, Duration closeLimit) {
        tls.setCloseNotifyFlushTimeoutMillis(closeLimit.toMillis());
        if (channel instanceof EpollSocketChannel socket) {
            // Bytes that wait in the kernel cannot be overtaken any more, so let few wait there: those in flight are
            // not counted.
            socket.config().setTcpNotSentLowAt(UNSENT);
        }
        PeerChannel peer = new PeerChannel(channel, tls, first, timer, closeLimit);
        channel.pipeline().addFirst(peer).addFirst(tls);
        return peer;
    }

    /** From now on the stage is told what happens. */
    void enter(Stage next) {
        stage = next;
    }

    Channel channel() {
        return channel;
    }

    /** Runs the action on the event loop: at once if this is it. After the end of the loop there is nothing to run. */
    void run(Runnable action) {
        if (channel.eventLoop().inEventLoop()) {
            action.run();
        } else {
            runLater(action);
        }
    }

    /** Runs the action on the event loop when the present work is done. */
    void runLater(Runnable action) {
        try {
            channel.eventLoop().execute(action);
        } catch (RejectedExecutionException ended) {
            log.debug("channel={} event loop has ended", channel.id());
        }
    }

    /** Whether the socket takes more without storing up too much. */
    boolean roomy() {
        return channel.isWritable();
    }

    /** Takes over the buffer. A failure closes the channel. */
    void write(ByteBuf frames) {
        channel.write(frames, channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    /** Lets bytes come in, or makes the peer wait. */
    void read(boolean on) {
        channel.config().setAutoRead(on);
    }

    /** Stops reading, tells the peer why, gives it time to take that in and to close, and closes. */
    void farewell(CloseReason reason) {
        deafen();
        if (!secured) {
            close();
            return;
        }
        ByteBuf word = channel.alloc().ioBuffer(256);
        FrameWriter.close(reason, word);
        channel.writeAndFlush(word, channel.voidPromise());
        closeWithin(closeLimit);
    }

    /** Closes at the latest after the limit, whatever the peer does. */
    void closeWithin(Duration limit) {
        farewell.update(timer.schedule(this::close, limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Takes in and forgets whatever still arrives: a socket closed with bytes unread would be reset, and its last word lost. */
    void deafen() {
        reader.close();
        read(true);
    }

    void close() {
        channel.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.fireChannelActive();
        // After the bridge, which turns reading off when it hears of the channel.
        read(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        try {
            reader.read((ByteBuf) bytes, frames);
            stage.bytesRead();
        } catch (ProtocolException violation) {
            stage.failed(violated(violation));
        }
    }

    private void tell(Frame frame) {
        stage.frame(frame);
    }

    static CloseReason violated(ProtocolException violation) {
        return new CloseReason(CloseReason.Kind.PROTOCOL, String.valueOf(violation.getMessage()));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            stage.writable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                secured = true;
                stage.secured(PeerTls.peer(tls));
            } else {
                stage.failed(reason(completion.cause()));
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        farewell.dispose();
        reader.close();
        stage.gone();
        ctx.fireChannelInactive();
    }

    @Override
    @SuppressWarnings("deprecation") // the name is deprecated for outbound handlers only
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        stage.failed(reason(cause));
    }

    private CloseReason reason(Throwable failure) {
        Throwable cause =
                failure instanceof DecoderException && failure.getCause() != null ? failure.getCause() : failure;
        String detail = String.valueOf(cause.getMessage());
        if (cause instanceof NotSslRecordException) {
            return new CloseReason(CloseReason.Kind.PROTOCOL, "the peer does not speak TLS");
        }
        if (!channel.isActive() || (cause instanceof IOException && !(cause instanceof SSLException))) {
            return new CloseReason(CloseReason.Kind.LOST, "the connection broke: " + detail);
        }
        if (cause instanceof SSLException) {
            return new CloseReason(CloseReason.Kind.IDENTITY, "TLS failed: " + detail);
        }
        log.error("channel={} a fault of this node", channel.id(), failure);
        return new CloseReason(CloseReason.Kind.LOST, "a fault of the node: " + cause);
    }
}
