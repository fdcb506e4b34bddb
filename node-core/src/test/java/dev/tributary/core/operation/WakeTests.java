package dev.tributary.core.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.simulation.SimulatedTime;
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

/** A sleeper whose timer does nothing until time moves on. */
class WakeTests {

    private static final int MANY = 20;

    private final SimulatedTime time = SimulatedTime.create();
    private final Wake wake = new Wake(time);
    private final Queue<Integer> work = new ArrayDeque<>();
    private final List<Integer> done = new ArrayList<>();
    private final Disposable.Composite running = Disposables.composite();

    @AfterEach
    void end() {
        running.dispose();
    }

    @Test
    void whoRingsDoesNotDoTheWork() {
        sleeps(Optional.empty());
        work.add(1);

        wake.ring();
        assertThat(done).isEmpty();

        time.advance(Duration.ZERO);
        assertThat(done).containsExactly(1);
    }

    @Test
    void whoRingsNearByDoesTheWorkBeforeItGoesOn() {
        sleeps(Optional.empty());
        work.add(1);

        wake.ringHere();

        assertThat(done).containsExactly(1);
    }

    @Test
    void aBorrowedThreadDoesTheFirstFewAndTheTimerTheRest() {
        sleeps(Optional.empty());
        for (int i = 0; i < MANY; i++) {
            work.add(i);
        }

        wake.ringHere();
        assertThat(done).hasSizeBetween(1, MANY / 2);

        time.advance(Duration.ZERO);
        assertThat(done).hasSize(MANY).isSorted();
    }

    @Test
    void afterEitherRingTheSleeperHearsTheOther() {
        sleeps(Optional.empty());
        for (int i = 0; i < MANY; i += 2) {
            work.add(i);
            wake.ringHere();
            work.add(i + 1);
            wake.ring();
            time.advance(Duration.ZERO);
        }

        assertThat(done).hasSize(MANY).isSorted();
    }

    @Test
    void whoSleepsForAWhileIsWokenNearByNevertheless() {
        sleeps(Optional.of(Duration.ofHours(1)));
        work.add(1);
        wake.ringHere();
        assertThat(done).containsExactly(1);

        work.add(2);
        time.advance(Duration.ofHours(1));
        assertThat(done).containsExactly(1, 2);
    }

    private void sleeps(Optional<Duration> limit) {
        running.add(wake.work(() -> Optional.ofNullable(work.poll()), () -> limit)
                .subscribe(done::add, failure -> done.add(-1)));
        assertThat(done).isEmpty();
    }
}
