package dev.tributary.transport.wire;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** Appends frames to a buffer, which the caller owns. */
public final class FrameWriter {

    /** Overhead of a frame in bytes. */
    public static final int HEADER_SIZE = FrameKind.HEADER;

    private FrameWriter() {}

    public static void hello(Hello hello, ByteBuf out) {
        frame(FrameKind.HELLO, out, hello::encode);
    }

    public static void keepAlive(ByteBuf out) {
        header(FrameKind.KEEP_ALIVE, 0, out);
    }

    /** Appends a close frame. A detail that is too long is truncated. */
    public static void close(CloseReason reason, ByteBuf out) {
        Bytes detail = Bytes.utf8(reason.detail());
        Bytes truncated = detail.size() <= WireLimits.CLOSE_DETAIL
                ? detail
                : Bytes.utf8(reason.detail().substring(0, WireLimits.CLOSE_DETAIL / 3));
        frame(
                FrameKind.CLOSE,
                out,
                body -> new BufferWriter(body)
                        .u8(Field.CLOSE_KIND, CloseCode.of(reason.kind()))
                        .bytes(Field.DETAIL, truncated));
    }

    /**
     * Appends a message in one frame.
     *
     * @param size the message's {@link WireCodec#sizeOf}, at most {@link WireLimits#SMALL_MESSAGE}
     */
    public static void message(PeerMessage message, int size, ByteBuf out) {
        header(FrameKind.MESSAGE, size, out);
        WireCodec.encode(message, out);
    }

    /** Appends the announcement of a large message. */
    public static void announceLarge(int stream, int size, ByteBuf out) {
        header(FrameKind.LARGE, 8, out);
        out.writeInt(stream);
        out.writeInt(size);
    }

    /** Appends the header of a chunk: the caller appends {@code length} bytes of the large message. */
    public static void chunk(int stream, int length, ByteBuf out) {
        header(FrameKind.CHUNK, 4 + length, out);
        out.writeInt(stream);
    }

    /** Appends an acknowledgement of chunk bytes read. */
    public static void acknowledge(int bytes, ByteBuf out) {
        header(FrameKind.ACKNOWLEDGE, 4, out);
        out.writeInt(bytes);
    }

    /** Returns the data size of full chunks, in bytes. */
    public static int chunkSize() {
        return WireLimits.SENT_CHUNK;
    }

    private static void frame(FrameKind kind, ByteBuf out, Consumer<ByteBuf> body) {
        int start = out.writerIndex();
        header(kind, 0, out);
        body.accept(out);
        out.setInt(start, out.writerIndex() - start - 4);
    }

    private static void header(FrameKind kind, int length, ByteBuf out) {
        out.writeInt(1 + length);
        out.writeByte(kind.number());
    }
}
