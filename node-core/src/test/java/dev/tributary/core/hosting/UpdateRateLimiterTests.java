package dev.tributary.core.hosting;

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

class UpdateRateLimiterTests {

    private static final PeerId PEER = ScriptedPeer.idAt(0.1, 1);
    private static final PeerId OTHER = ScriptedPeer.idAt(0.2, 2);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final UpdateRateLimiter limiter =
            new UpdateRateLimiter(new TimeSource(Clock.systemUTC(), () -> time.now(TimeUnit.NANOSECONDS)));

    @Test
    void floodIsLimitedToTwoHundredUpdatesASecondAndDoesNotAffectOthers() {
        int admitted = 0;
        for (int i = 0; i < 5000; i++) {
            admitted += limiter.admits(PEER, id(1), false) ? 1 : 0;
            time.advanceTimeBy(Duration.ofMillis(1));
        }

        assertThat(admitted).isBetween(1000, 1100);
        assertThat(limiter.admits(PEER, id(2), false)).isTrue();
        assertThat(limiter.admits(OTHER, id(1), false)).isTrue();
        assertThat(limiter.shouldDisconnect(OTHER)).isFalse();
    }

    @Test
    void updatesThatChangeSomethingHaveNoRate() {
        for (int i = 0; i < 100_000; i++) {
            assertThat(limiter.admits(PEER, id(1), false)).as("update %d", i).isTrue();
            limiter.recordAccepted(PEER, id(1), true);
        }
    }

    @Test
    void updatesThatAreNotAppliedYetAreLimited() {
        for (int i = 0; i < UpdateQueue.MAX_UNACKNOWLEDGED; i++) {
            assertThat(limiter.admits(PEER, id(1), false)).as("update %d", i).isTrue();
        }
        assertThat(limiter.admits(PEER, id(1), false)).isFalse();

        limiter.recordAccepted(PEER, id(1), true);

        assertThat(limiter.admits(PEER, id(1), false)).isTrue();
        assertThat(limiter.admits(PEER, id(1), false)).isFalse();
    }

    @Test
    void updatesThatChangeNothingAreLimitedToTwoHundredASecondIfNoneAsksForAnAcknowledgement() {
        assertThat(appliedWithoutAChange(false)).isBetween(1000, 1100);
        assertThat(appliedWithoutAChange(true)).isEqualTo(5000);
    }

    private int appliedWithoutAChange(boolean asks) {
        int applied = 0;
        for (int i = 0; i < 5000; i++) {
            if (limiter.admits(PEER, id(1), asks)) {
                applied++;
                limiter.recordAccepted(PEER, id(1), false);
            }
            time.advanceTimeBy(Duration.ofMillis(1));
        }
        time.advanceTimeBy(Duration.ofSeconds(1));
        return applied;
    }

    @Test
    void floodingPeerIsDisconnectedAndForgottenAfterwards() {
        for (int i = 0; i < 11_000; i++) {
            limiter.admits(PEER, id(1), false);
        }
        assertThat(limiter.shouldDisconnect(PEER)).isTrue();

        limiter.onDisconnect(PEER);

        assertThat(limiter.shouldDisconnect(PEER)).isFalse();
    }

    @Test
    void threeRejectionsIgnoreTheContractForThirtySecondsThenTwiceAsLong() {
        reject(3);
        assertThat(limiter.admits(PEER, id(1), false)).isFalse();
        assertThat(limiter.admits(PEER, id(2), false)).isTrue();
        time.advanceTimeBy(Duration.ofSeconds(31));
        assertThat(limiter.admits(PEER, id(1), false)).isTrue();

        reject(3);
        time.advanceTimeBy(Duration.ofSeconds(31));
        assertThat(limiter.admits(PEER, id(1), false)).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(limiter.admits(PEER, id(1), false)).isTrue();
    }

    @Test
    void acceptedUpdateResetsTheRejections() {
        for (int i = 0; i < 100; i++) {
            reject(2);
            limiter.recordAccepted(PEER, id(1), true);
        }

        assertThat(limiter.admits(PEER, id(1), false)).isTrue();
    }

    @Test
    void rejectionsOfManyContractsSilenceThoseContractsOnly() {
        for (int contract = 0; contract < 100; contract++) {
            for (int i = 0; i < 3; i++) {
                limiter.recordRejected(PEER, id(contract));
            }
        }

        assertThat(limiter.shouldDisconnect(PEER)).isFalse();
        assertThat(limiter.admits(PEER, id(99), false)).isFalse();
        assertThat(limiter.admits(PEER, id(100), false)).isTrue();
        assertThat(limiter.admits(OTHER, id(99), false)).isTrue();
    }

    @Test
    void acceptedUpdateMakesTheNextBackoffAsShortAsTheFirst() {
        for (int day = 0; day < 16; day++) {
            reject(3);
            time.advanceTimeBy(Duration.ofSeconds(31));
            assertThat(limiter.admits(PEER, id(1), false)).as("day %d", day).isTrue();
            limiter.recordAccepted(PEER, id(1), true);
            time.advanceTimeBy(Duration.ofDays(1));
        }
        assertThat(limiter.shouldDisconnect(PEER)).isFalse();
    }

    @Test
    void backoffIsAsShortAsTheFirstAfterAQuietTime() {
        reject(3);
        time.advanceTimeBy(Duration.ofSeconds(31));
        reject(3);
        time.advanceTimeBy(Duration.ofMinutes(32));

        reject(3);
        time.advanceTimeBy(Duration.ofSeconds(31));

        assertThat(limiter.admits(PEER, id(1), false)).isTrue();
    }

    @Test
    void updatesAboveTheLimitFade() {
        for (int hour = 0; hour < 10; hour++) {
            for (int i = 0; i < 5000; i++) {
                limiter.admits(PEER, id(1), false);
            }
            time.advanceTimeBy(Duration.ofHours(1));
        }

        assertThat(limiter.shouldDisconnect(PEER)).isFalse();
    }

    private void reject(int times) {
        for (int i = 0; i < times; i++) {
            limiter.recordRejected(PEER, id(1));
        }
    }

    private static ContractInstanceId id(int number) {
        return LastWriterWins.named("contract " + number).id();
    }
}
