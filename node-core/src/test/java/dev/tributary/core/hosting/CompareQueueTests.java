package dev.tributary.core.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class CompareQueueTests {

    private static final PeerId ONE = ScriptedPeer.idAt(0.1, 1);
    private static final PeerId TWO = ScriptedPeer.idAt(0.2, 2);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final WorkSignal signal = new WorkSignal(time);
    private final CompareQueue queue = new CompareQueue(
            new TimeSource(Clock.systemUTC(), () -> time.now(TimeUnit.NANOSECONDS)), new Random(7), signal);

    @Test
    void firstBatchIsDelayedUpToTwoSecondsToCollectMore() {
        queue.add(ONE, id(1), false);
        assertThat(queue.take()).isEmpty();
        assertThat(queue.timeUntilNext().orElseThrow()).isBetween(Duration.ofMillis(200), Duration.ofSeconds(2));

        queue.add(ONE, id(2), false);
        advance(Duration.ofSeconds(2));

        assertThat(queue.take().orElseThrow().ids()).containsExactly(id(1), id(2));
    }

    @Test
    void batchIsLimitedToOneOffer() {
        for (int i = 0; i < 1000; i++) {
            queue.add(ONE, id(i), false);
        }
        advance(Duration.ofSeconds(2));

        assertThat(queue.take().orElseThrow().ids()).hasSize(Hosting.Offer.MAX);
        assertThat(queue.nonRoutineCount()).isEqualTo(1000 - Hosting.Offer.MAX);
    }

    @Test
    void neighbourHasOneBatchInFlightAndThenPausesForASecond() {
        for (int i = 0; i < 1000; i++) {
            queue.add(ONE, id(i), false);
        }
        advance(Duration.ofSeconds(2));
        CompareQueue.CompareBatch batch = queue.take().orElseThrow();
        assertThat(queue.take()).isEmpty();
        assertThat(queue.timeUntilNext()).isEmpty();

        queue.finish(batch, false);

        assertThat(queue.take()).isEmpty();
        assertThat(queue.timeUntilNext().orElseThrow()).isBetween(Duration.ofMillis(750), Duration.ofMillis(1250));
        advance(Duration.ofMillis(1250));
        assertThat(queue.take()).isPresent();
    }

    @Test
    void tenThousandContractsForOneNeighbourTakeLessThanAMinute() {
        for (int i = 0; i < 10_000; i++) {
            queue.add(ONE, id(i), false);
        }
        int offers = 0;
        Duration elapsed = Duration.ZERO;
        while (queue.nonRoutineCount() > 0) {
            advance(Duration.ofMillis(50));
            elapsed = elapsed.plusMillis(50);
            Optional<CompareQueue.CompareBatch> batch = queue.take();
            if (batch.isPresent()) {
                offers++;
                queue.finish(batch.get(), false);
            }
        }

        assertThat(offers).isEqualTo(40);
        assertThat(elapsed).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    @Test
    void failingNeighbourIsRetriedWithBackoff() {
        queue.add(ONE, id(1), false);
        Duration before = Duration.ZERO;
        for (int failure = 1; failure <= 5; failure++) {
            advance(Duration.ofMinutes(2));
            queue.finish(queue.take().orElseThrow(), true);
            queue.add(ONE, id(1), false);
            Duration pause = queue.timeUntilNext().orElseThrow();
            assertThat(pause).as("after failure %d", failure).isGreaterThan(before);
            before = pause;
        }
        assertThat(before).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void oneNeighbourDoesNotDelayAnother() {
        for (int i = 0; i < 1000; i++) {
            queue.add(ONE, id(i), false);
        }
        queue.add(TWO, id(1), false);
        advance(Duration.ofSeconds(2));

        assertThat(List.of(
                        queue.take().orElseThrow().peer(),
                        queue.take().orElseThrow().peer()))
                .containsExactlyInAnyOrder(ONE, TWO);
        assertThat(queue.take()).isEmpty();
    }

    @Test
    void urgentComparisonIsInTheFirstBatch() {
        for (int i = 0; i < 300; i++) {
            queue.add(ONE, id(i), false);
        }
        queue.addUrgent(ONE, id(299));

        assertThat(queue.take().orElseThrow().ids())
                .startsWith(id(299))
                .doesNotHaveDuplicates()
                .hasSize(Hosting.Offer.MAX);
        assertThat(queue.nonRoutineCount()).isEqualTo(300 - Hosting.Offer.MAX);
    }

    @Test
    void comparisonsContinueWhereTheLastLinkEnded() {
        Set<ContractInstanceId> compared = new HashSet<>();
        for (int link = 0; link < 3; link++) {
            for (int i = 0; i < 10_000; i++) {
                queue.add(ONE, id(i), false);
            }
            for (int tenths = 0; tenths < 100; tenths++) {
                advance(Duration.ofMillis(100));
                queue.take().ifPresent(batch -> {
                    compared.addAll(batch.ids());
                    queue.finish(batch, false);
                });
            }
            queue.retain(peer -> false);
        }

        assertThat(compared).hasSizeGreaterThan(3 * 2000);
    }

    @Test
    void batchInFlightWhenTheLinkEndsIsComparedFirstOnTheNextOne() {
        for (int i = 0; i < 1000; i++) {
            queue.add(ONE, id(i), false);
        }
        advance(Duration.ofSeconds(2));
        queue.finish(queue.take().orElseThrow(), false);
        advance(Duration.ofSeconds(2));
        List<ContractInstanceId> lost = queue.take().orElseThrow().ids();
        queue.retain(peer -> false);
        for (int i = 0; i < 1000; i++) {
            queue.add(ONE, id(i), false);
        }
        advance(Duration.ofSeconds(2));

        assertThat(queue.take().orElseThrow().ids()).isEqualTo(lost);
    }

    @Test
    void droppedContractIsNotDue() {
        queue.add(ONE, id(1), false);
        queue.remove(ONE, id(1));
        advance(Duration.ofSeconds(2));

        assertThat(queue.take()).isEmpty();
        assertThat(queue.nonRoutineCount()).isZero();
    }

    @Test
    void routineComparisonDoesNotCountAsDue() {
        queue.add(ONE, id(1), true);
        assertThat(queue.nonRoutineCount()).isZero();

        queue.add(ONE, id(1), false);
        queue.add(ONE, id(1), true);
        assertThat(queue.nonRoutineCount()).isEqualTo(1);
    }

    @Test
    void disconnectedNeighbourIsRemoved() {
        queue.add(ONE, id(1), false);
        advance(Duration.ofSeconds(2));
        CompareQueue.CompareBatch batch = queue.take().orElseThrow();
        queue.add(ONE, id(2), false);

        queue.retain(TWO::equals);
        queue.finish(batch, false);

        assertThat(queue.nonRoutineCount()).isZero();
        assertThat(queue.timeUntilNext()).isEmpty();
    }

    @Test
    void reconnectedNeighbourIsComparedAnewWhileItsOldBatchIsInFlight() {
        queue.add(ONE, id(1), false);
        advance(Duration.ofSeconds(2));
        CompareQueue.CompareBatch old = queue.take().orElseThrow();
        queue.retain(TWO::equals);

        queue.add(ONE, id(1), false);
        advance(Duration.ofSeconds(2));
        CompareQueue.CompareBatch anew = queue.take().orElseThrow();
        queue.add(ONE, id(2), false);
        advance(Duration.ofSeconds(2));

        // The end of the old batch neither unblocks the neighbour nor delays its next batch.
        queue.finish(old, true);
        assertThat(queue.take()).isEmpty();
        queue.finish(anew, false);
        assertThat(queue.timeUntilNext().orElseThrow()).isLessThanOrEqualTo(Duration.ofMillis(1250));
        advance(Duration.ofMillis(1250));
        assertThat(queue.take().orElseThrow().ids()).containsExactly(id(2));
    }

    @Test
    void urgentContractIsDueAtOnceUnlessABatchIsInFlightOrTheLastOneFailed() {
        queue.add(ONE, id(1), false);
        queue.addUrgent(ONE, id(2));
        CompareQueue.CompareBatch first = queue.take().orElseThrow();
        assertThat(first.ids()).containsExactly(id(2), id(1));

        queue.addUrgent(ONE, id(3));
        assertThat(queue.take()).isEmpty();
        queue.finish(first, false);
        assertThat(queue.take()).isEmpty();
        queue.addUrgent(ONE, id(4));
        CompareQueue.CompareBatch second = queue.take().orElseThrow();
        assertThat(second.ids()).containsExactly(id(3), id(4));

        queue.finish(second, true);
        queue.addUrgent(ONE, id(5));
        assertThat(queue.timeUntilNext().orElseThrow()).isGreaterThanOrEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void contractAddedAgainAfterItWasRemovedIsDue() {
        queue.add(ONE, id(1), false);
        queue.remove(ONE, id(1));
        assertThat(queue.timeUntilNext()).isEmpty();

        queue.add(ONE, id(1), false);
        advance(Duration.ofSeconds(2));

        assertThat(queue.take().orElseThrow().ids()).containsExactly(id(1));
    }

    @Test
    void newWorkWakesTheWorker() {
        signal.reset();
        boolean[] woken = new boolean[1];
        signal.sleep(Optional.empty()).subscribe(none -> {}, failure -> {}, () -> woken[0] = true);
        advance(Duration.ofHours(1));
        assertThat(woken[0]).isFalse();

        queue.add(ONE, id(1), false);
        advance(Duration.ZERO);

        assertThat(woken[0]).isTrue();
    }

    @Test
    void signalBeforeTheSleepEndsItAtOnce() {
        signal.reset();
        queue.add(ONE, id(1), false);
        boolean[] woken = new boolean[1];
        signal.sleep(Optional.empty()).subscribe(none -> {}, failure -> {}, () -> woken[0] = true);
        advance(Duration.ZERO);

        assertThat(woken[0]).isTrue();
    }

    private void advance(Duration duration) {
        time.advanceTimeBy(duration);
    }

    private static ContractInstanceId id(int number) {
        return LastWriterWins.named("contract " + number).id();
    }
}
