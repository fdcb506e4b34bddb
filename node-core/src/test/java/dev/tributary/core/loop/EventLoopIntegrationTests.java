package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.arrived;
import static dev.tributary.core.loop.LoopEvents.note;
import static dev.tributary.core.loop.LoopEvents.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Real threads that really park. How long a wake-up takes is for the benchmark; here the question is whether it comes. */
class EventLoopIntegrationTests {

    /** Long beyond any scheduling delay, short beside a poll: only a wake-up can explain an event that comes in time. */
    private static final long LOST_SECONDS = 20;

    // A handler takes no locks, not even in a test: BlockHound would interrupt it in the middle of one.
    private final AtomicInteger handled = new AtomicInteger();
    private final AtomicReference<@Nullable Thread> last = new AtomicReference<>();
    private final Scheduler thread = Schedulers.newSingle("real-loop", true);
    private final Scheduler timer = Schedulers.newSingle("real-timer", true);
    private final RunningLoop loop = RunningLoop.on(thread, timer, 16, event -> {
        last.set(Thread.currentThread());
        handled.incrementAndGet();
    });

    @AfterEach
    void dispose() {
        loop.running().dispose();
        thread.dispose();
        timer.dispose();
    }

    @Test
    void aLoopThatHasParkedWakesForOneNotification() {
        loop.transport().offer(received(1));
        Thread parked = parked();

        loop.notifications().send(note(1)).block();

        heard(2);
        assertThat(last.get()).isSameAs(parked);
        assertThat(parked).isInstanceOf(NonBlocking.class);
    }

    @Test
    void sparseTrafficFromAnyThreadWakesItEveryTime() {
        for (int i = 0; i < 300; i++) {
            switch (i % 3) {
                case 0 -> loop.notifications().offer(note(i));
                case 1 -> loop.transport().offer(received(i));
                default -> loop.handshakes().offer(arrived(i));
            }
            heard(i + 1);
            // From a burst at its heels to a loop that has long been asleep.
            LockSupport.parkNanos((i % 30) * 100_000L);
        }
    }

    @Test
    void manySendersThatMeetAParkingLoopAreAllHeard() {
        int senders = 6;
        int each = 2_000;
        for (int sender = 0; sender < senders; sender++) {
            long pause = 1_000L << sender;
            Thread sending = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    loop.notifications().send(note(i)).block();
                    LockSupport.parkNanos(pause);
                }
            });
            sending.setDaemon(true);
            sending.start();
        }
        heard(senders * each);
    }

    private Thread parked() {
        heard(1);
        Thread running = Objects.requireNonNull(last.get());
        await().atMost(Duration.ofSeconds(LOST_SECONDS))
                .until(() ->
                        running.getState() == Thread.State.WAITING || running.getState() == Thread.State.TIMED_WAITING);
        // A second of sleep, as of nine, is an eternity for a thread.
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        return running;
    }

    /** Waits until so many events were handled in all. */
    private void heard(int events) {
        long lost = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOST_SECONDS);
        while (handled.get() < events) {
            assertThat(System.nanoTime() - lost)
                    .as("%d of %d events heard", handled.get(), events)
                    .isNegative();
            LockSupport.parkNanos(20_000);
        }
    }
}
