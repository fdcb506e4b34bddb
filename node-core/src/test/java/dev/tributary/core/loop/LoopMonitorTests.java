package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.arrived;
import static dev.tributary.core.loop.LoopEvents.note;
import static dev.tributary.core.loop.LoopEvents.received;
import static dev.tributary.core.test.VirtualClock.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.loop.record.HandledEvent;
import dev.tributary.core.loop.record.LoopRecord;
import dev.tributary.core.loop.record.LoopRecorder;
import dev.tributary.core.value.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class LoopMonitorTests {

    private static final Duration SLOW_LIMIT = Duration.ofMillis(100);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(5);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final LoopMonitor monitor = new LoopMonitor(
            RunningLoop.timeOf(time), SLOW_LIMIT, STALL_LIMIT, LoopRecorder.of(RunningLoop.timeOf(time), 64));

    @Test
    void newLoopIsParkedWithoutEvents() {
        LoopSnapshot snapshot = monitor.snapshot();

        assertThat(snapshot.state()).isEqualTo(LoopSnapshot.State.PARKED);
        assertThat(snapshot.handling()).isNull();
        assertThat(snapshot.handled()).isZero();
        assertThat(snapshot.sources())
                .extracting(LoopSnapshot.SourceSnapshot::name)
                .containsExactly("notifications", "handshakes", "transport");
        assertThat(snapshot.sources()).allMatch(source -> source.lastEvent() == null && source.waiting() == 0);
    }

    @Test
    void countsEventsOfEachSourceWithTheTimeOfTheLast() {
        handle(note(1), Duration.ofMillis(1));
        time.advanceTimeBy(Duration.ofSeconds(3));
        handle(arrived(1), Duration.ZERO);
        handle(note(2), Duration.ofMillis(2));
        time.advanceTimeBy(Duration.ofHours(1));

        LoopSnapshot snapshot = monitor.snapshot();
        assertThat(snapshot.sources())
                .extracting(LoopSnapshot.SourceSnapshot::count)
                .containsExactly(2L, 1L, 0L);
        assertThat(snapshot.sources())
                .extracting(LoopSnapshot.SourceSnapshot::lastEvent)
                .containsExactly(START.plusMillis(3_003), START.plusMillis(3_001), null);
        assertThat(snapshot.handled()).isEqualTo(3);
    }

    @Test
    void recordsTheLongestHandlerWithoutTheTimeBetweenEvents() {
        handle(note(1), Duration.ofMillis(40));
        time.advanceTimeBy(Duration.ofDays(1));
        handle(received(1), Duration.ofMillis(70));
        time.advanceTimeBy(Duration.ofDays(1));
        handle(arrived(1), Duration.ofMillis(50));

        assertThat(monitor.snapshot().longestHandler()).isEqualTo(Duration.ofMillis(70));
        assertThat(monitor.snapshot().longestEvent()).isEqualTo(TransportEvent.Received.class.getSimpleName());
    }

    @Test
    void requestOfAClientIsNamedAfterItsOperation() {
        handle(
                new LocalEvent.ClientRequested<>("PutRequested", new ClientCall<>(), Mono.never()),
                Duration.ofMillis(10));

        assertThat(monitor.snapshot().longestEvent()).isEqualTo("PutRequested");
    }

    @Test
    void eventsOfOneBatchAreTimedSeparately() {
        monitor.onBatchStart();
        for (int i = 1; i <= 5; i++) {
            monitor.onHandlerStart(note(i));
            time.advanceTimeBy(Duration.ofMillis(10L * i));
            monitor.onHandlerEnd(note(i));
        }

        assertThat(monitor.snapshot().longestHandler()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void loopInAHandlerIsBusyAndThenStalled() {
        monitor.onBatchStart();
        monitor.onHandlerStart(note(1));
        time.advanceTimeBy(STALL_LIMIT);
        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.BUSY);
        assertThat(monitor.snapshot().handling()).isEqualTo(LocalEvent.BackgroundWork.class.getSimpleName());
        assertThat(monitor.snapshot().handlingFor()).isEqualTo(STALL_LIMIT);

        time.advanceTimeBy(Duration.ofMillis(1));
        monitor.sample();
        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.STALLED);
        assertThat(monitor.snapshot().stalls()).isOne();

        monitor.onHandlerEnd(note(1));
        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.PARKED);
    }

    @Test
    void loopThatDoesNotHandleAQueuedEventIsStalledAtTheNextSample() {
        NotificationChannel<LocalEvent> unread = unread();
        unread.offer(note(1));
        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.BUSY);

        monitor.sample();
        time.advanceTimeBy(STALL_LIMIT.plusMillis(1));
        monitor.sample();

        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.STALLED);
        assertThat(monitor.snapshot().stalls()).isOne();
        assertThat(monitor.snapshot().waiting()).isOne();
    }

    @Test
    void newEventAfterALongSilenceIsNoStall() {
        NotificationChannel<LocalEvent> unread = unread();
        for (int i = 0; i < 5; i++) {
            monitor.sample();
            time.advanceTimeBy(Duration.ofMinutes(1));
        }

        unread.offer(note(1));
        monitor.sample();

        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.BUSY);
        assertThat(monitor.snapshot().stalls()).isZero();
    }

    @Test
    void loopWithABacklogThatMakesProgressIsNotStalled() {
        NotificationChannel<LocalEvent> unread = unread();
        unread.offer(note(1));
        for (int i = 0; i < 5; i++) {
            monitor.sample();
            time.advanceTimeBy(Duration.ofMinutes(1));
            handle(received(i), Duration.ZERO);
        }

        monitor.sample();

        assertThat(monitor.snapshot().state()).isEqualTo(LoopSnapshot.State.BUSY);
        assertThat(monitor.snapshot().stalls()).isZero();
    }

    @Test
    void mismatchOfSenderAndReceiverIsReported() {
        NotificationChannel<LocalEvent> received = unread();
        monitor.registerSender(LoopEvent.Source.NOTIFICATIONS, received.identity());
        assertThat(notifications().isMismatched()).isFalse();

        monitor.registerSender(LoopEvent.Source.NOTIFICATIONS, channel().identity());

        assertThat(notifications().isMismatched()).isTrue();
        assertThat(notifications().receiver()).isEqualTo(received.identity());
    }

    @Test
    void faultsAndRestartsAreCountedPerSource() {
        monitor.onHandlerFailed(note(1));
        monitor.onFlowRestart(LoopEvent.Source.TRANSPORT);
        monitor.onFlowRestart(LoopEvent.Source.TRANSPORT);

        assertThat(monitor.snapshot().sources())
                .extracting(LoopSnapshot.SourceSnapshot::restarts)
                .containsExactly(0L, 0L, 2L);
        assertThat(monitor.snapshot().faults()).isOne();
    }

    @Test
    void readsTheClockOncePerEventAndOncePerBatch() {
        AtomicInteger clockReads = new AtomicInteger();
        LoopMonitor monitorWithCountedClock = new LoopMonitor(
                new TimeSource(RunningLoop.timeOf(time).clock(), clockReads::incrementAndGet), SLOW_LIMIT, STALL_LIMIT);

        monitorWithCountedClock.onBatchStart();
        for (int i = 0; i < NotificationChannel.BATCH_SIZE; i++) {
            monitorWithCountedClock.onHandlerStart(note(i));
            monitorWithCountedClock.onHandlerEnd(note(i));
        }

        assertThat(clockReads).hasValue(1 + NotificationChannel.BATCH_SIZE);
    }

    @Test
    void flightRecorderGetsOnlySlowHandlersAndStalls(@TempDir Path directory) throws IOException {
        try (Recording recording = new Recording()) {
            recording.enable("tributary.SlowHandler");
            recording.enable("tributary.Stall");
            recording.start();
            handle(note(1), SLOW_LIMIT);
            handle(arrived(2), SLOW_LIMIT.plusNanos(1_000_000));
            NotificationChannel<LocalEvent> unread = unread();
            unread.offer(note(3));
            monitor.sample();
            time.advanceTimeBy(STALL_LIMIT.plusMillis(1));
            monitor.sample();
            recording.stop();
            Path file = directory.resolve("loop.jfr");
            recording.dump(file);

            List<RecordedEvent> events = new ArrayList<>(RecordingFile.readAllEvents(file));

            assertThat(events).hasSize(2);
            assertThat(events).anySatisfy(slow -> {
                assertThat(slow.getEventType().getName()).isEqualTo("tributary.SlowHandler");
                assertThat(slow.getString("event")).isEqualTo(HandshakeEvent.HandshakeStarted.class.getSimpleName());
                assertThat(slow.getDuration("took")).isEqualTo(SLOW_LIMIT.plusMillis(1));
            });
            assertThat(events).anySatisfy(stall -> {
                assertThat(stall.getEventType().getName()).isEqualTo("tributary.Stall");
                assertThat(stall.getInt("waiting")).isOne();
            });
        }
    }

    @Test
    void handledEventIsRecorded() {
        handle(received(1), Duration.ofMillis(70));
        time.advanceTimeBy(Duration.ofMillis(5));

        HandledEvent event = monitor.recorder().copy().events().get(0);

        assertThat(event.kind()).isEqualTo("Get.NotFound");
        assertThat(event.source()).isEqualTo("transport");
        assertThat(event.peer()).isEqualTo(received(1).peer());
        assertThat(event.transaction()).isEqualTo(received(1).transaction());
        assertThat(event.waiting()).isZero();
        assertThat(event.handling()).isEqualTo(Duration.ofMillis(70));
        assertThat(event.age()).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void waitingTimeIsFromTheAcceptanceToTheStartOfTheHandler() {
        NotificationChannel<LocalEvent> channel = new NotificationChannel<>(
                "notifications", 4, 4, STALL_LIMIT, time, time, () -> time.now(TimeUnit.NANOSECONDS));
        monitor.registerReceiver(EventSource.of(LoopEvent.Source.NOTIFICATIONS, channel));
        channel.offer(note(1));
        time.advanceTimeBy(Duration.ofMillis(3));
        channel.offer(note(2));
        time.advanceTimeBy(Duration.ofMillis(4));

        channel.flux(monitor::onBatchStart).subscribe(event -> {
            monitor.onHandlerStart(event);
            time.advanceTimeBy(Duration.ofMillis(10));
            monitor.onHandlerEnd(event);
        });
        time.advanceTime();

        assertThat(monitor.recorder().copy().events())
                .extracting(event -> event.waiting().toMillis())
                .containsExactly(7L, 14L);
    }

    @Test
    void latestEventsAreKeptOnceForEachStall() {
        handle(note(1), Duration.ofMillis(1));
        NotificationChannel<LocalEvent> unread = unread();
        unread.offer(note(2));
        monitor.sample();
        assertThat(monitor.snapshot().lastStall()).isNull();

        time.advanceTimeBy(STALL_LIMIT.plusMillis(1));
        monitor.sample();
        LoopRecord first = Objects.requireNonNull(monitor.snapshot().lastStall());
        time.advanceTimeBy(STALL_LIMIT);
        monitor.sample();

        assertThat(first.events()).extracting(HandledEvent::kind).containsExactly("BackgroundWork");
        assertThat(monitor.snapshot().lastStall()).isSameAs(first);

        handle(note(3), Duration.ZERO);
        monitor.sample();
        time.advanceTimeBy(STALL_LIMIT.plusMillis(1));
        monitor.sample();

        assertThat(monitor.snapshot().lastStall()).isNotSameAs(first);
        assertThat(monitor.snapshot().stalls()).isEqualTo(3);
    }

    private void handle(LoopEvent event, Duration elapsed) {
        monitor.onBatchStart();
        monitor.onHandlerStart(event);
        time.advanceTimeBy(elapsed);
        monitor.onHandlerEnd(event);
    }

    /** A channel that is registered as the loop's, but that no loop reads. */
    private NotificationChannel<LocalEvent> unread() {
        NotificationChannel<LocalEvent> channel = channel();
        monitor.registerReceiver(EventSource.of(LoopEvent.Source.NOTIFICATIONS, channel));
        return channel;
    }

    private NotificationChannel<LocalEvent> channel() {
        return new NotificationChannel<>("notifications", 4, 4, STALL_LIMIT, Schedulers.immediate(), time);
    }

    private LoopSnapshot.SourceSnapshot notifications() {
        return monitor.snapshot().sources().get(0);
    }
}
