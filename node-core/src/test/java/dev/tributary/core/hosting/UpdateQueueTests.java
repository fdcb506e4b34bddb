package dev.tributary.core.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class UpdateQueueTests {

    private static final PeerId ONE = ScriptedPeer.idAt(0.1, 1);
    private static final PeerId TWO = ScriptedPeer.idAt(0.2, 2);
    private static final UpdateQueue.UpdateTarget TARGET = new UpdateQueue.UpdateTarget(ONE, id(1));
    private static final Duration PACE = Duration.ofMillis(20);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final WorkSignal signal = new WorkSignal(time);
    private final UpdateQueue updates = queue(8, PACE);

    @Test
    void changedContractIsQueuedOncePerNeighbour() {
        for (int i = 0; i < 100; i++) {
            updates.add(ONE, id(1));
            updates.add(TWO, id(1));
        }

        assertThat(updates.size()).isEqualTo(2);
        assertThat(updates.take()).hasValue(new UpdateQueue.UpdateTarget(ONE, id(1)));
        assertThat(updates.take()).hasValue(new UpdateQueue.UpdateTarget(TWO, id(1)));
        assertThat(updates.take()).isEmpty();
    }

    @Test
    void burstIsSentAtOnceAndFurtherUpdatesAtThePace() {
        for (int i = 0; i < 8; i++) {
            assertThat(sendOnce()).as("update %d", i).isTrue();
        }

        assertThat(sendOnce()).isFalse();
        assertThat(updates.timeUntilNext()).hasValue(PACE);
        time.advanceTimeBy(PACE);
        assertThat(takeAndEnd()).isTrue();
        assertThat(sendOnce()).isFalse();
        assertThat(updates.size()).isEqualTo(1);
    }

    @Test
    void updateIsTakenWithoutWaitingIfItMayBeSentNow() {
        assertThat(updates.tryTake(TARGET)).isTrue();
        assertThat(updates.take()).isEmpty();

        updates.finish(TARGET);

        assertThat(updates.size()).isZero();
    }

    @Test
    void queuedUpdateIsNotSentAgainAfterItWasTakenDirectly() {
        updates.add(ONE, id(1));

        assertThat(updates.tryTake(TARGET)).isTrue();
        updates.finish(TARGET);

        assertThat(updates.take()).isEmpty();
        assertThat(updates.size()).isZero();
    }

    @Test
    void updateIsNotTakenWhileAnotherIsInFlightButSentAfterwards() {
        assertThat(updates.tryTake(TARGET)).isTrue();
        assertThat(updates.tryTake(TARGET)).isFalse();
        assertThat(updates.take()).isEmpty();

        updates.finish(TARGET);

        assertThat(updates.take()).hasValue(TARGET);
    }

    @Test
    void updateThatTheRateDelaysIsQueuedInsteadOfTaken() {
        for (int i = 0; i < 8; i++) {
            assertThat(updates.tryTake(TARGET)).as("update %d", i).isTrue();
            updates.finish(TARGET);
        }

        assertThat(updates.tryTake(TARGET)).isFalse();
        assertThat(updates.tryTake(TARGET)).isFalse();
        assertThat(updates.size()).isEqualTo(1);
        assertThat(updates.timeUntilNext()).hasValue(PACE);
        time.advanceTimeBy(PACE);
        assertThat(updates.take()).hasValue(TARGET);
    }

    @Test
    void delayedUpdateMayBeTakenDirectlyOnceItsTimeHasCome() {
        for (int i = 0; i < 9; i++) {
            sendOnce();
        }
        assertThat(updates.tryTake(TARGET)).isFalse();
        time.advanceTimeBy(PACE);

        assertThat(updates.tryTake(TARGET)).isTrue();
        updates.finish(TARGET);

        assertThat(updates.size()).isZero();
    }

    @Test
    void idleTimeRestoresTheBurst() {
        for (int i = 0; i < 8; i++) {
            sendOnce();
        }
        time.advanceTimeBy(PACE.multipliedBy(8));

        for (int i = 0; i < 8; i++) {
            assertThat(sendOnce()).as("update %d", i).isTrue();
        }
        assertThat(sendOnce()).isFalse();
    }

    @Test
    void updatesOfOneContractDoNotDelayAnother() {
        for (int i = 0; i < 9; i++) {
            sendOnce();
        }
        updates.add(ONE, id(2));

        assertThat(updates.take()).hasValue(new UpdateQueue.UpdateTarget(ONE, id(2)));
    }

    @Test
    void changeDuringAnUpdateInFlightIsSentAfterwards() {
        updates.add(ONE, id(1));
        UpdateQueue.UpdateTarget target = updates.take().orElseThrow();
        updates.add(ONE, id(1));
        assertThat(updates.take()).isEmpty();

        updates.finish(target);

        assertThat(updates.take()).hasValue(target);
        updates.finish(target);
        assertThat(updates.take()).isEmpty();
        assertThat(updates.size()).isZero();
    }

    @Test
    void acknowledgementMakesAQueuedUpdateDueAtOnce() {
        TransactionId asking = new TransactionId(0, 0);
        for (int i = 0; i < 8; i++) {
            assertThat(updates.tryTake(TARGET)).isTrue();
            TransactionId update = new TransactionId(1, i);
            asking = updates.asksForAcknowledgement(TARGET, update) ? update : asking;
            updates.finish(TARGET);
        }
        assertThat(updates.tryTake(TARGET)).isFalse();

        updates.acknowledge(TARGET, asking);

        assertThat(updates.timeUntilNext()).hasValue(Duration.ZERO);
        assertThat(updates.take()).hasValue(TARGET);
    }

    @Test
    void acknowledgementOfAnotherContractOrNeighbourHasNoEffect() {
        for (int i = 0; i < 9; i++) {
            updates.asksForAcknowledgement(TARGET, new TransactionId(1, i));
            sendOnce();
        }

        updates.acknowledge(new UpdateQueue.UpdateTarget(ONE, id(2)), new TransactionId(1, 8));
        updates.acknowledge(new UpdateQueue.UpdateTarget(TWO, id(1)), new TransactionId(1, 8));

        assertThat(updates.take()).isEmpty();
        assertThat(updates.size()).isEqualTo(1);
    }

    @Test
    void acknowledgementWithoutAQueuedUpdateQueuesNone() {
        assertThat(updates.tryTake(TARGET)).isTrue();
        updates.finish(TARGET);

        updates.acknowledge(TARGET, new TransactionId(1, 1));

        assertThat(updates.size()).isZero();
    }

    @Test
    void updatesWithoutAPaceAreNeverDelayed() {
        UpdateQueue unpaced = queue(1, Duration.ZERO);
        for (int i = 0; i < 100; i++) {
            unpaced.add(ONE, id(1));
            assertThat(unpaced.timeUntilNext()).hasValue(Duration.ZERO);
            assertThat(unpaced.take()).hasValue(TARGET);
            unpaced.finish(TARGET);
            assertThat(unpaced.tryTake(TARGET)).isTrue();
            unpaced.finish(TARGET);
        }

        assertThat(unpaced.size()).isZero();
        assertThat(unpaced.timeUntilNext()).isEmpty();
    }

    @Test
    void updatesWithoutAPaceDoNotOvertakeEachOther() {
        UpdateQueue unpaced = queue(8, Duration.ZERO);
        assertThat(unpaced.tryTake(TARGET)).isTrue();
        unpaced.add(ONE, id(1));
        assertThat(unpaced.tryTake(TARGET)).isFalse();
        assertThat(unpaced.take()).isEmpty();
        assertThat(unpaced.timeUntilNext()).isEmpty();

        unpaced.finish(TARGET);

        assertThat(unpaced.timeUntilNext()).hasValue(Duration.ZERO);
        unpaced.retain(TWO::equals);
        assertThat(unpaced.size()).isZero();
    }

    @Test
    void changeDuringAnUpdateInFlightKeepsThePace() {
        for (int i = 0; i < 7; i++) {
            sendOnce();
        }
        assertThat(updates.tryTake(TARGET)).isTrue();
        updates.add(ONE, id(1));

        updates.finish(TARGET);

        assertThat(updates.take()).isEmpty();
        assertThat(updates.timeUntilNext()).hasValue(PACE);
    }

    @Test
    void disconnectedNeighbourIsRemoved() {
        for (int i = 0; i < 9; i++) {
            sendOnce();
        }
        updates.add(ONE, id(2));
        updates.addUnfollow(ONE, id(3));
        updates.add(TWO, id(1));

        updates.retain(TWO::equals);

        assertThat(updates.size()).isEqualTo(1);
        assertThat(updates.takeUnfollow(10)).isEmpty();
        assertThat(updates.take()).hasValue(new UpdateQueue.UpdateTarget(TWO, id(1)));
    }

    @Test
    void unfollowsAreSentInBatches() {
        for (int i = 0; i < 5; i++) {
            updates.addUnfollow(ONE, id(i));
        }

        assertThat(updates.takeUnfollow(3).orElseThrow().ids()).containsExactly(id(0), id(1), id(2));
        assertThat(updates.takeUnfollow(3).orElseThrow().ids()).containsExactly(id(3), id(4));
        assertThat(updates.takeUnfollow(3)).isEmpty();
        assertThat(updates.size()).isZero();
    }

    private UpdateQueue queue(int burst, Duration pace) {
        TimeSource clock = new TimeSource(Clock.systemUTC(), () -> time.now(TimeUnit.NANOSECONDS));
        return new UpdateQueue(burst, pace, clock, signal);
    }

    private boolean sendOnce() {
        updates.add(ONE, id(1));
        return takeAndEnd();
    }

    private boolean takeAndEnd() {
        Optional<UpdateQueue.UpdateTarget> target = updates.take();
        target.ifPresent(updates::finish);
        return target.isPresent();
    }

    private static ContractInstanceId id(int number) {
        return LastWriterWins.named("contract " + number).id();
    }
}
