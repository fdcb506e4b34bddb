package dev.tributary.core.loop.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The contract of a scheduler. */
@Timeout(60)
class LoopSchedulerTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final LoopScheduler loop = LoopScheduler.start("tested-loop");
    private final Queue<String> ran = new ConcurrentLinkedQueue<>();

    // The task that holds the loop spins, since BlockHound ends one that blocks.
    private final AtomicBoolean isHeld = new AtomicBoolean(true);

    @AfterEach
    void dispose() {
        isHeld.set(false);
        loop.dispose();
    }

    @Test
    void tasksRunInOrderOnOneThreadThatMustNotBlock() {
        for (int i = 0; i < 100; i++) {
            int number = i;
            loop.schedule(() -> ran.add(Thread.currentThread().getName() + " " + number));
        }

        await().atMost(TIMEOUT).until(() -> ran.size() == 100);
        assertThat(ran).startsWith("tested-loop 0", "tested-loop 1").endsWith("tested-loop 99");
        assertThat(isNonBlocking()).isTrue();
    }

    @Test
    void operatorsRunOnIt() {
        StepVerifier.create(Flux.range(1, 1000)
                        .publishOn(loop)
                        .map(i -> Thread.currentThread().getName())
                        .subscribeOn(loop)
                        .distinct())
                .expectNext("tested-loop")
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void taskThatThrowsEndsNoOtherTask() {
        loop.schedule(() -> {
            throw new AssertionError("for the test");
        });
        loop.schedule(() -> ran.add("next"));

        await().atMost(TIMEOUT).until(() -> ran.contains("next"));
        assertThat(loop.isDisposed()).isFalse();
    }

    @Test
    void disposedTaskDoesNotRun() {
        holdLoop();
        Disposable first = loop.schedule(() -> ran.add("first"));
        Disposable second = loop.schedule(() -> ran.add("second"));
        first.dispose();
        assertThat(first.isDisposed()).isTrue();
        assertThat(second.isDisposed()).isFalse();
        isHeld.set(false);

        await().atMost(TIMEOUT).until(second::isDisposed);
        await().atMost(TIMEOUT).until(() -> !ran.isEmpty());
        assertThat(ran).containsExactly("second");
    }

    @Test
    void disposedWorkerRunsNoTaskAndAcceptsNone() {
        Scheduler.Worker worker = loop.createWorker();
        Scheduler.Worker other = loop.createWorker();
        holdLoop();
        worker.schedule(() -> ran.add("of the disposed worker"));
        other.schedule(() -> ran.add("of the other worker"));

        worker.dispose();
        isHeld.set(false);

        await().atMost(TIMEOUT).until(() -> !ran.isEmpty());
        assertThat(ran).containsExactly("of the other worker");
        assertThat(worker.isDisposed()).isTrue();
        assertThat(other.isDisposed()).isFalse();
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void disposedSchedulerRejectsAndDropsWaitingTasks() throws InterruptedException {
        holdLoop();
        loop.schedule(() -> ran.add("waiting"));
        Scheduler.Worker worker = loop.createWorker();

        loop.dispose();
        loop.dispose();
        isHeld.set(false);

        assertThat(loop.isDisposed()).isTrue();
        assertThatThrownBy(() -> loop.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(loop::init).isInstanceOf(IllegalStateException.class);
        awaitEndOfThread();
        assertThat(ran).isEmpty();
    }

    @Test
    void gracefulDisposeRunsAcceptedTasksFirst() {
        holdLoop();
        loop.schedule(() -> ran.add("accepted"));
        Mono<Void> disposal = loop.disposeGracefully();
        assertThat(loop.isDisposed()).as("before subscription").isFalse();

        StepVerifier.create(disposal)
                .then(() -> {
                    assertThat(loop.isDisposed()).isTrue();
                    assertThatThrownBy(() -> loop.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
                    isHeld.set(false);
                })
                .expectComplete()
                .verify(TIMEOUT);

        assertThat(ran).containsExactly("accepted");
        StepVerifier.create(loop.disposeGracefully()).expectComplete().verify(TIMEOUT);
    }

    @Test
    void delayedTasksAreRejected() {
        assertThatThrownBy(() -> loop.schedule(() -> {}, 1, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> loop.createWorker().schedule(() -> {}, 1, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void hooksOfReactorSeeEveryTask() {
        Schedulers.onScheduleHook("loop-test", task -> () -> {
            ran.add("hook");
            task.run();
        });
        try {
            loop.schedule(() -> ran.add("task"));
            await().atMost(TIMEOUT).until(() -> ran.contains("task"));
        } finally {
            Schedulers.resetOnScheduleHook("loop-test");
        }
        assertThat(List.copyOf(ran)).containsSubsequence("hook", "task");
    }

    @Test
    void interruptedThreadParksAgain() throws InterruptedException {
        Thread[] thread = new Thread[1];
        CountDownLatch known = new CountDownLatch(1);
        loop.schedule(() -> {
            thread[0] = Thread.currentThread();
            known.countDown();
        });
        known.await();

        thread[0].interrupt();

        await().atMost(TIMEOUT).until(() -> thread[0].getState() == Thread.State.WAITING && !thread[0].isInterrupted());
        loop.schedule(() -> ran.add("after the interrupt"));
        await().atMost(TIMEOUT).until(() -> !ran.isEmpty());
    }

    private boolean isNonBlocking() {
        return Boolean.TRUE.equals(Mono.fromCallable(Schedulers::isInNonBlockingThread)
                .subscribeOn(loop)
                .block(TIMEOUT));
    }

    /** Keeps the loop's thread busy until it is released. */
    private void holdLoop() {
        AtomicBoolean hasBegun = new AtomicBoolean();
        loop.schedule(() -> {
            while (isHeld.get()) {
                hasBegun.set(true);
            }
        });
        await().atMost(TIMEOUT).untilTrue(hasBegun);
    }

    private static void awaitEndOfThread() {
        await().atMost(TIMEOUT)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(each -> each.getName().equals("tested-loop")));
    }
}
