package dev.tributary.core.hosting.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SilentPartnersTests {

    private static final PeerId PEER = OperationFixture.peerAt(0.1, 1);

    private final SilentPartners partners = new SilentPartners();

    @Test
    void silentPartnerIsNotWaitedForUntilThePauseHasPassed() {
        partners.record(PEER, 0);

        assertThat(partners.contains(PEER, seconds(9))).isTrue();
        assertThat(partners.contains(PEER, seconds(10))).isFalse();
    }

    @Test
    void pauseDoublesWhileThePartnerStaysSilentUpToFiveMinutes() {
        long now = 0;
        for (int expected : new int[] {10, 20, 40, 80, 160, 320, 320}) {
            partners.record(PEER, now);
            assertThat(partners.contains(PEER, now + seconds(expected) - 1)).isTrue();
            now += seconds(expected);
            assertThat(partners.contains(PEER, now)).isFalse();
        }
    }

    @Test
    void answersOfOtherContractsInTheSameSilenceCountOnce() {
        partners.record(PEER, 0);
        partners.record(PEER, seconds(1));

        assertThat(partners.contains(PEER, seconds(10))).isFalse();
    }

    @Test
    void answerEndsTheSilence() {
        partners.record(PEER, 0);
        partners.forget(PEER);

        assertThat(partners.contains(PEER, 1)).isFalse();
    }

    private static long seconds(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
