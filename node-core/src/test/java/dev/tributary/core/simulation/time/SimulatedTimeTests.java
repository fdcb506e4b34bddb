package dev.tributary.core.simulation.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;

class SimulatedTimeTests {

    private final SimulatedTime time = SimulatedTime.create();
    private final List<String> ran = new ArrayList<>();

    @Test
    void noTaskRunsBeforeTimeAdvances() {
        time.schedule(() -> ran.add("now"));

        assertThat(ran).isEmpty();
        time.advance(Duration.ZERO);
        assertThat(ran).containsExactly("now");
    }

    @Test
    void tasksRunByDueTimeThenSchedulingOrder() {
        at(20, "third");
        at(10, "first");
        at(10, "second");
        at(30, "late");

        time.advance(Duration.ofMillis(20));

        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    void taskScheduledEarlierRunsBeforeTaskScheduledAtSameInstant() {
        time.schedule(() -> time.schedule(() -> ran.add("scheduled in the moment")), 10, TimeUnit.MILLISECONDS);
        at(10, "scheduled before");

        time.advance(Duration.ofMillis(10));

        assertThat(ran).containsExactly("scheduled before", "scheduled in the moment");
    }

    @Test
    void clocksShowDueTimeOfRunningTask() {
        long begin = time.source().nanos();
        List<Long> seen = new ArrayList<>();
        time.schedule(() -> seen.add(time.source().nanos() - begin), 5, TimeUnit.MILLISECONDS);

        time.advance(Duration.ofSeconds(1));

        assertThat(seen).containsExactly(5_000_000L);
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(1));
        assertThat(time.source().now()).isEqualTo("2030-01-01T00:00:01Z");
        assertThat(time.now(TimeUnit.SECONDS)).isEqualTo(time.source().now().getEpochSecond());
    }

    @Test
    void disposedTaskDoesNotRun() {
        Disposable task = time.schedule(() -> ran.add("never"), 1, TimeUnit.MILLISECONDS);
        task.dispose();

        time.advance(Duration.ofSeconds(1));

        assertThat(ran).isEmpty();
        assertThat(task.isDisposed()).isTrue();
        assertThat(time.pendingTasks()).isZero();
    }

    @Test
    void disposedWorkerRunsNoTasks() {
        Scheduler.Worker worker = time.createWorker();
        worker.schedule(() -> ran.add("before"));
        worker.schedule(() -> ran.add("after"), 10, TimeUnit.MILLISECONDS);
        time.advance(Duration.ofMillis(5));
        worker.dispose();
        time.advance(Duration.ofSeconds(1));

        assertThat(ran).containsExactly("before");
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void periodicTaskRepeatsUntilDisposed() {
        AtomicInteger count = new AtomicInteger();
        Disposable periodic = time.schedulePeriodically(count::incrementAndGet, 10, 100, TimeUnit.MILLISECONDS);

        time.advance(Duration.ofMillis(310));
        assertThat(count).hasValue(4);
        periodic.dispose();
        time.advance(Duration.ofSeconds(10));
        assertThat(count).hasValue(4);
    }

    @Test
    void reactorOperatorsUseVirtualTime() {
        StepVerifier.create(Flux.interval(Duration.ofSeconds(10), time).take(3))
                .then(() -> time.advance(Duration.ofSeconds(30)))
                .expectNext(0L, 1L, 2L)
                .verifyComplete();
        StepVerifier.create(Mono.never().timeout(Duration.ofMinutes(1), time))
                .then(() -> time.advance(Duration.ofMinutes(1)))
                .verifyError(TimeoutException.class);
    }

    @Test
    void runAdvancesTimeUntilWorkEnds() {
        Long value = time.run(Mono.delay(Duration.ofSeconds(42), time));

        assertThat(value).isZero();
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(42));
        assertThatThrownBy(() -> time.run(Mono.error(new IllegalArgumentException("broken"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("broken");
    }

    @Test
    void runFailsIfNoTaskCanEndTheWork() {
        assertThatThrownBy(() -> time.run(Mono.never()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no task is pending");

        time.schedulePeriodically(() -> {}, 0, 1, TimeUnit.SECONDS);
        assertThatThrownBy(() -> time.run(Mono.never(), Duration.ofSeconds(10)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("10000 ms of virtual time");
    }

    @Test
    void runUntilStopsWhenConditionIsTrue() {
        at(1000, "it");

        assertThat(time.runUntil(() -> !ran.isEmpty(), Duration.ofSeconds(5))).isTrue();
        assertThat(time.elapsed()).isBetween(Duration.ofMillis(1000), Duration.ofMillis(1010));
        assertThat(time.runUntil(() -> false, Duration.ofSeconds(5))).isFalse();
    }

    @Test
    void runToIdleReturnsWhetherNoTaskIsPending() {
        at(10_000, "last");

        assertThat(time.runToIdle(Duration.ofSeconds(9))).isFalse();
        assertThat(time.runToIdle(Duration.ofSeconds(9))).isTrue();
        assertThat(ran).containsExactly("last");
    }

    @Test
    void endlessTasksAtOneInstantFailWithTheirNames() {
        SimulatedTime limited = SimulatedTime.create(1000);
        limited.schedule(new SelfReschedulingTask(limited));

        assertThatThrownBy(() -> limited.advance(Duration.ofSeconds(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("1000 tasks")
                .hasMessageContaining("restless");
    }

    @Test
    void useByAnotherThreadFails() throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread other = new Thread(() -> time.schedule(() -> {}), "other");
        other.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
        other.start();
        other.join();

        assertThat(failure.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'other'")
                .hasMessageContaining("one thread");
    }

    @Test
    void disposedNodeSchedulerRunsNoTasks() {
        NodeScheduler node = new NodeScheduler(time);
        node.schedule(() -> ran.add("alive"));
        node.createWorker().schedule(() -> ran.add("dead"), 10, TimeUnit.MILLISECONDS);
        node.schedulePeriodically(() -> ran.add("dead"), 10, 10, TimeUnit.MILLISECONDS);
        time.advance(Duration.ofMillis(5));
        node.dispose();
        time.advance(Duration.ofSeconds(1));

        assertThat(ran).containsExactly("alive");
        assertThatThrownBy(() -> node.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    private void at(long millis, String what) {
        time.schedule(() -> ran.add(what), millis, TimeUnit.MILLISECONDS);
    }

    private record SelfReschedulingTask(SimulatedTime time) implements Runnable {

        @Override
        public void run() {
            time.schedule(this);
        }

        @Override
        public String toString() {
            return "restless";
        }
    }
}
