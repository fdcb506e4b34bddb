package dev.tributary.core.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.State;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class QueuedStatesTests {

    private static final Contract NOTE = LastWriterWins.named("note");

    private final Permits memory = new Permits(1000);
    private final QueuedStates one = new QueuedStates(memory);
    private final QueuedStates other = new QueuedStates(memory);

    @Test
    void queuesOfAllContractsTogetherStayWithinTheMemory() {
        for (int number = 1; number <= 20; number++) {
            one.add(number, update(100));
            other.add(number, update(100));
        }

        assertThat(memory.used()).isBetween(800L, 1000L);
    }

    @Test
    void olderStatesOfTheContractMakeRoomForTheLatest() {
        assertThat(one.add(1, update(400))).isTrue();
        assertThat(one.add(2, update(400))).isTrue();
        assertThat(one.add(3, update(700))).isTrue();

        assertThat(Objects.requireNonNull(one.poll()).number()).isEqualTo(3);
        assertThat(one.isEmpty()).isTrue();
    }

    @Test
    void stateWithoutRoomIsRefusedAndNothingIsTaken() {
        other.add(1, update(700));
        other.add(2, update(250));

        assertThat(one.add(1, update(100))).isFalse();
        assertThat(memory.used()).isEqualTo(950);
    }

    @Test
    void stateWaitsForSlowSubscribersOnlyInAQuarterOfTheMemory() {
        NumberedUpdate small = offered(one, 1, 200);
        one.onOffered(small, true);
        assertThat(small.update()).isNotNull();

        NumberedUpdate large = offered(other, 1, 200);
        other.onOffered(large, true);
        assertThat(large.update()).isNull();
        assertThat(memory.used()).isEqualTo(200);
    }

    @Test
    void laterStateTakesThePlaceOfTheOneThatWaits() {
        NumberedUpdate first = offered(one, 1, 100);
        one.onOffered(first, true);
        NumberedUpdate second = offered(one, 2, 100);
        one.onOffered(second, true);

        assertThat(first.update()).isNull();
        assertThat(second.update()).isNotNull();
        assertThat(one.first(2, update(100))).isSameAs(second);
        assertThat(memory.used()).isEqualTo(100);
    }

    @Test
    void stateThatAllSubscribersTookIsNotKept() {
        one.onOffered(offered(one, 1, 100), false);

        assertThat(memory.used()).isZero();
    }

    @Test
    void largestStateFitsBesideThoseThatWait() {
        one.onOffered(offered(one, 1, 250), true);

        assertThat(other.add(1, update(5000))).isTrue();
    }

    @Test
    void memoryIsReturnedWhenAllIsDropped() {
        one.onOffered(offered(one, 1, 100), true);
        one.add(2, update(100));
        one.add(3, update(100));
        one.clear();

        assertThat(memory.used()).isZero();
    }

    private static NumberedUpdate offered(QueuedStates states, long number, int size) {
        assertThat(states.add(number, update(size))).isTrue();
        return Objects.requireNonNull(states.poll());
    }

    private static ContractUpdate update(int size) {
        return new ContractUpdate(NOTE.key(), new State(Bytes.copyOf(new byte[size])), 0);
    }
}
