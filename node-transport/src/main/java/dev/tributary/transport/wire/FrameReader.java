package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.TransactionId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Decodes the bytes of one link into frames. Holds at most one incomplete frame, in addition to incomplete large
 * messages. Used on the link's event loop only, unless stated otherwise.
 */
public final class FrameReader {

    private static final Frame KEEP_ALIVE = new Frame.KeepAlive();

    private final ByteBufAllocator allocator;
    private final WireCodec codec = new WireCodec();
    private final FieldReader fields = new FieldReader();
    private final LargeMessageAssembler large;
    private ByteBuf unread = Unpooled.EMPTY_BUFFER;
    private boolean helloReceived;
    private boolean reading;
    private boolean waiting;
    private boolean paused;
    private boolean closed;

    /** Creates a reader that keeps all large messages. */
    public FrameReader(ByteBufAllocator allocator) {
        this(allocator, LargeMessageGate.OPEN);
    }

    /** Creates a reader that asks the gate for every large message. */
    public FrameReader(ByteBufAllocator allocator, LargeMessageGate gate) {
        this.allocator = allocator;
        this.large = new LargeMessageAssembler(gate);
    }

    /**
     * Takes ownership of the bytes and emits each frame that they complete. After {@link #close()} bytes are released
     * unread.
     *
     * @throws ProtocolException if the peer violates the protocol; the reader must not be used any more then
     */
    public void read(ByteBuf bytes, Consumer<Frame> frames) {
        if (closed) {
            bytes.release();
            return;
        }
        unread = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, unread, bytes);
        if (!waiting && !paused) {
            readFrames(frames);
        }
    }

    /**
     * Stops after the frame that is being read. Further bytes stay bytes, which take a small part of the memory of decoded
     * messages, until {@link #resume}. The caller should stop reading from the socket.
     */
    public void pause() {
        paused = true;
    }

    /** Whether reading was paused. */
    public boolean isPaused() {
        return paused;
    }

    /** Whether reading stopped before a large message for which there is no memory. The caller should stop reading. */
    public boolean isWaiting() {
        return waiting;
    }

    /** Continues with what was read meanwhile; asks the gate again if the reader waits. */
    public void resume(Consumer<Frame> frames) {
        if ((waiting || paused) && !closed) {
            waiting = false;
            paused = false;
            if (!reading) {
                readFrames(frames);
            }
        }
    }

    /** The incomplete large message of this transaction, if some of its bytes have arrived. Any thread. */
    public Optional<Transfer> arriving(TransactionId tx) {
        return large.arriving(tx);
    }

    /** Whether a large message is incomplete. */
    public boolean isReceivingLarge() {
        return large.isReceiving();
    }

    /**
     * Counts seconds in which the link was read. Returns what is wrong if an incomplete large message is silent or has
     * exceeded its deadline, which follows from the least rate.
     */
    public Optional<String> overdueAfter(int seconds, int leastBytesPerSecond) {
        return large.overdueAfter(seconds, leastBytesPerSecond);
    }

    private void readFrames(Consumer<Frame> frames) {
        reading = true;
        try {
            while (!closed && !paused && next(frames)) {}
        } finally {
            reading = false;
            if (closed || !unread.isReadable()) {
                releaseUnread();
            } else if (paused) {
                // The rest is read a few messages at a time: it is moved only when half of the buffer has been read.
                unread.discardSomeReadBytes();
            } else if (unread.readerIndex() > 0) {
                // Otherwise the buffer would grow with each read whose end is not the end of a frame.
                unread.discardReadBytes();
            }
        }
    }

    /** Stops reading, even within {@link #read}, and releases incomplete frames and messages. */
    public void close() {
        closed = true;
        large.release();
        if (!reading) {
            releaseUnread();
        }
    }

    /** Number of bytes that the buffer of unread bytes occupies. */
    int bufferCapacity() {
        return unread.capacity();
    }

    private void releaseUnread() {
        unread.release();
        unread = Unpooled.EMPTY_BUFFER;
    }

    /** Reads one frame if it is complete. */
    private boolean next(Consumer<Frame> frames) {
        if (unread.readableBytes() < FrameKind.HEADER) {
            return false;
        }
        int start = unread.readerIndex();
        long length = unread.getUnsignedInt(start) - 1;
        FrameKind kind = checkHeader(unread.getUnsignedByte(start + 4), length);
        if (unread.readableBytes() < FrameKind.HEADER + length) {
            return false;
        }
        unread.skipBytes(FrameKind.HEADER);
        ByteBuf body = unread.readSlice((int) length);
        if (kind == FrameKind.LARGE && !large.announce(body)) {
            unread.readerIndex(start);
            waiting = true;
            return false;
        }
        emit(kind, body, frames);
        return true;
    }

    /** Validates the header of a frame before its body has arrived. */
    private FrameKind checkHeader(int number, long length) {
        if (length < 0) {
            throw new ProtocolException("a frame without length");
        }
        FrameKind kind = FrameKind.ofNumber(number);
        if (kind == null) {
            throw new ProtocolException("unknown frame kind " + number);
        }
        if (length > kind.limit()) {
            throw new ProtocolException("a " + kind + " frame with a body of " + length + " bytes; at most "
                    + kind.limit() + " are allowed");
        }
        if (kind != FrameKind.CLOSE && helloReceived == (kind == FrameKind.HELLO)) {
            throw new ProtocolException(helloReceived ? "a second hello" : "a " + kind + " frame before the hello");
        }
        return kind;
    }

    private void emit(FrameKind kind, ByteBuf body, Consumer<Frame> frames) {
        switch (kind) {
            case HELLO -> {
                helloReceived = true;
                frames.accept(new Frame.Greeting(Hello.decode(body, fields)));
            }
            case CLOSE -> frames.accept(new Frame.Close(closeReason(body)));
            case KEEP_ALIVE -> frames.accept(KEEP_ALIVE);
            case MESSAGE -> frames.accept(codec.decode(body));
            case LARGE -> {}
            case CHUNK -> {
                int length = body.readableBytes() - 4;
                LargeMessage complete = large.add(body);
                frames.accept(new Frame.ChunkRead(length));
                if (complete != null) {
                    frames.accept(complete.isKept() ? new Frame.Large(complete) : complete.dropped());
                }
            }
            case ACKNOWLEDGE -> frames.accept(new Frame.Acknowledgement(received(body)));
        }
    }

    private static long received(ByteBuf body) {
        if (body.readableBytes() != 4) {
            throw new ProtocolException("a count must have 4 bytes, not " + body.readableBytes());
        }
        return body.readUnsignedInt();
    }

    private CloseReason closeReason(ByteBuf body) {
        fields.scan(body);
        CloseReason.Kind kind = CloseCode.kind(fields.u8(Field.CLOSE_KIND));
        return new CloseReason(kind, fields.line(Field.DETAIL, WireLimits.CLOSE_DETAIL));
    }
}
