package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.arrived;
import static dev.tributary.core.loop.LoopEvents.note;
import static dev.tributary.core.loop.LoopEvents.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.loop.thread.LoopScheduler;
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

/** Real threads that park. Tests whether the loop wakes up; the benchmark measures how long that takes. */
class EventLoopIntegrationTests {

    /** Timeout for an event: longer than any scheduling delay, shorter than a poll, so only a wake-up can meet it. */
    private static final long TIMEOUT_SECONDS = 20;

    // Lock-free, since BlockHound would interrupt a handler that takes a lock.
    private final AtomicInteger handled = new AtomicInteger();
    private final AtomicReference<@Nullable Thread> lastThread = new AtomicReference<>();
    private final Scheduler thread = LoopScheduler.start("real-loop");
    private final Scheduler timer = Schedulers.newSingle("real-timer", true);
    private final RunningLoop loop = RunningLoop.on(thread, timer, 16, event -> {
        lastThread.set(Thread.currentThread());
        handled.incrementAndGet();
    });

    @AfterEach
    void dispose() {
        loop.running().dispose();
        thread.dispose();
        timer.dispose();
    }

    @Test
    void parkedLoopWakesForOneEvent() {
        loop.transport().offer(received(1));
        Thread parked = awaitParked();

        loop.notifications().send(note(1)).block();

        awaitHandled(2);
        assertThat(lastThread.get()).isSameAs(parked);
        assertThat(parked).isInstanceOf(NonBlocking.class);
    }

    @Test
    void sparseTrafficWakesTheLoopEveryTime() {
        for (int i = 0; i < 300; i++) {
            switch (i % 3) {
                case 0 -> loop.notifications().offer(note(i));
                case 1 -> loop.transport().offer(received(i));
                default -> loop.handshakes().offer(arrived(i));
            }
            awaitHandled(i + 1);
            // Pauses from zero, as in a burst, to 2.9 ms, when the loop is parked.
            LockSupport.parkNanos((i % 30) * 100_000L);
        }
    }

    @Test
    void everyEventOfConcurrentSendersIsHandled() {
        int senders = 6;
        int perSender = 2_000;
        for (int sender = 0; sender < senders; sender++) {
            long pause = 1_000L << sender;
            Thread sending = new Thread(() -> {
                for (int i = 0; i < perSender; i++) {
                    loop.notifications().send(note(i)).block();
                    LockSupport.parkNanos(pause);
                }
            });
            sending.setDaemon(true);
            sending.start();
        }
        awaitHandled(senders * perSender);
    }

    private Thread awaitParked() {
        awaitHandled(1);
        Thread running = Objects.requireNonNull(lastThread.get());
        await().atMost(Duration.ofSeconds(TIMEOUT_SECONDS))
                .until(() ->
                        running.getState() == Thread.State.WAITING || running.getState() == Thread.State.TIMED_WAITING);
        // One second is long enough for the thread to be fully parked.
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        return running;
    }

    /** Waits until this number of events was handled in all. */
    private void awaitHandled(int events) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (handled.get() < events) {
            assertThat(System.nanoTime() - deadline)
                    .as("%d of %d events handled", handled.get(), events)
                    .isNegative();
            LockSupport.parkNanos(20_000);
        }
    }
}
