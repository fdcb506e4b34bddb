package dev.tributary.core.hosting;

import static dev.tributary.core.hosting.HostingFixture.contract;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReconcileLimiterTests {

    private static final PeerId PEER = ScriptedPeer.idAt(0.1, 1);
    private static final ContractInstanceId ID = contract(1).id();

    private long now;
    private final ReconcileLimiter limiter = new ReconcileLimiter(new TimeSource(Clock.systemUTC(), () -> now));

    @Test
    void neighbourHasEightAtOnceAndOneMoreEveryTwoSecondsForEachContract() {
        assertThat(admitted(20, PEER, ID, 100)).isEqualTo(8);
        assertThat(admitted(20, PEER, contract(2).id(), 100)).isEqualTo(8);

        now += Duration.ofSeconds(10).toNanos();

        assertThat(admitted(20, PEER, ID, 100)).isEqualTo(5);
        assertThat(limiter.refused()).isEqualTo(39);
    }

    @Test
    void allNeighboursTogetherHaveSixtyFourAtOnceForEachContract() {
        int admitted = 0;
        for (int peer = 0; peer < 100; peer++) {
            admitted += admitted(1, ScriptedPeer.idAt(0.2, peer), ID, 100);
        }

        assertThat(admitted).isEqualTo(64);
    }

    @Test
    void bytesThatAreReadForANeighbourAreLimited() {
        int bytes = 50 << 20;
        int admitted = 0;
        for (int contract = 0; contract < 100; contract++) {
            admitted += admitted(1, PEER, contract(contract).id(), bytes);
        }
        assertThat(admitted).isEqualTo(2);

        now += Duration.ofSeconds(60).toNanos();
        assertThat(admitted(1, PEER, ID, bytes)).isEqualTo(1);
        assertThat(admitted(1, ScriptedPeer.idAt(0.2, 2), ID, bytes)).isEqualTo(1);
    }

    private int admitted(int times, PeerId peer, ContractInstanceId id, int bytes) {
        int admitted = 0;
        for (int i = 0; i < times; i++) {
            admitted += limiter.admits(peer, id, bytes) ? 1 : 0;
        }
        return admitted;
    }
}
