package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class SlowWatchTests {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final AtomicLong progress = new AtomicLong();
    private final AtomicInteger ends = new AtomicInteger();
    private final AtomicBoolean crowded = new AtomicBoolean(true);
    private final SlowWatch watch = new SlowWatch(
            Duration.ofSeconds(5), time, Runnable::run, progress::get, crowded::get, ends::incrementAndGet);

    @Test
    void aPeerThatTakesNothingIsTooSlowFiveSecondsAfterTheRefusal() {
        watch.refused();

        time.advanceTimeBy(Duration.ofMillis(4999));
        assertThat(ends).hasValue(0);

        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(ends).hasValue(1);
    }

    @Test
    void aPeerThatEmptiesTheQueueIsNotTooSlow() {
        watch.refused();
        time.advanceTimeBy(Duration.ofMillis(4500));
        progress.incrementAndGet();
        crowded.set(false);

        time.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(ends).hasValue(0);
    }

    @Test
    void aPeerThatTakesSomethingNowAndThenIsNotTooSlow() {
        watch.refused();
        for (int i = 0; i < 100; i++) {
            time.advanceTimeBy(Duration.ofMillis(3900));
            progress.incrementAndGet();
        }

        assertThat(ends).hasValue(0);
    }

    @Test
    void aPeerThatStopsTakingLaterIsTooSlowAsLongAsTheQueueIsCrowded() {
        watch.refused();
        time.advanceTimeBy(Duration.ofMillis(900));
        progress.incrementAndGet();

        time.advanceTimeBy(Duration.ofMillis(5099));
        assertThat(ends).hasValue(0);

        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(ends).hasValue(1);
    }

    @Test
    void theNextRefusalBeginsANewWatch() {
        watch.refused();
        progress.incrementAndGet();
        crowded.set(false);
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
