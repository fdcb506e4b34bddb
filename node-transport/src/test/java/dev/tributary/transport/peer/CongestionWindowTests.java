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
        assertThat(fill()).isEqualTo(CongestionWindow.LEAST);
        assertThat(window.open()).isFalse();

        window.received(CHUNK);

        assertThat(window.open()).isTrue();
    }

    @Test
    void windowGrowsWhileRoundTripsAreShort() {
        for (int i = 0; i < 10; i++) {
            roundTrip(TimeUnit.MILLISECONDS.toNanos(50));
        }

        assertThat(window.size()).isEqualTo(CongestionWindow.MOST);
    }

    @Test
    void windowShrinksWhenRoundTripsGetLonger() {
        for (int i = 0; i < 10; i++) {
            roundTrip(TimeUnit.MICROSECONDS.toNanos(100));
        }

        roundTrip(TimeUnit.MILLISECONDS.toNanos(2));
        assertThat(window.size()).isEqualTo(CongestionWindow.MOST * 3L / 4);

        for (int i = 0; i < 20; i++) {
            roundTrip(TimeUnit.MILLISECONDS.toNanos(2));
        }
        assertThat(window.size()).isEqualTo(CongestionWindow.LEAST);
    }

    @Test
    void windowThatIsNeverFullDoesNotGrow() {
        for (int i = 0; i < 100; i++) {
            window.sent(CHUNK);
            now += 1000;
            window.received(CHUNK);
        }

        assertThat(window.size()).isEqualTo(CongestionWindow.LEAST);
    }

    @Test
    void acknowledgementBeyondSentBytesIsRejected() {
        window.sent(CHUNK);

        assertThat(window.received(CHUNK + 1)).isFalse();
        assertThat(window.received(CHUNK)).isTrue();
        assertThat(window.received(1)).isFalse();
    }

    private void roundTrip(long nanos) {
        int inFlight = fill();
        now += nanos;
        window.received(inFlight);
    }

    private int fill() {
        int sent = 0;
        while (window.open()) {
            window.sent(CHUNK);
            sent += CHUNK;
        }
        return sent;
    }
}
