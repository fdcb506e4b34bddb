package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class SlowWatchTests {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final AtomicLong progress = new AtomicLong();
    private final AtomicInteger ends = new AtomicInteger();
    private final SlowWatch watch =
            new SlowWatch(Duration.ofSeconds(5), time, Runnable::run, progress::get, ends::incrementAndGet);

    @Test
    void aPeerThatTakesNothingIsTooSlowFiveSecondsAfterTheRefusal() {
        watch.refused();

        time.advanceTimeBy(Duration.ofMillis(4999));
        assertThat(ends).hasValue(0);

        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(ends).hasValue(1);
    }

    @Test
    void aPeerThatTakesSomethingIsNotTooSlow() {
        watch.refused();
        time.advanceTimeBy(Duration.ofMillis(4500));
        progress.incrementAndGet();

        time.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(ends).hasValue(0);
    }

    @Test
    void theNextRefusalAfterProgressBeginsANewWatch() {
        watch.refused();
        progress.incrementAndGet();
        time.advanceTimeBy(Duration.ofSeconds(5));
        watch.refused();

        time.advanceTimeBy(Duration.ofSeconds(5));

        assertThat(ends).hasValue(1);
    }

    @Test
    void furtherRefusalsDoNotPutOffTheEnd() {
        for (int i = 0; i < 5; i++) {
            watch.refused();
            time.advanceTimeBy(Duration.ofSeconds(1));
        }

        assertThat(ends).hasValue(1);
    }

    @Test
    void aQueueThatWasNeverFullIsNotWatched() {
        time.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(ends).hasValue(0);
    }

    @Test
    void afterTheStopNobodyIsTooSlow() {
        watch.refused();
        watch.stop();

        time.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(ends).hasValue(0);
    }
}
