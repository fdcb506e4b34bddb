package dev.tributary.transport.client.session;

import dev.tributary.core.limit.Permits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;

/**
 * Counts the bytes of the partial frame that the decoder buffers for a connection against the byte budget: frames are
 * large, and connections are many. Confined to the connection's event loop.
 */
final class InboundByteMeter extends ChannelInboundHandlerAdapter {

    private final BudgetReservation lease;
    private final Consumer<SessionClosedException> onExceeded;
    private long partialFrame;
    private boolean discarding;

    /** Counts against {@code shared}. Beyond it, calls {@code onExceeded} once and discards everything that arrives. */
    InboundByteMeter(Permits shared, Consumer<SessionClosedException> onExceeded) {
        this.lease = new BudgetReservation(shared);
        this.onExceeded = onExceeded;
    }

    /** Adds this handler in front of the WebSocket decoder. */
    void addTo(ChannelPipeline pipeline) {
        ChannelHandlerContext decoder = pipeline.context(WebSocket13FrameDecoder.class);
        if (decoder != null) {
            pipeline.addBefore(decoder.name(), "tributary-incoming", this);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (discarding) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof ByteBuf bytes) {
            partialFrame += bytes.readableBytes();
            try {
                lease.resize(partialFrame);
            } catch (SessionClosedException failure) {
                discarding = true;
                ReferenceCountUtil.release(message);
                onExceeded.accept(failure);
                return;
            }
        }
        context.fireChannelRead(message);
    }

    /** Resets the counter: the decoder has emitted a complete frame. */
    void frameDecoded() {
        partialFrame = 0;
        lease.resize(0);
    }

    void close() {
        lease.close();
    }
}
