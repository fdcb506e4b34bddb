package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.ring.AddressPrefix;
import dev.tributary.core.value.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Reads the first bytes of an inbound connection and keeps them until its handshake is started. Until then it costs no
 * TLS engine. Its fields are used on the event loop only.
 */
final class InboundConnection extends ChannelInboundHandlerAdapter implements Arrival {

    private static final CloseReason LOST =
            new CloseReason(CloseReason.Kind.LOST, "the connection was closed before the handshake");

    /** Maximum number of bytes that are kept: one read, which a TLS hello fits into. */
    private static final int MAX_FIRST_BYTES = 64 * 1024;

    private final Handshake handshake;
    private final Channel channel;
    private final String source;
    private final Consumer<Arrival> onFirstBytes;
    private final List<ByteBuf> firstBytes = new ArrayList<>(1);
    private int firstSize;
    private boolean started;

    private InboundConnection(Handshake handshake, Channel channel, String source, Consumer<Arrival> onFirstBytes) {
        this.handshake = handshake;
        this.channel = channel;
        this.source = source;
        this.onFirstBytes = onFirstBytes;
    }

    /** Takes over a channel that is being initialized. */
    static InboundConnection open(
            Handshake handshake, Channel channel, IpAddress remote, Consumer<Arrival> onFirstBytes) {
        String source = AddressPrefix.of(remote).orElseGet(remote::toString);
        InboundConnection connection = new InboundConnection(handshake, channel, source, onFirstBytes);
        channel.pipeline().addFirst(connection);
        return connection;
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public void start() {
        execute(this::begin);
    }

    @Override
    public void refuse(CloseReason reason) {
        handshake.refuse(reason);
        execute(this::closeUnlessStarted);
    }

    private void execute(Runnable action) {
        try {
            channel.eventLoop().execute(action);
        } catch (RejectedExecutionException ended) {
            channel.close();
        }
    }

    private void begin() {
        if (started || !channel.isActive()) {
            return;
        }
        started = true;
        channel.pipeline().remove(this);
        handshake.begin(channel);
        firstBytes.forEach(channel.pipeline()::fireChannelRead);
        firstBytes.clear();
        channel.pipeline().fireChannelReadComplete();
        channel.config().setAutoRead(true);
    }

    private void closeUnlessStarted() {
        if (!started) {
            channel.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.fireChannelActive();
        // After the bridge, which disables reading when the channel becomes active.
        channel.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        ByteBuf read = (ByteBuf) bytes;
        firstBytes.add(read);
        firstSize += read.readableBytes();
        if (firstSize > MAX_FIRST_BYTES) {
            channel.close();
        } else if (firstBytes.size() == 1) {
            onFirstBytes.accept(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        release();
        handshake.refuse(LOST);
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (!started) {
            release();
        }
    }

    private void release() {
        firstBytes.forEach(ByteBuf::release);
        firstBytes.clear();
    }
}
