package dev.tributary.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class KeyedWorkQueueTests {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final WorkSignal signal = new WorkSignal(timer);

    /** The clock overflows within the tests. */
    private long now = Long.MAX_VALUE - SECOND.toNanos();

    private final KeyedWorkQueue<String> queue =
            new KeyedWorkQueue<>(new TimeSource(Clock.systemUTC(), () -> now), signal);

    @Test
    void keysAreTakenInTheOrderOfTheirDueTimes() {
        queue.schedule("third", SECOND.multipliedBy(3));
        queue.schedule("first", SECOND);
        queue.schedule("second", SECOND.multipliedBy(2));
        assertThat(queue.timeUntilNext()).hasValue(SECOND);
        assertThat(queue.take()).isEmpty();

        now += 3 * SECOND.toNanos();

        assertThat(takeAll()).containsExactly("first", "second", "third");
        assertThat(queue.timeUntilNext()).isEmpty();
    }

    @Test
    void keysThatAreDueAtTheSameTimeAreTakenInTheOrderTheyWereAdded() {
        for (String key : List.of("c", "a", "b")) {
            queue.schedule(key, Duration.ZERO);
        }

        assertThat(takeAll()).containsExactly("c", "a", "b");
    }

    @Test
    void keyIsQueuedOnceAndTheEarlierDueTimeCounts() {
        queue.schedule("key", SECOND.multipliedBy(2));
        queue.schedule("key", SECOND);
        queue.schedule("key", SECOND.multipliedBy(3));

        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.timeUntilNext()).hasValue(SECOND);
    }

    @Test
    void keyThatRunsIsTakenAgainOnlyAfterItsWorkEnds() {
        queue.schedule("key", Duration.ZERO);
        assertThat(queue.take()).hasValue("key");
        assertThat(queue.isRunning("key")).isTrue();

        queue.schedule("key", Duration.ZERO);
        queue.schedule("other", SECOND);
        assertThat(queue.take()).isEmpty();
        assertThat(queue.tryTake("key", Duration.ZERO)).isFalse();
        assertThat(queue.timeUntilNext()).hasValue(SECOND);
        assertThat(queue.size()).isEqualTo(3);

        queue.finish("key");
        assertThat(queue.isRunning("key")).isFalse();
        assertThat(queue.take()).hasValue("key");
    }

    @Test
    void pauseDelaysTheNextWorkOfTheKeyUnlessItIsDueLater() {
        start("early", "late");
        queue.schedule("early", Duration.ZERO);
        queue.schedule("late", SECOND.multipliedBy(3));

        queue.finish("early", SECOND.multipliedBy(2));
        queue.finish("late", SECOND.multipliedBy(2));

        assertThat(queue.timeUntilNext()).hasValue(SECOND.multipliedBy(2));
        now += 2 * SECOND.toNanos();
        assertThat(takeAll()).containsExactly("early");
        assertThat(queue.timeUntilNext()).hasValue(SECOND);
    }

    @Test
    void finishedKeyThatIsNotQueuedIsForgotten() {
        start("key");

        queue.finish("key");
        queue.finish("key");

        assertThat(queue.size()).isZero();
        assertThat(queue.timeUntilNext()).isEmpty();
    }

    @Test
    void workThatIsDueIsStartedDirectlyAndOtherWorkIsQueued() {
        assertThat(queue.tryTake("new", Duration.ZERO)).isTrue();
        queue.schedule("queued", Duration.ZERO);
        assertThat(queue.tryTake("queued", SECOND)).isTrue();
        assertThat(queue.tryTake("delayed", SECOND)).isFalse();

        assertThat(queue.take()).isEmpty();
        assertThat(queue.timeUntilNext()).hasValue(SECOND);
        assertThat(queue.size()).isEqualTo(3);
    }

    @Test
    void cancelledKeyIsNotTakenAndItsRunningWorkIsNotAffected() {
        start("running", "other");
        for (String key : List.of("running", "other", "queued")) {
            queue.schedule(key, Duration.ZERO);
        }

        queue.cancel("queued");
        queue.cancelIf("running"::equals);
        assertThat(queue.isRunning("running")).isTrue();
        queue.finish("running");
        queue.finish("other");

        assertThat(takeAll()).containsExactly("other");
        queue.finish("other");
        assertThat(queue.size()).isZero();
    }

    @Test
    void pendingCountsWhatRunsAndWhatIsDue() {
        start("running");
        queue.schedule("due", Duration.ZERO);
        queue.schedule("later", SECOND);

        assertThat(queue.pending()).isEqualTo(2);
        now += SECOND.toNanos();
        assertThat(queue.pending()).isEqualTo(3);
    }

    @Test
    void workerIsWokenOnlyForAKeyThatMayStart() {
        assertThat(wakes(() -> queue.schedule("key", SECOND))).isTrue();
        assertThat(wakes(() -> queue.schedule("key", SECOND))).isFalse();
        assertThat(wakes(() -> queue.schedule("key", Duration.ZERO))).isTrue();
        assertThat(queue.take()).hasValue("key");
        assertThat(wakes(() -> queue.schedule("key", Duration.ZERO))).isFalse();
        assertThat(wakes(() -> queue.finish("key"))).isTrue();
        assertThat(wakes(() -> assertThat(queue.tryTake("key", Duration.ZERO)).isTrue()))
                .isFalse();
        assertThat(wakes(() -> queue.finish("key"))).isFalse();
        assertThat(wakes(() -> queue.tryTake("other", SECOND))).isTrue();
    }

    private boolean wakes(Runnable change) {
        boolean[] woken = new boolean[1];
        signal.reset();
        change.run();
        signal.sleep(Optional.empty()).subscribe(none -> {}, failure -> {}, () -> woken[0] = true);
        timer.advanceTime();
        return woken[0];
    }

    private void start(String... keys) {
        for (String key : keys) {
            assertThat(queue.tryTake(key, Duration.ZERO)).isTrue();
        }
    }

    private List<String> takeAll() {
        List<String> taken = new ArrayList<>();
        for (Optional<String> next = queue.take(); next.isPresent(); next = queue.take()) {
            taken.add(next.get());
        }
        return taken;
    }
}
