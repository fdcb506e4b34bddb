package dev.tributary.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PauseDetectorTests {

    private final AtomicLong nanos = new AtomicLong();
    private Duration slept = Duration.ZERO;
    private final TimeSource time = new TimeSource(new WallClock(), nanos::get);
    private final PauseDetector detector = new PauseDetector(time);

    @Test
    void nodeThatTicksDoesNotPause() {
        for (int i = 0; i < 100; i++) {
            detector.tick();
            assertThat(detector.total()).isZero();
            run(PauseDetector.INTERVAL);
        }
        assertThat(detector.total()).isZero();
    }

    @Test
    void processThatWasSuspendedForTenSecondsPausedOnce() {
        detector.tick();
        run(Duration.ofSeconds(10));

        assertThat(detector.total()).isEqualTo(Duration.ofSeconds(10));
        detector.tick();
        assertThat(detector.total()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void tickThatALoadedMachineDelaysIsNoPause() {
        detector.tick();
        run(PauseDetector.INTERVAL.plusSeconds(3));

        detector.tick();
        assertThat(detector.total()).isZero();
    }

    @Test
    void machineThatSleptPausedAlthoughItsMonotonicClockStoodStill() {
        detector.tick();
        run(Duration.ofSeconds(1));
        slept = Duration.ofMinutes(1);

        assertThat(detector.total()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void partsThatLookAtDifferentTimesAllSeeThePause() {
        Duration before = detector.total();
        slept = Duration.ofMinutes(1);
        detector.tick();
        run(PauseDetector.INTERVAL);
        detector.tick();

        assertThat(detector.total().minus(before)).isEqualTo(Duration.ofMinutes(1));
    }

    private void run(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    /** The wall clock, which also runs while the machine sleeps. */
    private final class WallClock extends Clock {

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(nanos.get()).plus(slept);
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
