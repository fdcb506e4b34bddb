package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.note;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.TimeSource;
import dev.tributary.core.watchdog.Watched;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.test.subscriber.TestSubscriber;

/** A turn that the scheduler loses is found and asked for again; one that only comes late is not. */
class WatchedChannelTests {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ForgetfulScheduler loop = new ForgetfulScheduler();
    private final NotificationChannel<LocalEvent> channel =
            new NotificationChannel<>("notifications", 8, 8, Duration.ofSeconds(30), loop, loop);
    private final LoopMonitor monitor = new LoopMonitor(TimeSource.system(), LIMIT, LIMIT);
    private final Watched watched = new WatchedChannel("notifications", channel, monitor, LIMIT, loop);
    private final List<LocalEvent> received = new ArrayList<>();
    private long now;

    @BeforeEach
    void receive() {
        channel.flux().subscribe(received::add);
        loop.runAll();
    }

    @Test
    void idleChannelMissesNothing() {
        sample(20);
        assertThat(watched.isWakeUpMissing()).isFalse();
        assertThat(loop.tasks).isEmpty();
    }

    @Test
    void turnThatTheSchedulerLostIsFoundAndAskedForAgain() {
        loop.loses = 1;
        channel.send(note(1)).subscribe();
        assertThat(watched.isWakeUpMissing()).isFalse();

        sample(3);
        assertThat(watched.isWakeUpMissing()).isTrue();

        assertThat(watched.repairWakeUp()).isTrue();
        loop.runAll();
        assertThat(received).containsExactly(note(1));
        assertThat(watched.isWakeUpMissing()).isFalse();
        assertThat(watched.repairWakeUp()).isFalse();
    }

    @Test
    void turnThatComesLateIsNotForgotten() {
        channel.send(note(1)).subscribe();
        for (int i = 0; i < 5; i++) {
            watched.beforeSample(now += 25_000_000);
        }
        assertThat(watched.isWakeUpMissing()).isFalse();

        loop.runAll();
        assertThat(received).containsExactly(note(1));
        assertThat(loop.tasks).isEmpty();
    }

    @Test
    void eventsWithoutDemandMissNoTurn() {
        NotificationChannel<LocalEvent> other =
                new NotificationChannel<>("other", 8, 8, Duration.ofSeconds(30), loop, loop);
        Watched ofOther = new WatchedChannel("other", other, monitor, LIMIT, loop);
        other.flux().subscribe(TestSubscriber.builder().initialRequest(1).build());
        other.send(note(1)).subscribe();
        other.send(note(2)).subscribe();
        loop.runAll();

        assertThat(other.queuedEvents()).isOne();
        assertThat(ofOther.isWakeUpMissing()).isFalse();
    }

    @Test
    void closedChannelMissesNoTurn() {
        channel.close();
        loop.runAll();
        assertThat(watched.isWakeUpMissing()).isFalse();
    }

    private void sample(int samples) {
        for (int i = 0; i < samples; i++) {
            watched.beforeSample(now += 25_000_000);
            loop.runAll();
        }
    }

    /** Runs its tasks when the test says so, and loses some. */
    private static final class ForgetfulScheduler implements Scheduler {

        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private int loses;

        @Override
        public Disposable schedule(Runnable task) {
            if (loses > 0) {
                loses--;
            } else {
                tasks.add(task);
            }
            return Disposables.disposed();
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return Disposables.disposed();
        }

        @Override
        public Worker createWorker() {
            throw new UnsupportedOperationException();
        }

        private void runAll() {
            while (!tasks.isEmpty()) {
                Objects.requireNonNull(tasks.poll()).run();
            }
        }
    }
}
