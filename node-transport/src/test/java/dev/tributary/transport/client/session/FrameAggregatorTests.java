package dev.tributary.transport.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.limit.Permits;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FrameAggregatorTests {

    private static final int MIB = 1 << 20;

    private final Permits shared = new Permits(4 * MIB);
    private final FrameAggregator assembly = new FrameAggregator(6 * MIB, shared);

    @Test
    void framesFormAMessageWithoutInterleavedControlFrames() {
        assertThat(firstFrame(new byte[] {1, 2}, false)).isNull();
        assertThat(assembly.add(new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {9}))))
                .isNull();
        assertThat(nextFrame(new byte[] {3}, false)).isNull();

        FrameAggregator.CompleteMessage message = Objects.requireNonNull(nextFrame(new byte[] {4}, true));

        assertThat(message.size()).isEqualTo(4);
        assertThat(message.joined()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void messageBytesBeyondTheFirstMebibyteCountUntilDone() {
        firstFrame(new byte[2 * MIB], true);
        firstFrame(new byte[MIB], true);
        assertThat(shared.used()).isEqualTo(2 * MIB);

        assembly.release(2 * MIB);
        assertThat(shared.used()).isZero();
        assembly.release(MIB);
        assertThat(shared.used()).isZero();
    }

    @Test
    void decodedSizeReplacesTheMessageSize() {
        firstFrame(new byte[10], true);
        assembly.replaceSize(10, 3 * MIB);
        assertThat(shared.used()).isEqualTo(2 * MIB);
        assertThatThrownBy(() -> assembly.replaceSize(0, 3 * MIB)).isInstanceOf(SessionClosedException.class);
    }

    @Test
    void messageBeyondTheSharedBudgetIsRefused() {
        firstFrame(new byte[4 * MIB], true);
        assertThatThrownBy(() -> firstFrame(new byte[2 * MIB], true))
                .isInstanceOfSatisfying(
                        SessionClosedException.class,
                        end -> assertThat(end.closeCode()).isEqualTo(SessionClosedException.TRY_LATER));

        assembly.close();
        assertThat(shared.used()).isZero();
    }

    @Test
    void messageBeyondItsLimitIsRefusedAtTheExceedingFrame() {
        firstFrame(new byte[3 * MIB], false);
        assertThatThrownBy(() -> nextFrame(new byte[3 * MIB + 1], false))
                .isInstanceOfSatisfying(
                        SessionClosedException.class,
                        end -> assertThat(end.closeCode()).isEqualTo(SessionClosedException.TOO_LARGE));
    }

    private FrameAggregator.@Nullable CompleteMessage firstFrame(byte[] content, boolean last) {
        return assembly.add(new BinaryWebSocketFrame(last, 0, Unpooled.wrappedBuffer(content)));
    }

    private FrameAggregator.@Nullable CompleteMessage nextFrame(byte[] content, boolean last) {
        return assembly.add(new ContinuationWebSocketFrame(last, 0, Unpooled.wrappedBuffer(content)));
    }
}
