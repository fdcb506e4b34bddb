package dev.tributary.core.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class ChangeGuardTests {

    private static final PeerId PEER = ScriptedPeer.idAt(0.1, 1);
    private static final PeerId OTHER = ScriptedPeer.idAt(0.2, 2);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ChangeGuard guard =
            new ChangeGuard(new TimeSource(Clock.systemUTC(), () -> time.now(TimeUnit.NANOSECONDS)));

    @Test
    void aFloodIsTakenInAtTwoHundredASecondAndHoldsUpNobodyElse() {
        int admitted = 0;
        for (int i = 0; i < 5000; i++) {
            admitted += guard.admits(PEER, id(1)) ? 1 : 0;
            time.advanceTimeBy(Duration.ofMillis(1));
        }

        assertThat(admitted).isBetween(1000, 1100);
        assertThat(guard.admits(PEER, id(2))).isTrue();
        assertThat(guard.admits(OTHER, id(1))).isTrue();
        assertThat(guard.isHopeless(OTHER)).isFalse();
    }

    @Test
    void whoFloodsOnAndOnIsHopelessUntilItIsGone() {
        for (int i = 0; i < 11_000; i++) {
            guard.admits(PEER, id(1));
        }
        assertThat(guard.isHopeless(PEER)).isTrue();

        guard.departed(PEER);

        assertThat(guard.isHopeless(PEER)).isFalse();
    }

    @Test
    void afterThreeRefusalsAContractIsNotHeardOfForHalfAMinuteAndThenTwiceAsLong() {
        refuse(3);
        assertThat(guard.admits(PEER, id(1))).isFalse();
        assertThat(guard.admits(PEER, id(2))).isTrue();
        time.advanceTimeBy(Duration.ofSeconds(31));
        assertThat(guard.admits(PEER, id(1))).isTrue();

        refuse(3);
        time.advanceTimeBy(Duration.ofSeconds(31));
        assertThat(guard.admits(PEER, id(1))).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(guard.admits(PEER, id(1))).isTrue();
    }

    @Test
    void aRefusalNowAndThenIsForgiven() {
        for (int i = 0; i < 100; i++) {
            refuse(2);
            guard.accepted(PEER, id(1));
        }

        assertThat(guard.admits(PEER, id(1))).isTrue();
    }

    @Test
    void whoDoesItWithManyContractsIsHopeless() {
        for (int contract = 0; contract < 16; contract++) {
            assertThat(guard.isHopeless(PEER)).isFalse();
            for (int i = 0; i < 3; i++) {
                guard.refused(PEER, id(contract));
            }
        }

        assertThat(guard.isHopeless(PEER)).isTrue();
    }

    private void refuse(int times) {
        for (int i = 0; i < times; i++) {
            guard.refused(PEER, id(1));
        }
    }

    private static ContractInstanceId id(int number) {
        return LastWriterWins.named("contract " + number).id();
    }
}
