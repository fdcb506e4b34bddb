package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CongestionWindowTests {

    private static final int CHUNK = 16 * 1024;

    private long now;
    private final CongestionWindow window = new CongestionWindow(() -> now);

    @Test
    void windowClosesWhenFull() {
        assertThat(fill()).isEqualTo(CongestionWindow.MIN_SIZE);
        assertThat(window.isOpen()).isFalse();

        window.onAcknowledged(CHUNK);

        assertThat(window.isOpen()).isTrue();
    }

    @Test
    void windowGrowsWhileRoundTripsAreShort() {
        for (int i = 0; i < 10; i++) {
            roundTrip(TimeUnit.MILLISECONDS.toNanos(50));
        }

        assertThat(window.size()).isEqualTo(CongestionWindow.MAX_SIZE);
    }

    @Test
    void windowShrinksWhenRoundTripsGetLonger() {
        for (int i = 0; i < 10; i++) {
            roundTrip(TimeUnit.MICROSECONDS.toNanos(100));
        }

        roundTrip(TimeUnit.MILLISECONDS.toNanos(2));
        assertThat(window.size()).isEqualTo(CongestionWindow.MAX_SIZE * 3L / 4);

        for (int i = 0; i < 20; i++) {
            roundTrip(TimeUnit.MILLISECONDS.toNanos(2));
        }
        assertThat(window.size()).isEqualTo(CongestionWindow.MIN_SIZE);
    }

    @Test
    void windowThatIsNeverFullDoesNotGrow() {
        for (int i = 0; i < 100; i++) {
            window.onSent(CHUNK);
            now += 1000;
            window.onAcknowledged(CHUNK);
        }

        assertThat(window.size()).isEqualTo(CongestionWindow.MIN_SIZE);
    }

    @Test
    void acknowledgementBeyondSentBytesIsRejected() {
        window.onSent(CHUNK);

        assertThat(window.onAcknowledged(CHUNK + 1)).isFalse();
        assertThat(window.onAcknowledged(CHUNK)).isTrue();
        assertThat(window.onAcknowledged(1)).isFalse();
    }

    private void roundTrip(long nanos) {
        int inFlight = fill();
        now += nanos;
        window.onAcknowledged(inFlight);
    }

    private int fill() {
        int sent = 0;
        while (window.isOpen()) {
            window.onSent(CHUNK);
            sent += CHUNK;
        }
        return sent;
    }
}
