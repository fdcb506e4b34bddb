package dev.tributary.transport.client;

import dev.tributary.core.limit.Permits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;

/**
 * Hands a connection's bytes to its socket in pieces, no faster than the client reads. The socket copies what it is
 * handed to direct memory, so without this handler a message of any size would stand there for a client that reads
 * nothing. All connections together have one budget; a connection that gets nothing from it still has one small piece.
 */
final class PacedWriter extends ChannelDuplexHandler {

    /** Size of a piece within the shared budget, in bytes. */
    private static final int PIECE_BYTES = 32 << 10;

    /** Size of the one piece that each connection has when the shared budget is used up, in bytes. */
    private static final int SMALL_PIECE_BYTES = 4 << 10;

    /** Maximum number of waiting messages: senders wait for each other, so only unread answers to pings get this far. */
    private static final int MAX_WAITING = 256;

    private final Permits shared;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private int inFlight;
    private boolean draining;

    PacedWriter(Permits shared) {
        this.shared = shared;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!context.channel().isActive()) {
            fail(new Waiting(message, promise));
            return;
        }
        waiting.add(new Waiting(message, promise));
        if (waiting.size() > MAX_WAITING) {
            context.close();
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        drain(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        drain(context);
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        discard();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        discard();
    }

    /** Writes what the socket takes now. A piece that leaves makes room for the next one and calls this again. */
    private void drain(ChannelHandlerContext context) {
        if (draining) {
            return;
        }
        draining = true;
        try {
            boolean progress = true;
            while (progress) {
                progress = writePiece(context);
                if (!progress || !context.channel().isWritable()) {
                    context.flush();
                    progress = !waiting.isEmpty() && writePiece(context);
                }
            }
        } finally {
            draining = false;
        }
    }

    private boolean writePiece(ChannelHandlerContext context) {
        Waiting next = waiting.peek();
        if (next == null
                || !context.channel().isWritable()
                || !context.channel().isActive()) {
            return false;
        }
        if (!(next.message() instanceof ByteBuf bytes)) {
            waiting.remove();
            context.write(next.message(), next.promise());
            return true;
        }
        int size = Math.min(bytes.readableBytes(), PIECE_BYTES);
        boolean isShared = shared.tryAcquire(size);
        if (!isShared && inFlight > 0) {
            return false;
        }
        writePiece(context, next, bytes, isShared ? size : Math.min(size, SMALL_PIECE_BYTES), isShared);
        return true;
    }

    private void writePiece(ChannelHandlerContext context, Waiting next, ByteBuf bytes, int size, boolean isShared) {
        boolean isLast = size == bytes.readableBytes();
        if (isLast) {
            waiting.remove();
        }
        ByteBuf piece = isLast ? bytes : bytes.readRetainedSlice(size);
        ChannelPromise promise = isLast ? next.promise().unvoid() : context.newPromise();
        inFlight++;
        promise.addListener(written -> {
            inFlight--;
            if (isShared) {
                shared.release(size);
            }
            drain(context);
        });
        context.write(piece, promise);
    }

    private void discard() {
        for (Waiting each = waiting.poll(); each != null; each = waiting.poll()) {
            fail(each);
        }
    }

    private static void fail(Waiting unwritten) {
        ReferenceCountUtil.release(unwritten.message());
        unwritten.promise().tryFailure(new ClosedChannelException());
    }

    private record Waiting(Object message, ChannelPromise promise) {}
}
