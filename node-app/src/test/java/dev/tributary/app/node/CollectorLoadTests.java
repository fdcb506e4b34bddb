package dev.tributary.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CollectorLoadTests {

    private static final long MAX = 1000;

    private final Readings readings = new Readings();
    private final CollectorLoad load = new CollectorLoad(readings);
    private long now = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

    @Test
    void processThatOnlyCollectsForTenSecondsIsFound() {
        assertThat(secondsUntilFound(950, 40, 60)).isEqualTo(CollectorLoad.READINGS);
    }

    @Test
    void fullHeapAloneIsNoFault() {
        assertThat(secondsUntilFound(400, 1, 60)).isEqualTo(60);
    }

    @Test
    void busyCollectorThatFindsRoomIsNoFault() {
        assertThat(secondsUntilFound(990, 60, 60)).isEqualTo(60);
    }

    @Test
    void oneCollectionThatFreesRoomStartsTheTimeAgain() {
        assertThat(secondsUntilFound(950, 40, 8)).isEqualTo(8);
        assertThat(secondsUntilFound(950, 600, 1)).isEqualTo(1);
        assertThat(secondsUntilFound(950, 40, CollectorLoad.READINGS)).isEqualTo(CollectorLoad.READINGS);
        assertThat(secondsUntilFound(950, 40, 1)).isZero();
    }

    @Test
    void longPauseOfTheMachineIsNoTimeOfTheCollector() {
        assertThat(secondsUntilFound(950, 40, CollectorLoad.READINGS)).isEqualTo(CollectorLoad.READINGS);
        now += Duration.ofHours(1).toNanos();
        assertThat(load.isTooHigh(now)).isFalse();
    }

    @Test
    void readingsOfThisProcessAreSensible() {
        ProcessCollectors process = ProcessCollectors.create();
        assertThat(process.collectionMillis()).isNotNegative();
        assertThat(process.freeBytes()).isBetween(1L, process.maxBytes());
    }

    /** Number of seconds without a fault, at most the given number. */
    private int secondsUntilFound(long millis, long free, int seconds) {
        readings.free = free;
        for (int i = 0; i < seconds; i++) {
            now += Duration.ofSeconds(1).toNanos();
            readings.millis += millis;
            if (load.isTooHigh(now)) {
                return i;
            }
        }
        return seconds;
    }

    private static final class Readings implements CollectorLoad.Source {

        private long millis;
        private long free = MAX;

        @Override
        public long collectionMillis() {
            return millis;
        }

        @Override
        public long freeBytes() {
            return free;
        }

        @Override
        public long maxBytes() {
            return MAX;
        }
    }
}
