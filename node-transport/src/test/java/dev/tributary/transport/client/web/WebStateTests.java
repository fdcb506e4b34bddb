package dev.tributary.transport.client.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.value.State;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class WebStateTests {

    @Test
    void metadataAndArchiveFollowTheirLengths() {
        State state = state(ByteBuffer.allocate(23)
                .putLong(2)
                .put(bytes(1, 2))
                .putLong(3)
                .put(bytes(3, 4, 5))
                .put(bytes(9, 9)));

        WebState web = WebState.parse(state);

        assertThat(web.metadata()).isEqualTo(ByteBuffer.wrap(bytes(1, 2)));
        assertThat(web.archive()).isEqualTo(ByteBuffer.wrap(bytes(3, 4, 5)));
    }

    @Test
    void truncatedStateIsRefused() {
        assertThatThrownBy(() -> WebState.parse(State.of(new byte[7]))).hasMessageContaining("length of its metadata");
        assertThatThrownBy(() -> WebState.parse(State.of(new byte[15]))).hasMessageContaining("length of its archive");
        assertThatThrownBy(() -> WebState.parse(state(ByteBuffer.allocate(10).putLong(3))))
                .isInstanceOf(UnusableArchiveException.class)
                .hasMessageContaining("should have 3 bytes, but 2 follow");
    }

    @Test
    void lengthsBeyondTheLimitsAreRefused() {
        assertThatThrownBy(() -> WebState.parse(state(ByteBuffer.allocate(2000).putLong(1025))))
                .hasMessageContaining("1025 bytes; at most 1024");
        assertThatThrownBy(() -> WebState.parse(state(ByteBuffer.allocate(100).putLong(-1))))
                .hasMessageContaining("18446744073709551615 bytes");
        assertThatThrownBy(() ->
                        WebState.parse(state(ByteBuffer.allocate(100).putLong(0).putLong((100 << 20) + 1))))
                .hasMessageContaining("at most 104857600");
    }

    private static State state(ByteBuffer buffer) {
        byte[] all = new byte[buffer.capacity()];
        buffer.rewind().get(all);
        return State.of(all);
    }

    private static byte[] bytes(int... values) {
        byte[] array = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            array[i] = (byte) values[i];
        }
        return array;
    }
}
