package dev.tributary.core.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** A thread is probed once a second, and the probe that it does not run waits. */
class ProbedThreadTests {

    private static final long SECOND = 1_000_000_000;

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final ProbedThread probed = new ProbedThread("timer", Duration.ofSeconds(5), tasks::add);

    @Test
    void threadThatTakesItsTasksIsProbedOnceASecond() {
        for (long now = 0; now < 10 * SECOND; now += SECOND / 40) {
            probed.beforeSample(now);
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
        assertThat(probed.steps()).isEqualTo(10);
        assertThat(probed.waiting()).isZero();
        assertThat(probed.thread()).isSameAs(Thread.currentThread());
    }

    @Test
    void threadThatTakesNoTaskHasOneThatWaits() {
        for (long now = 0; now < 10 * SECOND; now += SECOND / 40) {
            probed.beforeSample(now);
        }
        assertThat(tasks).hasSize(1);
        assertThat(probed.waiting()).isOne();
        assertThat(probed.steps()).isZero();
    }

    @Test
    void executorThatHasEndedIsNotProbedAgain() {
        ProbedThread ended = new ProbedThread("timer", Duration.ofSeconds(5), task -> {
            tasks.add(task);
            throw new RejectedExecutionException();
        });
        ended.beforeSample(0);
        ended.beforeSample(2 * SECOND);
        assertThat(ended.waiting()).isZero();
        assertThat(tasks).hasSize(1);
    }
}
