package dev.tributary.transport.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.limit.Permits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacedWriterTests {

    private static final int KIB = 1 << 10;

    private final Permits shared = new Permits(64 * KIB);
    private final StalledSocket socket = new StalledSocket();
    private final EmbeddedChannel channel = new EmbeddedChannel(socket, new PacedWriter(shared));

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        socket.pieces.forEach(piece -> piece.bytes().release());
        assertThat(shared.used()).isZero();
    }

    @Test
    void socketHoldsNoMoreThanTheBudgetOfALargeMessage() {
        ChannelFuture written = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1000 * KIB]));

        assertThat(socket.held()).isEqualTo(64 * KIB);
        assertThat(shared.used()).isEqualTo(64 * KIB);
        assertThat(written.isDone()).isFalse();
        channel.close();
        assertThat(written.isSuccess()).isFalse();
        socket.failAll();
    }

    @Test
    void connectionWithoutBudgetStillWritesOneSmallPieceAtATime() {
        shared.acquire(64 * KIB);
        byte[] content = new byte[10 * KIB];
        new Random(3).nextBytes(content);
        ChannelFuture written = channel.writeAndFlush(Unpooled.copiedBuffer(content));
        ByteBuf arrived = Unpooled.buffer();

        for (int left = content.length; left > 0; ) {
            assertThat(socket.held()).isEqualTo(Math.min(left, 4 * KIB));
            left -= socket.take(arrived);
        }

        assertThat(written.isSuccess()).isTrue();
        assertThat(arrived).isEqualTo(Unpooled.wrappedBuffer(content));
        shared.release(64 * KIB);
    }

    @Test
    void messagesKeepTheirOrder() {
        channel.write(Unpooled.wrappedBuffer(new byte[100 * KIB]));
        ChannelFuture last = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1}));
        ByteBuf arrived = Unpooled.buffer();

        while (!last.isDone()) {
            socket.take(arrived);
        }

        assertThat(arrived.readableBytes()).isEqualTo(100 * KIB + 1);
        assertThat(arrived.getByte(100 * KIB)).isEqualTo((byte) 1);
    }

    @Test
    void clientThatReadsNoAnswersToItsPingsIsDisconnected() {
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[100 * KIB]));
        for (int i = 0; i < 300; i++) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[10]));
        }

        assertThat(channel.isOpen()).isFalse();
        socket.failAll();
    }

    /** A socket that takes a piece only when the test says so. */
    private static final class StalledSocket extends ChannelOutboundHandlerAdapter {

        private final Deque<Piece> pieces = new ArrayDeque<>();

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            pieces.add(new Piece((ByteBuf) message, promise));
        }

        int held() {
            return pieces.stream()
                    .mapToInt(piece -> piece.bytes().readableBytes())
                    .sum();
        }

        int take(ByteBuf target) {
            Piece piece = Objects.requireNonNull(pieces.poll());
            int size = piece.bytes().readableBytes();
            target.writeBytes(piece.bytes());
            piece.bytes().release();
            piece.promise().setSuccess();
            return size;
        }

        void failAll() {
            for (Piece piece = pieces.poll(); piece != null; piece = pieces.poll()) {
                piece.bytes().release();
                piece.promise().setFailure(new IllegalStateException("closed"));
            }
        }

        private record Piece(ByteBuf bytes, ChannelPromise promise) {}
    }
}
