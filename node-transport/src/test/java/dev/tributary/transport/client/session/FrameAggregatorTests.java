package dev.tributary.transport.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.limit.Permits;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FrameAggregatorTests {

    private static final int MIB = 1 << 20;
    private static final long FREE = 4 << 10;

    private final Permits shared = new Permits(4 * MIB);
    private long now;
    private final FrameAggregator assembly = new FrameAggregator(6 * MIB, BudgetReservation.ofSession(shared));

    @Test
    void framesFormAMessageWithoutInterleavedControlFrames() {
        assertThat(firstFrame(new byte[] {1, 2}, false)).isNull();
        assertThat(assembly.add(new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {9})), 0))
                .isNull();
        assertThat(nextFrame(new byte[] {3}, false)).isNull();

        CompleteMessage message = Objects.requireNonNull(nextFrame(new byte[] {4}, true));

        assertThat(message.size()).isEqualTo(4);
        assertThat(message.joined()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void messageBytesBeyondTheFreeOnesCountUntilReleased() {
        firstFrame(new byte[2 * MIB], true);
        firstFrame(new byte[MIB], true);
        assertThat(shared.used()).isEqualTo(3 * MIB - FREE);

        assembly.release(2 * MIB);
        assertThat(shared.used()).isEqualTo(MIB - FREE);
        assembly.release(MIB);
        assertThat(shared.used()).isZero();
    }

    @Test
    void decodedSizeReplacesTheMessageSize() {
        firstFrame(new byte[10], true);
        assembly.replaceSize(10, 3 * MIB);
        assertThat(shared.used()).isEqualTo(3 * MIB - FREE);
        assertThatThrownBy(() -> assembly.replaceSize(0, 3 * MIB)).isInstanceOf(MessageRefusedException.class);
        assertThat(shared.used()).isEqualTo(3 * MIB - FREE);
    }

    @Test
    void messageBeyondTheShareOfItsSessionIsRefusedAndTheNextOneIsRead() {
        firstFrame(new byte[2 * MIB], false);

        assertThatThrownBy(() -> nextFrame(new byte[2 * MIB], false))
                .isInstanceOf(MessageRefusedException.class)
                .hasMessageContaining("too large: the messages of one client may take " + 3 * MIB);

        assertThat(shared.used()).isZero();
        assertThat(nextFrame(new byte[MIB], true)).isNull();
        assertThat(firstFrame(new byte[MIB], true)).isNotNull();
    }

    @Test
    void messageBeyondTheSharedBudgetIsRefusedAsBusy() {
        shared.acquire(3 * MIB);

        assertThatThrownBy(() -> firstFrame(new byte[2 * MIB], true))
                .isInstanceOf(MessageRefusedException.class)
                .hasMessageStartingWith("busy: ");

        assertThat(firstFrame(new byte[1], true)).isNotNull();
        assembly.close();
        assertThat(shared.used()).isEqualTo(3 * MIB);
    }

    @Test
    void messageBeyondItsLimitIsRefusedAtTheExceedingFrame() {
        FrameAggregator small = new FrameAggregator(1000, BudgetReservation.ofSession(shared));
        small.add(new BinaryWebSocketFrame(false, 0, Unpooled.wrappedBuffer(new byte[1000])), now);

        assertThatThrownBy(() ->
                        small.add(new ContinuationWebSocketFrame(true, 0, Unpooled.wrappedBuffer(new byte[1])), now))
                .isInstanceOf(MessageRefusedException.class)
                .hasMessage("too large: a message may have at most 1000 bytes");
    }

    @Test
    void messageOfTinyFramesTakesLittleMoreThanItsSize() {
        firstFrame(new byte[1], false);
        for (int i = 0; i < 100_000; i++) {
            nextFrame(new byte[1], false);
        }

        CompleteMessage message = Objects.requireNonNull(nextFrame(new byte[1], true));

        assertThat(message.size()).isEqualTo(100_002);
        assertThat(message.held()).isLessThan(200_004);
        assertThat(message.joined()).hasSize(100_002);
    }

    @Test
    void messageThatArrivesTooSlowlyIsRefusedAndItsRestDiscarded() {
        firstFrame(new byte[2 * MIB], false);
        now = Duration.ofSeconds(90).toNanos();
        assembly.expire(now);
        now = Duration.ofSeconds(95).toNanos();

        assertThatThrownBy(() -> assembly.expire(now))
                .isInstanceOf(MessageRefusedException.class)
                .hasMessageStartingWith("too slow: ");

        assertThat(shared.used()).isZero();
        assertThat(nextFrame(new byte[1], true)).isNull();
        assertThat(firstFrame(new byte[1], true)).isNotNull();
        assembly.expire(Duration.ofDays(1).toNanos());
    }

    private @Nullable CompleteMessage firstFrame(byte[] content, boolean last) {
        return assembly.add(new BinaryWebSocketFrame(last, 0, Unpooled.wrappedBuffer(content)), now);
    }

    private @Nullable CompleteMessage nextFrame(byte[] content, boolean last) {
        return assembly.add(new ContinuationWebSocketFrame(last, 0, Unpooled.wrappedBuffer(content)), now);
    }
}
