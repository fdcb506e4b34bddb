package dev.tributary.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnseenTransfersTests {

    private static final PeerId PEER = ScriptedPeer.idAt(0.1, 1);

    private long now;
    private final UnseenTransfers transfers = new UnseenTransfers(new TimeSource(Clock.systemUTC(), () -> now));

    @Test
    void newPeerIsBelievedFourTimesAtOnce() {
        assertThat(begun(10, PEER)).isEqualTo(4);
        assertThat(begun(10, ScriptedPeer.idAt(0.2, 2))).isEqualTo(4);

        transfers.end(PEER, false, Duration.ofSeconds(30));
        assertThat(begun(10, PEER)).isEqualTo(1);
    }

    @Test
    void eachKeptPromiseDoublesTheNumberUpToSixtyFour() {
        for (int kept = 0; kept < 10; kept++) {
            assertThat(begun(1, PEER)).isEqualTo(1);
            transfers.end(PEER, true, Duration.ofMinutes(5));
        }

        assertThat(begun(100, PEER)).isEqualTo(64);
    }

    @Test
    void brokenPromiseCostsTenMinutesAndThenThereIsOneAtATime() {
        assertThat(begun(2, PEER)).isEqualTo(2);
        transfers.end(PEER, false, Duration.ofMinutes(2));
        assertThat(begun(1, PEER)).isZero();

        transfers.end(PEER, false, Duration.ofMinutes(1));
        now += Duration.ofMinutes(10).toNanos() - 1;
        assertThat(begun(1, PEER)).isZero();
        now += 1;
        assertThat(begun(10, PEER)).isEqualTo(1);
    }

    @Test
    void keptPromiseEndsThePause() {
        begun(2, PEER);
        transfers.end(PEER, false, Duration.ofMinutes(9));
        transfers.end(PEER, true, Duration.ofMinutes(9));

        assertThat(begun(10, PEER)).isEqualTo(2);
    }

    private int begun(int times, PeerId peer) {
        int begun = 0;
        for (int i = 0; i < times; i++) {
            begun += transfers.tryBegin(peer) ? 1 : 0;
        }
        return begun;
    }
}
