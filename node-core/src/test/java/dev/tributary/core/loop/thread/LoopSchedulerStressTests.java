package dev.tributary.core.loop.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Senders that pause as long as the loop needs to park, so that tasks come at every moment of parking. Runs for
 * {@code -Dtributary.stress.seconds=n} seconds, 2 by default.
 */
class LoopSchedulerStressTests {

    private static final int SENDERS = 3;
    private static final long SECONDS = Integer.getInteger("tributary.stress.seconds", 2);

    /** Timeout for a task: longer than any scheduling delay. A lost wake-up would be one for ever. */
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void everyAcceptedTaskRunsWithoutAFurtherOne() throws InterruptedException {
        LoopScheduler loop = LoopScheduler.start("stressed-loop");
        AtomicLong ran = new AtomicLong();
        AtomicLong late = new AtomicLong();
        Thread[] senders = new Thread[SENDERS];
        for (int i = 0; i < SENDERS; i++) {
            SplittableRandom random = new SplittableRandom(i);
            senders[i] = new Thread(() -> send(loop, random, ran, late));
            senders[i].start();
        }
        for (Thread sender : senders) {
            sender.join();
        }
        loop.dispose();

        assertThat(late).as("tasks that did not run").hasValue(0);
        assertThat(ran.get()).isGreaterThan(1000);
    }

    /** Each sender waits for its task, so that the loop parks after it, and pauses for up to 10 us. */
    private static void send(LoopScheduler loop, SplittableRandom random, AtomicLong ran, AtomicLong late) {
        AtomicLong own = new AtomicLong();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        for (long sent = 1; System.nanoTime() < end && late.get() == 0; sent++) {
            loop.schedule(() -> {
                own.incrementAndGet();
                ran.incrementAndGet();
            });
            long began = System.nanoTime();
            while (own.get() < sent) {
                if (System.nanoTime() - began > TIMEOUT_NANOS) {
                    late.incrementAndGet();
                    return;
                }
                Thread.onSpinWait();
            }
            if (random.nextBoolean()) {
                LockSupport.parkNanos(random.nextInt(10_000));
            }
        }
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void taskAcceptedDuringAGracefulDisposeRuns() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            LoopScheduler loop = LoopScheduler.start("draining-loop");
            AtomicLong accepted = new AtomicLong();
            AtomicLong ran = new AtomicLong();
            Thread sender = new Thread(() -> {
                try {
                    while (true) {
                        loop.schedule(ran::incrementAndGet);
                        accepted.incrementAndGet();
                    }
                } catch (RejectedExecutionException end) {
                    // The loop ends.
                }
            });
            sender.start();
            while (accepted.get() < round) {
                Thread.onSpinWait();
            }
            loop.disposeGracefully().block();
            sender.join();

            assertThat(ran.get()).as("round %d", round).isEqualTo(accepted.get());
        }
    }
}
