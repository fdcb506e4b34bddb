package dev.tributary.transport.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;

/**
 * Watches what a connection sends before it is a whole frame, which the decoder keeps: a frame is large, and connections are
 * many. Used on the connection's event loop.
 */
final class IncomingBytes extends ChannelInboundHandlerAdapter {

    private final Lease lease;
    private final Consumer<SessionEndException> tooMany;
    private long unfinished;
    private boolean dropping;

    /** Watches with this lease; {@code tooMany} is told once, and everything that comes after is forgotten. */
    IncomingBytes(Budget shared, Consumer<SessionEndException> tooMany) {
        this.lease = new Lease(shared);
        this.tooMany = tooMany;
    }

    /** Begins to watch, in front of the decoder. */
    void addTo(ChannelPipeline pipeline) {
        ChannelHandlerContext decoder = pipeline.context(WebSocket13FrameDecoder.class);
        if (decoder != null) {
            pipeline.addBefore(decoder.name(), "tributary-incoming", this);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (dropping) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof ByteBuf bytes) {
            unfinished += bytes.readableBytes();
            try {
                lease.resize(unfinished);
            } catch (SessionEndException failure) {
                dropping = true;
                ReferenceCountUtil.release(message);
                tooMany.accept(failure);
                return;
            }
        }
        context.fireChannelRead(message);
    }

    /** A whole frame has left the decoder. */
    void frame() {
        unfinished = 0;
        lease.resize(0);
    }

    void close() {
        lease.close();
    }
}
