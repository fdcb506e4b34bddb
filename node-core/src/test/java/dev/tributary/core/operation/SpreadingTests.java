package dev.tributary.core.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;

class SpreadingTests {

    private static final PeerId ONE = ScriptedPeer.idAt(0.1, 1);
    private static final PeerId TWO = ScriptedPeer.idAt(0.2, 2);
    private static final Duration PACE = Duration.ofMillis(20);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Wake wake = new Wake(time);
    private final Spreading spreading =
            new Spreading(8, PACE, new TimeSource(Clock.systemUTC(), () -> time.now(TimeUnit.NANOSECONDS)), wake);

    @Test
    void howeverOftenAContractChangesANeighbourIsDueOnce() {
        for (int i = 0; i < 100; i++) {
            spreading.add(ONE, id(1));
            spreading.add(TWO, id(1));
        }

        assertThat(spreading.due()).isEqualTo(2);
        assertThat(spreading.take()).hasValue(new Spreading.Told(ONE, id(1)));
        assertThat(spreading.take()).hasValue(new Spreading.Told(TWO, id(1)));
        assertThat(spreading.take()).isEmpty();
    }

    @Test
    void theFirstFewChangesAreToldAtOnceAndMoreOfThemAtAPace() {
        for (int i = 0; i < 8; i++) {
            assertThat(tellOnce()).as("change %d", i).isTrue();
        }

        assertThat(tellOnce()).isFalse();
        assertThat(spreading.next()).hasValue(PACE);
        time.advanceTimeBy(PACE);
        assertThat(endOnce()).isTrue();
        assertThat(tellOnce()).isFalse();
        assertThat(spreading.due()).isEqualTo(1);
    }

    @Test
    void whatIsAddedUnderALockIsToldOnTheSameThreadWhenTheLockIsFree() {
        Object lock = new Object();
        List<Boolean> locked = new ArrayList<>();
        Disposable telling = wake.work(spreading::take, spreading::next)
                .subscribe(told -> locked.add(Thread.holdsLock(lock)), failure -> locked.add(true));

        spreading.gather(() -> {
            synchronized (lock) {
                spreading.add(ONE, id(1));
                spreading.add(TWO, id(1));
                assertThat(locked).isEmpty();
            }
        });

        assertThat(locked).containsExactly(false, false);
        telling.dispose();
    }

    @Test
    void afterARestTheFirstFewAreToldAtOnceAgain() {
        for (int i = 0; i < 8; i++) {
            tellOnce();
        }
        time.advanceTimeBy(PACE.multipliedBy(8));

        for (int i = 0; i < 8; i++) {
            assertThat(tellOnce()).as("change %d", i).isTrue();
        }
        assertThat(tellOnce()).isFalse();
    }

    @Test
    void aFloodOfOneContractHoldsUpNoOther() {
        for (int i = 0; i < 9; i++) {
            tellOnce();
        }
        spreading.add(ONE, id(2));

        assertThat(spreading.take()).hasValue(new Spreading.Told(ONE, id(2)));
    }

    @Test
    void whatChangesWhileItIsToldIsToldAgainAfterwards() {
        spreading.add(ONE, id(1));
        Spreading.Told told = spreading.take().orElseThrow();
        spreading.add(ONE, id(1));
        assertThat(spreading.take()).isEmpty();

        spreading.end(told);

        assertThat(spreading.take()).hasValue(told);
        spreading.end(told);
        assertThat(spreading.take()).isEmpty();
        assertThat(spreading.due()).isZero();
    }

    @Test
    void aNeighbourThatIsGoneIsForgotten() {
        for (int i = 0; i < 9; i++) {
            tellOnce();
        }
        spreading.add(ONE, id(2));
        spreading.leave(ONE, id(3));
        spreading.add(TWO, id(1));

        spreading.retain(TWO::equals);

        assertThat(spreading.due()).isEqualTo(1);
        assertThat(spreading.takeLeft(10)).isEmpty();
        assertThat(spreading.take()).hasValue(new Spreading.Told(TWO, id(1)));
    }

    @Test
    void aNeighbourHearsOfAllThatIsLeftInFewNotices() {
        for (int i = 0; i < 5; i++) {
            spreading.leave(ONE, id(i));
        }

        assertThat(spreading.takeLeft(3).orElseThrow().ids()).containsExactly(id(0), id(1), id(2));
        assertThat(spreading.takeLeft(3).orElseThrow().ids()).containsExactly(id(3), id(4));
        assertThat(spreading.takeLeft(3)).isEmpty();
        assertThat(spreading.due()).isZero();
    }

    private boolean tellOnce() {
        spreading.add(ONE, id(1));
        return endOnce();
    }

    private boolean endOnce() {
        Optional<Spreading.Told> told = spreading.take();
        told.ifPresent(spreading::end);
        return told.isPresent();
    }

    private static ContractInstanceId id(int number) {
        return LastWriterWins.named("contract " + number).id();
    }
}
