package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class SlowPeerDetectorTests {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final AtomicLong progress = new AtomicLong();
    private final AtomicInteger detections = new AtomicInteger();
    private final AtomicBoolean halfFull = new AtomicBoolean(true);
    private final SlowPeerDetector watch = new SlowPeerDetector(
            Duration.ofSeconds(5), time, Runnable::run, progress::get, halfFull::get, detections::incrementAndGet);

    @Test
    void peerWithoutProgressIsSlowFiveSecondsAfterRefusal() {
        watch.onSendRefused();

        time.advanceTimeBy(Duration.ofMillis(4999));
        assertThat(detections).hasValue(0);

        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(detections).hasValue(1);
    }

    @Test
    void peerThatStandsStillWhileItChangesItsNetworkIsNotSlowByDefault() {
        Duration timeout = PeerTransportConfig.internet().sending().slowPeerTimeout();
        SlowPeerDetector roaming = new SlowPeerDetector(
                timeout, time, Runnable::run, progress::get, halfFull::get, detections::incrementAndGet);
        roaming.onSendRefused();

        time.advanceTimeBy(Duration.ofSeconds(25));
        progress.incrementAndGet();
        time.advanceTimeBy(Duration.ofSeconds(25));

        assertThat(detections).hasValue(0);
        time.advanceTimeBy(Duration.ofSeconds(11));
        assertThat(detections).hasValue(1);
    }

    @Test
    void peerThatDrainsQueueIsNotSlow() {
        watch.onSendRefused();
        time.advanceTimeBy(Duration.ofMillis(4500));
        progress.incrementAndGet();
        halfFull.set(false);

        time.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(detections).hasValue(0);
    }

    @Test
    void peerWithOccasionalProgressIsNotSlow() {
        watch.onSendRefused();
        for (int i = 0; i < 100; i++) {
            time.advanceTimeBy(Duration.ofMillis(3900));
            progress.incrementAndGet();
        }

        assertThat(detections).hasValue(0);
    }

    @Test
    void peerThatStopsReadingLaterIsSlowWhileQueueIsHalfFull() {
        watch.onSendRefused();
        time.advanceTimeBy(Duration.ofMillis(900));
        progress.incrementAndGet();

        time.advanceTimeBy(Duration.ofMillis(5099));
        assertThat(detections).hasValue(0);

        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(detections).hasValue(1);
    }

    @Test
    void nextRefusalRestartsDetection() {
        watch.onSendRefused();
        progress.incrementAndGet();
        halfFull.set(false);
        time.advanceTimeBy(Duration.ofSeconds(5));
        watch.onSendRefused();

        time.advanceTimeBy(Duration.ofSeconds(5));

        assertThat(detections).hasValue(1);
    }

    @Test
    void furtherRefusalsDoNotDelayDetection() {
        for (int i = 0; i < 5; i++) {
            watch.onSendRefused();
            time.advanceTimeBy(Duration.ofSeconds(1));
        }

        assertThat(detections).hasValue(1);
    }

    @Test
    void nothingIsDetectedWithoutRefusal() {
        time.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(detections).hasValue(0);
    }

    @Test
    void nothingIsDetectedAfterStop() {
        watch.onSendRefused();
        watch.stop();

        time.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(detections).hasValue(0);
    }
}
