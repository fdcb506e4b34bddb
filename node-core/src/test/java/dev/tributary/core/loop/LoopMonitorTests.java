package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.arrived;
import static dev.tributary.core.loop.LoopEvents.note;
import static dev.tributary.core.loop.LoopEvents.received;
import static dev.tributary.core.test.VirtualClock.BEGIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class LoopMonitorTests {

    private static final Duration SLOW = Duration.ofMillis(100);
    private static final Duration STALL = Duration.ofSeconds(5);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final LoopMonitor monitor = new LoopMonitor(RunningLoop.timeOf(time), SLOW, STALL);

    @Test
    void aFreshLoopIsParkedAndHasSeenNothing() {
        LoopSnapshot now = monitor.snapshot();

        assertThat(now.state()).isEqualTo(LoopSnapshot.State.PARKED);
        assertThat(now.handling()).isNull();
        assertThat(now.handled()).isZero();
        assertThat(now.sources())
                .extracting(LoopSnapshot.SourceSnapshot::name)
                .containsExactly("notifications", "handshakes", "transport");
        assertThat(now.sources()).allMatch(source -> source.lastEvent() == null && source.waiting() == 0);
    }

    @Test
    void countsTheEventsOfEachSourceAndKnowsWhenTheLastOneWas() {
        handles(note(1), Duration.ofMillis(1));
        time.advanceTimeBy(Duration.ofSeconds(3));
        handles(arrived(1), Duration.ZERO);
        handles(note(2), Duration.ofMillis(2));
        time.advanceTimeBy(Duration.ofHours(1));

        LoopSnapshot now = monitor.snapshot();
        assertThat(now.sources()).extracting(LoopSnapshot.SourceSnapshot::count).containsExactly(2L, 1L, 0L);
        assertThat(now.sources())
                .extracting(LoopSnapshot.SourceSnapshot::lastEvent)
                .containsExactly(BEGIN.plusMillis(3_003), BEGIN.plusMillis(3_001), null);
        assertThat(now.handled()).isEqualTo(3);
    }

    @Test
    void remembersTheLongestHandlerAndIgnoresTheTimeBetweenEvents() {
        handles(note(1), Duration.ofMillis(40));
        time.advanceTimeBy(Duration.ofDays(1));
        handles(received(1), Duration.ofMillis(70));
        time.advanceTimeBy(Duration.ofDays(1));
        handles(arrived(1), Duration.ofMillis(50));

        assertThat(monitor.snapshot().longestHandler()).isEqualTo(Duration.ofMillis(70));
        assertThat(monitor.snapshot().longestEvent()).isEqualTo("Received");
    }

    @Test
    void eventsOfOneTurnAreTimedOneByOne() {
        monitor.resumes();
        for (int i = 1; i <= 5; i++) {
            monitor.begins(note(i));
            time.advanceTimeBy(Duration.ofMillis(10L * i));
            monitor.ends(note(i));
        }

        assertThat(monitor.snapshot().longestHandler()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void aLoopInAHandlerIsBusyAndAfterTooLongStalled() {
        monitor.resumes();
        monitor.begins(note(1));
        time.advanceTimeBy(STALL);
        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.BUSY);
        assertThat(monitor.snapshot().handling()).isEqualTo("WorkLeft");
        assertThat(monitor.snapshot().handlingFor()).isEqualTo(STALL);

        time.advanceTimeBy(Duration.ofMillis(1));
        monitor.look();
        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.STALLED);
        assertThat(monitor.snapshot().stalls()).isOne();

        monitor.ends(note(1));
        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.PARKED);
    }

    @Test
    void aLoopThatSleepsInFrontOfAnEventIsStalledFromOneLookToTheNext() {
        NotificationChannel<Notification> unread = unread();
        unread.offer(note(1));
        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.BUSY);

        monitor.look();
        time.advanceTimeBy(STALL.plusMillis(1));
        monitor.look();

        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.STALLED);
        assertThat(monitor.snapshot().stalls()).isOne();
        assertThat(monitor.snapshot().waiting()).isOne();
    }

    @Test
    void anEventThatHasJustComeAfterALongSilenceIsNoStall() {
        NotificationChannel<Notification> unread = unread();
        for (int i = 0; i < 5; i++) {
            monitor.look();
            time.advanceTimeBy(Duration.ofMinutes(1));
        }

        unread.offer(note(1));
        monitor.look();

        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.BUSY);
        assertThat(monitor.snapshot().stalls()).isZero();
    }

    @Test
    void aLoopThatAlwaysHasSomethingWaitingAndMakesProgressIsNotStalled() {
        NotificationChannel<Notification> unread = unread();
        unread.offer(note(1));
        for (int i = 0; i < 5; i++) {
            monitor.look();
            time.advanceTimeBy(Duration.ofMinutes(1));
            handles(received(i), Duration.ZERO);
        }

        monitor.look();

        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.BUSY);
        assertThat(monitor.snapshot().stalls()).isZero();
    }

    @Test
    void aSenderAndAReceiverThatDoNotMatchAreVisible() {
        NotificationChannel<Notification> received = unread();
        monitor.sendsTo(NodeEvent.Source.NOTIFICATIONS, received.identity());
        assertThat(notifications().mismatched()).isFalse();

        monitor.sendsTo(NodeEvent.Source.NOTIFICATIONS, channel().identity());

        assertThat(notifications().mismatched()).isTrue();
        assertThat(notifications().receiver()).isEqualTo(received.identity());
    }

    @Test
    void faultsAndRestartsAreCountedForTheirSource() {
        monitor.threw(note(1));
        monitor.restarted(NodeEvent.Source.TRANSPORT);
        monitor.restarted(NodeEvent.Source.TRANSPORT);

        assertThat(monitor.snapshot().sources())
                .extracting(LoopSnapshot.SourceSnapshot::restarts)
                .containsExactly(0L, 0L, 2L);
        assertThat(monitor.snapshot().faults()).isOne();
    }

    @Test
    void itsClockIsLookedAtOnceAnEventAndOnceATurn() {
        AtomicInteger looks = new AtomicInteger();
        LoopMonitor counted =
                new LoopMonitor(new TimeSource(RunningLoop.timeOf(time).clock(), looks::incrementAndGet), SLOW, STALL);

        counted.resumes();
        for (int i = 0; i < NotificationChannel.TURN; i++) {
            counted.begins(note(i));
            counted.ends(note(i));
        }

        assertThat(looks).hasValue(1 + NotificationChannel.TURN);
    }

    @Test
    void theFlightRecorderHearsOfSlowHandlersAndStallsAndOfNothingElse(@TempDir Path directory) throws IOException {
        try (Recording recording = new Recording()) {
            recording.enable("tributary.SlowHandler");
            recording.enable("tributary.Stall");
            recording.start();
            handles(note(1), SLOW);
            handles(arrived(2), SLOW.plusNanos(1_000_000));
            NotificationChannel<Notification> unread = unread();
            unread.offer(note(3));
            monitor.look();
            time.advanceTimeBy(STALL.plusMillis(1));
            monitor.look();
            recording.stop();
            Path file = directory.resolve("loop.jfr");
            recording.dump(file);

            List<RecordedEvent> events = new ArrayList<>(RecordingFile.readAllEvents(file));

            assertThat(events).hasSize(2);
            assertThat(events).anySatisfy(slow -> {
                assertThat(slow.getEventType().getName()).isEqualTo("tributary.SlowHandler");
                assertThat(slow.getString("event")).isEqualTo("Arrived");
                assertThat(slow.getDuration("took")).isEqualTo(SLOW.plusMillis(1));
            });
            assertThat(events).anySatisfy(stall -> {
                assertThat(stall.getEventType().getName()).isEqualTo("tributary.Stall");
                assertThat(stall.getInt("waiting")).isOne();
            });
        }
    }

    private void handles(NodeEvent event, Duration took) {
        monitor.resumes();
        monitor.begins(event);
        time.advanceTimeBy(took);
        monitor.ends(event);
    }

    /** A channel that the loop says it receives from, and does not. */
    private NotificationChannel<Notification> unread() {
        NotificationChannel<Notification> channel = channel();
        monitor.receivesFrom(EventSource.of(NodeEvent.Source.NOTIFICATIONS, channel));
        return channel;
    }

    private NotificationChannel<Notification> channel() {
        return new NotificationChannel<>("notifications", 4, 4, STALL, Schedulers.immediate(), time);
    }

    private LoopSnapshot.SourceSnapshot notifications() {
        return monitor.snapshot().sources().get(0);
    }
}
