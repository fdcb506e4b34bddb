package dev.tributary.transport.client.session;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;

/**
 * What the bytes of a client tell of it: whether it lives, and whether it has said that it leaves. Confined to the
 * connection's event loop.
 */
final class ClientSigns extends ChannelDuplexHandler {

    /** Pings without any sign of life after which a client counts as gone. */
    private static final int MAX_UNANSWERED = 2;

    private boolean isReading = true;
    private boolean isHeard = true;
    private boolean isLeaving;
    private int unanswered;

    /** Adds this handler in front of the WebSocket decoder. */
    void addTo(ChannelPipeline pipeline) {
        ChannelHandlerContext decoder = pipeline.context(WebSocket13FrameDecoder.class);
        if (decoder != null) {
            pipeline.addBefore(decoder.name(), "tributary-signs", this);
        }
    }

    @Override
    public void read(ChannelHandlerContext context) {
        isReading = true;
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        isHeard = true;
        isReading = false;
        context.fireChannelRead(message);
    }

    /**
     * Called before each ping. Returns whether the last ones were not answered. While nothing is read from the client, its
     * answers cannot be seen, and do not count as missing.
     */
    boolean isGone() {
        unanswered = isHeard || !isReading ? 0 : unanswered + 1;
        isHeard = false;
        return unanswered >= MAX_UNANSWERED;
    }

    void onCloseFrame() {
        isLeaving = true;
    }

    /** Returns whether the client has sent a close frame, which is answered before its session ends. */
    boolean isLeaving() {
        return isLeaving;
    }
}
