package dev.tributary.transport.peer;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.transport.identity.PeerTls;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.FrameReader;
import dev.tributary.transport.wire.FrameWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
 * One TLS connection: decodes bytes into frames and passes them to the current {@link ConnectionState}. It is placed before
 * Reactor Netty's channel bridge, which receives no bytes.
 */
final class PeerChannel extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(PeerChannel.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private static final long MAX_UNSENT_BYTES = 128 * 1024;

    /** Two reads from the socket: one was under way when reading was paused. */
    private static final long MAX_UNWANTED = 128 * 1024;

    private final Channel channel;
    private final SslHandler tls;
    private final FrameReader reader;
    private final Scheduler timer;
    private final Duration closeLimit;
    private final Disposable.Swap closeTimer = Disposables.swap();
    private final Consumer<Frame> onFrame = this::onFrame;
    private ConnectionState stage;
    private boolean secured;

    /** Bytes that were read since reading was paused. */
    private long unwanted;

    private PeerChannel(Channel channel, SslHandler tls, ConnectionState stage, Scheduler timer, Duration closeLimit) {
        this.channel = channel;
        this.tls = tls;
        this.reader = new FrameReader(channel.alloc(), (size, mayWait) -> this.stage.admitLarge(size, mayWait));
        this.stage = stage;
        this.timer = timer;
        this.closeLimit = closeLimit;
    }

    /** Takes over a channel that is being initialized. */
    static PeerChannel open(
            Channel channel, SslHandler tls, ConnectionState first, Scheduler timer, Duration closeLimit) {
        tls.setCloseNotifyFlushTimeoutMillis(closeLimit.toMillis());
        if (channel instanceof EpollSocketChannel socket) {
            // Limits the unsent bytes in the kernel, because small messages cannot overtake them. Bytes in flight are
            // not counted.
            socket.config().setTcpNotSentLowAt(MAX_UNSENT_BYTES);
        }
        PeerChannel peer = new PeerChannel(channel, tls, first, timer, closeLimit);
        channel.pipeline().addFirst(peer).addFirst(tls);
        return peer;
    }

    /** Sets the stage that receives the callbacks from now on. */
    void setState(ConnectionState next) {
        stage = next;
    }

    Channel channel() {
        return channel;
    }

    /** Runs the action on the event loop, immediately if called there. Ignored after the event loop has ended. */
    void run(Runnable action) {
        if (channel.eventLoop().inEventLoop()) {
            action.run();
        } else {
            runLater(action);
        }
    }

    /** Runs the action on the event loop, after the task that is running there. */
    void runLater(Runnable action) {
        try {
            channel.eventLoop().execute(action);
        } catch (RejectedExecutionException ended) {
            log.debug("task rejected, event loop has ended channel={}", channel.id());
        }
    }

    /** Returns whether the channel is below the high-water mark of its write buffer. */
    boolean isWritable() {
        return channel.isWritable();
    }

    /** Writes and releases the buffer. A failure closes the channel. */
    void write(ByteBuf frames) {
        channel.write(frames, channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    /** Enables or pauses reading from the socket; pausing slows down the peer. */
    void setReading(boolean enabled) {
        channel.config().setAutoRead(enabled);
    }

    /** The reader of this connection. Event loop only, unless its method says otherwise. */
    FrameReader reader() {
        return reader;
    }

    /** Continues to read frames if the reader waited for memory, or was paused. Event loop only. */
    void resumeReader() {
        read(Unpooled.EMPTY_BUFFER);
    }

    /** Discards further input, sends the reason to the peer, and closes at the latest after the close timeout. */
    void closeWithReason(CloseReason reason) {
        discardInput();
        if (!secured) {
            close();
            return;
        }
        ByteBuf frame = channel.alloc().ioBuffer(256);
        FrameWriter.close(reason, frame);
        channel.writeAndFlush(frame, channel.voidPromise());
        closeWithin(closeLimit);
    }

    /** Closes at the latest after the timeout, independent of the peer. */
    void closeWithin(Duration timeout) {
        closeTimer.update(timer.schedule(this::close, timeout.toMillis(), TimeUnit.MILLISECONDS));
    }

    /**
     * Reads and discards further input: closing a socket with unread bytes would reset it and lose the close message.
     */
    void discardInput() {
        reader.close();
        setReading(true);
    }

    void close() {
        channel.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.fireChannelActive();
        // After the bridge, which disables reading when the channel becomes active.
        setReading(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        read((ByteBuf) bytes);
    }

    private void read(ByteBuf bytes) {
        if (isUnwanted(bytes.readableBytes())) {
            bytes.release();
            channel.close();
            return;
        }
        try {
            if (bytes.isReadable()) {
                reader.read(bytes, onFrame);
            } else {
                bytes.release();
                reader.resume(onFrame);
            }
            stage.onBytesRead();
        } catch (ProtocolException error) {
            stage.onFailure(protocolViolation(error));
        }
    }

    /** When the peer has closed the connection, all that its socket holds is read at once, whether it is asked for or not. */
    private boolean isUnwanted(int size) {
        unwanted = channel.config().isAutoRead() ? 0 : unwanted + size;
        return unwanted > MAX_UNWANTED;
    }

    private void onFrame(Frame frame) {
        stage.onFrame(frame);
    }

    static CloseReason protocolViolation(ProtocolException error) {
        return new CloseReason(CloseReason.Kind.PROTOCOL, String.valueOf(error.getMessage()));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            stage.onWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                secured = true;
                stage.onSecured(PeerTls.peer(tls));
            } else {
                stage.onFailure(reasonOf(completion.cause()));
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closeTimer.dispose();
        reader.close();
        stage.onClosed();
        ctx.fireChannelInactive();
    }

    @Override
    @SuppressWarnings("deprecation") // the name is deprecated for outbound handlers only
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        stage.onFailure(reasonOf(cause));
    }

    private CloseReason reasonOf(Throwable failure) {
        Throwable cause =
                failure instanceof DecoderException && failure.getCause() != null ? failure.getCause() : failure;
        String detail = String.valueOf(cause.getMessage());
        if (cause instanceof NotSslRecordException) {
            return new CloseReason(CloseReason.Kind.PROTOCOL, "the peer does not speak TLS");
        }
        if (!channel.isActive() || (cause instanceof IOException && !(cause instanceof SSLException))) {
            return new CloseReason(CloseReason.Kind.LOST, "the connection was lost: " + detail);
        }
        if (cause instanceof SSLException) {
            return new CloseReason(CloseReason.Kind.IDENTITY, "TLS failed: " + detail);
        }
        failures.warn(failure, "internal error channel={}", channel.id());
        return new CloseReason(CloseReason.Kind.LOST, "internal error of the node: " + cause);
    }
}
