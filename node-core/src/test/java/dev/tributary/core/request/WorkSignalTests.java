package dev.tributary.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.simulation.time.SimulatedTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** A worker on a timer that runs tasks only when the simulated time advances. */
class WorkSignalTests {

    private static final int ITEMS = 20;

    private final SimulatedTime time = SimulatedTime.create();
    private final WorkSignal wake = new WorkSignal(time);
    private final Queue<Integer> work = new ArrayDeque<>();
    private final List<Integer> done = new ArrayList<>();
    private final Disposable.Composite running = Disposables.composite();

    @AfterEach
    void end() {
        running.dispose();
    }

    @Test
    void signalDoesNotRunWorkOnCallersThread() {
        startWorker(Optional.empty());
        work.add(1);

        wake.signal();
        assertThat(done).isEmpty();

        time.advance(Duration.ZERO);
        assertThat(done).containsExactly(1);
    }

    @Test
    void workerHearsEverySignalInTurn() {
        startWorker(Optional.empty());
        for (int i = 0; i < ITEMS; i++) {
            work.add(i);
            wake.signal();
            time.advance(Duration.ZERO);
        }

        assertThat(done).hasSize(ITEMS).isSorted();
    }

    @Test
    void oneSignalIsEnoughForManyItems() {
        startWorker(Optional.empty());
        for (int i = 0; i < ITEMS; i++) {
            work.add(i);
        }

        wake.signal();
        time.advance(Duration.ZERO);

        assertThat(done).hasSize(ITEMS).isSorted();
    }

    @Test
    void signalWakesWorkerThatSleepsWithLimit() {
        startWorker(Optional.of(Duration.ofHours(1)));
        work.add(1);
        wake.signal();
        time.advance(Duration.ZERO);
        assertThat(done).containsExactly(1);

        work.add(2);
        time.advance(Duration.ofHours(1));
        assertThat(done).containsExactly(1, 2);
    }

    @Test
    void signalSentWhileTheWorkerLooksForWorkWakesItAgain() {
        boolean[] looked = new boolean[1];
        running.add(wake.work(
                        () -> {
                            Optional<Integer> found = Optional.ofNullable(work.poll());
                            if (!looked[0]) {
                                looked[0] = true;
                                work.add(1);
                                wake.signal();
                            }
                            return found;
                        },
                        Optional::empty)
                .subscribe(done::add, failure -> done.add(-1)));

        time.advance(Duration.ZERO);

        assertThat(done).containsExactly(1);
    }

    /** All workers of a node run like this: hosting (review, broadcast, compare, delete) and subscriptions. */
    @Test
    void workerThatThrowsOnceGoesOnASecondLater() {
        boolean[] fails = {true};
        running.add(WorkSignal.worker(
                        "test",
                        wake.work(
                                        () -> {
                                            if (fails[0] && !work.isEmpty()) {
                                                fails[0] = false;
                                                throw new IllegalStateException("no work can be taken");
                                            }
                                            return Optional.ofNullable(work.poll());
                                        },
                                        Optional::empty)
                                .doOnNext(done::add),
                        time)
                .subscribe(none -> {}, failure -> done.add(-1)));
        work.add(1);

        wake.signal();
        time.advance(Duration.ZERO);
        assertThat(done).isEmpty();
        time.advance(WorkSignal.RESTART_DELAY);
        work.add(2);
        wake.signal();
        time.advance(Duration.ZERO);

        assertThat(done).containsExactly(1, 2);
    }

    private void startWorker(Optional<Duration> limit) {
        running.add(wake.work(() -> Optional.ofNullable(work.poll()), () -> limit)
                .subscribe(done::add, failure -> done.add(-1)));
        assertThat(done).isEmpty();
    }
}
