package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DecodeCostTests {

    @Test
    void stateThatIsOnlyCopiedCausesNoPause() {
        assertThat(DecodeCost.pauseAfter(50 << 20, Duration.ofMillis(20).toNanos()))
                .isZero();
    }

    @Test
    void codeThatIsHashedPausesItsLinkForSevenTimesItsExcess() {
        assertThat(DecodeCost.pauseAfter(8_000_000, Duration.ofMillis(44).toNanos()))
                .isEqualTo(Duration.ofMillis(280));
    }

    @Test
    void pauseIsBounded() {
        assertThat(DecodeCost.pauseAfter(1000, Duration.ofMinutes(1).toNanos())).isEqualTo(Duration.ofSeconds(2));
    }
}
