package dev.tributary.transport.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;

/**
 * Turns a frame that has not arrived as a whole into fragments of what has arrived, in front of the decoder, which would
 * otherwise buffer the frame in direct memory. So a frame may be as large as a message, and no connection holds more
 * than the header of one. Complete frames pass unchanged. Confined to the connection's event loop.
 */
final class FrameSplitter extends ChannelInboundHandlerAdapter {

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int OPCODE = 0x0f;
    private static final int MAX_DATA_OPCODE = 2;
    private static final int CLOSE_OPCODE = 8;
    private static final int MAX_CONTROL_BYTES = 125;

    /** Bits of extensions, none of which is agreed on. */
    private static final int RESERVED = 0x70;

    private static final int MAX_HEADER_BYTES = 14;
    private static final int MASK_BYTES = 4;

    private final byte[] header = new byte[MAX_HEADER_BYTES];
    private int headerSize;
    private long remaining;
    private int firstByte;
    private final byte[] mask = new byte[MASK_BYTES];
    private boolean isSplit;
    private boolean isRefused;
    private final ClientSigns signs;

    FrameSplitter(ClientSigns signs) {
        this.signs = signs;
    }

    /** Adds this handler in front of the WebSocket decoder. */
    void addTo(ChannelPipeline pipeline) {
        ChannelHandlerContext decoder = pipeline.context(WebSocket13FrameDecoder.class);
        if (decoder != null) {
            pipeline.addBefore(decoder.name(), "tributary-frames", this);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf in)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            while (in.isReadable() && !isRefused) {
                passFrame(context, in);
            }
        } finally {
            in.release();
        }
    }

    private void passFrame(ChannelHandlerContext context, ByteBuf in) {
        if (remaining == 0) {
            int start = in.readerIndex();
            boolean startsHere = headerSize == 0;
            if (!readHeader(in)) {
                return;
            }
            beginFrame();
            int refusal = refusal(in);
            if (refusal != 0) {
                refuse(context, refusal);
                return;
            }
            if (!isSplit || remaining <= in.readableBytes()) {
                long payload = Math.min(remaining, in.readableBytes());
                remaining -= payload;
                pass(context, in, startsHere ? start : -1, (int) payload);
                return;
            }
        }
        if (isSplit) {
            passFragment(context, in);
        } else {
            int payload = (int) Math.min(remaining, in.readableBytes());
            remaining -= payload;
            context.fireChannelRead(in.readRetainedSlice(payload));
        }
    }

    /** Returns the status with which the frame that begins is refused; 0 if it is left to the decoder. */
    private int refusal(ByteBuf in) {
        if ((firstByte & RESERVED) != 0) {
            return WebSocketCloseStatus.PROTOCOL_ERROR.code();
        }
        if ((firstByte & OPCODE) != CLOSE_OPCODE) {
            return 0;
        }
        signs.onCloseFrame();
        boolean isWhole = remaining <= MAX_CONTROL_BYTES && remaining <= in.readableBytes();
        return isWhole ? CloseFrameRule.refusal(in.slice(in.readerIndex(), (int) remaining), mask) : 0;
    }

    private void refuse(ChannelHandlerContext context, int status) {
        isRefused = true;
        signs.onCloseFrame();
        context.channel().writeAndFlush(new CloseWebSocketFrame(status, "")).addListener(ChannelFutureListener.CLOSE);
    }

    /** Passes a frame with its own header: from where it started, or after the header if that came before. */
    private void pass(ChannelHandlerContext context, ByteBuf in, int start, int payload) {
        int end = in.readerIndex() + payload;
        ByteBuf frame = start >= 0
                ? in.retainedSlice(start, end - start)
                : Unpooled.wrappedBuffer(
                        Unpooled.copiedBuffer(header, 0, headerLength()), in.retainedSlice(in.readerIndex(), payload));
        in.readerIndex(end);
        context.fireChannelRead(frame);
    }

    /** Passes what has arrived of a frame as a fragment; the mask continues where the fragment ends. */
    private void passFragment(ChannelHandlerContext context, ByteBuf in) {
        int payload = (int) Math.min(remaining, in.readableBytes());
        if (payload == 0) {
            return;
        }
        remaining -= payload;
        int first = remaining == 0 ? firstByte : firstByte & ~FINAL;
        ByteBuf head = context.alloc().buffer(MAX_HEADER_BYTES).writeByte(first);
        if (payload < 126) {
            head.writeByte(MASKED | payload);
        } else if (payload < 1 << 16) {
            head.writeByte(MASKED | 126).writeShort(payload);
        } else {
            head.writeByte(MASKED | 127).writeLong(payload);
        }
        head.writeBytes(mask);
        firstByte &= FINAL;
        rotateMask(payload);
        context.fireChannelRead(Unpooled.wrappedBuffer(head, in.readRetainedSlice(payload)));
    }

    private void rotateMask(int bytes) {
        byte[] before = mask.clone();
        for (int i = 0; i < MASK_BYTES; i++) {
            mask[i] = before[(i + bytes) % MASK_BYTES];
        }
    }

    /** Reads the next bytes of a header. Returns whether it is complete. */
    private boolean readHeader(ByteBuf in) {
        while (headerSize < 2 || headerSize < headerLength()) {
            if (!in.isReadable()) {
                return false;
            }
            header[headerSize++] = in.readByte();
        }
        return true;
    }

    private int headerLength() {
        int length = header[1] & 0x7f;
        int extended = length == 126 ? Short.BYTES : length == 127 ? Long.BYTES : 0;
        return 2 + extended + ((header[1] & MASKED) == 0 ? 0 : MASK_BYTES);
    }

    private void beginFrame() {
        ByteBuf head = Unpooled.wrappedBuffer(header);
        int length = head.getByte(1) & 0x7f;
        long size = length == 126 ? head.getUnsignedShort(2) : length == 127 ? head.getLong(2) : length;
        boolean isMasked = (head.getByte(1) & MASKED) != 0;
        firstByte = head.getUnsignedByte(0);
        // The decoder refuses a negative size, a control frame that is too long, and a frame without a mask.
        isSplit = size > 0 && isMasked && (firstByte & OPCODE) <= MAX_DATA_OPCODE;
        remaining = Math.max(0, size);
        if (isMasked) {
            head.getBytes(headerSize - MASK_BYTES, mask);
        }
        headerSize = 0;
    }
}
