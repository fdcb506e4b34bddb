package dev.tributary.core.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class StepQueueTests {

    private static final PeerId ONE = ScriptedPeer.idAt(0.1, 1);
    private static final PeerId TWO = ScriptedPeer.idAt(0.2, 2);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Wake wake = new Wake(time);
    private final StepQueue steps =
            new StepQueue(new TimeSource(Clock.systemUTC(), () -> time.now(TimeUnit.NANOSECONDS)), new Random(7), wake);

    @Test
    void theFirstStepWaitsUpToTwoSecondsForWhatComesTogetherWithIt() {
        steps.add(ONE, id(1), false);
        assertThat(steps.take()).isEmpty();
        assertThat(steps.next().orElseThrow()).isBetween(Duration.ofMillis(200), Duration.ofSeconds(2));

        steps.add(ONE, id(2), false);
        passes(Duration.ofSeconds(2));

        assertThat(steps.take().orElseThrow().ids()).containsExactly(id(1), id(2));
    }

    @Test
    void aStepTakesNoMoreThanFitsIntoAnOffer() {
        for (int i = 0; i < 1000; i++) {
            steps.add(ONE, id(i), false);
        }
        passes(Duration.ofSeconds(2));

        assertThat(steps.take().orElseThrow().ids()).hasSize(Hosting.Offer.MAX);
        assertThat(steps.due()).isEqualTo(1000 - Hosting.Offer.MAX);
    }

    @Test
    void aNeighbourIsSteppedWithOnceAtATimeAndThenRestsForASecond() {
        for (int i = 0; i < 1000; i++) {
            steps.add(ONE, id(i), false);
        }
        passes(Duration.ofSeconds(2));
        steps.take();
        assertThat(steps.take()).isEmpty();
        assertThat(steps.next()).isEmpty();

        steps.end(ONE, false);

        assertThat(steps.take()).isEmpty();
        assertThat(steps.next().orElseThrow()).isBetween(Duration.ofMillis(750), Duration.ofMillis(1250));
        passes(Duration.ofMillis(1250));
        assertThat(steps.take()).isPresent();
    }

    @Test
    void tenThousandContractsForOneNeighbourTakeTheMostOfAMinute() {
        for (int i = 0; i < 10_000; i++) {
            steps.add(ONE, id(i), false);
        }
        int offers = 0;
        Duration took = Duration.ZERO;
        while (steps.due() > 0) {
            passes(Duration.ofMillis(50));
            took = took.plusMillis(50);
            if (steps.take().isPresent()) {
                offers++;
                steps.end(ONE, false);
            }
        }

        assertThat(offers).isEqualTo(40);
        assertThat(took).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    @Test
    void aNeighbourThatFailsIsLeftAloneForLongerEachTime() {
        steps.add(ONE, id(1), false);
        Duration before = Duration.ZERO;
        for (int failure = 1; failure <= 5; failure++) {
            passes(Duration.ofMinutes(2));
            assertThat(steps.take()).isPresent();
            steps.end(ONE, true);
            steps.add(ONE, id(1), false);
            Duration pause = steps.next().orElseThrow();
            assertThat(pause).as("after failure %d", failure).isGreaterThan(before);
            before = pause;
        }
        assertThat(before).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void oneNeighbourDoesNotHoldUpAnother() {
        for (int i = 0; i < 1000; i++) {
            steps.add(ONE, id(i), false);
        }
        steps.add(TWO, id(1), false);
        passes(Duration.ofSeconds(2));

        assertThat(steps.take().map(StepQueue.Step::peer)).contains(ONE);
        assertThat(steps.take().map(StepQueue.Step::peer)).contains(TWO);
        assertThat(steps.take()).isEmpty();
    }

    @Test
    void whatIsSettledMeanwhileIsNotDueAnyMore() {
        steps.add(ONE, id(1), false);
        steps.drop(ONE, id(1));
        passes(Duration.ofSeconds(2));

        assertThat(steps.take()).isEmpty();
        assertThat(steps.due()).isZero();
    }

    @Test
    void whatIsOnlyLookedAtAsARoutineDoesNotCountAsDue() {
        steps.add(ONE, id(1), true);
        assertThat(steps.due()).isZero();

        steps.add(ONE, id(1), false);
        steps.add(ONE, id(1), true);
        assertThat(steps.due()).isEqualTo(1);
    }

    @Test
    void aNeighbourThatIsGoneIsForgotten() {
        steps.add(ONE, id(1), false);
        passes(Duration.ofSeconds(2));
        steps.take();
        steps.add(ONE, id(2), false);

        steps.retain(TWO::equals);
        steps.end(ONE, false);

        assertThat(steps.due()).isZero();
        assertThat(steps.next()).isEmpty();
    }

    @Test
    void whoeverSleepsWakesUpForNewWork() {
        wake.reset();
        boolean[] woken = new boolean[1];
        wake.sleep(Optional.empty()).subscribe(none -> {}, failure -> {}, () -> woken[0] = true);
        passes(Duration.ofHours(1));
        assertThat(woken[0]).isFalse();

        steps.add(ONE, id(1), false);
        passes(Duration.ZERO);

        assertThat(woken[0]).isTrue();
    }

    @Test
    void whatRangBeforeTheSleepEndsItAtOnce() {
        wake.reset();
        steps.add(ONE, id(1), false);
        boolean[] woken = new boolean[1];
        wake.sleep(Optional.empty()).subscribe(none -> {}, failure -> {}, () -> woken[0] = true);
        passes(Duration.ZERO);

        assertThat(woken[0]).isTrue();
    }

    private void passes(Duration duration) {
        time.advanceTimeBy(duration);
    }

    private static ContractInstanceId id(int number) {
        return LastWriterWins.named("contract " + number).id();
    }
}
