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
            admitted += limiter.admits(PEER, id(1)) ? 1 : 0;
            time.advanceTimeBy(Duration.ofMillis(1));
        }

        assertThat(admitted).isBetween(1000, 1100);
        assertThat(limiter.admits(PEER, id(2))).isTrue();
        assertThat(limiter.admits(OTHER, id(1))).isTrue();
        assertThat(limiter.shouldDisconnect(OTHER)).isFalse();
    }

    @Test
    void floodingPeerIsDisconnectedAndForgottenAfterwards() {
        for (int i = 0; i < 11_000; i++) {
            limiter.admits(PEER, id(1));
        }
        assertThat(limiter.shouldDisconnect(PEER)).isTrue();

        limiter.onDisconnect(PEER);

        assertThat(limiter.shouldDisconnect(PEER)).isFalse();
    }

    @Test
    void threeRejectionsIgnoreTheContractForThirtySecondsThenTwiceAsLong() {
        reject(3);
        assertThat(limiter.admits(PEER, id(1))).isFalse();
        assertThat(limiter.admits(PEER, id(2))).isTrue();
        time.advanceTimeBy(Duration.ofSeconds(31));
        assertThat(limiter.admits(PEER, id(1))).isTrue();

        reject(3);
        time.advanceTimeBy(Duration.ofSeconds(31));
        assertThat(limiter.admits(PEER, id(1))).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(limiter.admits(PEER, id(1))).isTrue();
    }

    @Test
    void acceptedUpdateResetsTheRejections() {
        for (int i = 0; i < 100; i++) {
            reject(2);
            limiter.recordAccepted(PEER, id(1));
        }

        assertThat(limiter.admits(PEER, id(1))).isTrue();
    }

    @Test
    void rejectionsOfManyContractsSilenceThoseContractsOnly() {
        for (int contract = 0; contract < 100; contract++) {
            for (int i = 0; i < 3; i++) {
                limiter.recordRejected(PEER, id(contract));
            }
        }

        assertThat(limiter.shouldDisconnect(PEER)).isFalse();
        assertThat(limiter.admits(PEER, id(99))).isFalse();
        assertThat(limiter.admits(PEER, id(100))).isTrue();
        assertThat(limiter.admits(OTHER, id(99))).isTrue();
    }

    @Test
    void acceptedUpdateMakesTheNextBackoffAsShortAsTheFirst() {
        for (int day = 0; day < 16; day++) {
            reject(3);
            time.advanceTimeBy(Duration.ofSeconds(31));
            assertThat(limiter.admits(PEER, id(1))).as("day %d", day).isTrue();
            limiter.recordAccepted(PEER, id(1));
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

        assertThat(limiter.admits(PEER, id(1))).isTrue();
    }

    @Test
    void updatesAboveTheLimitFade() {
        for (int hour = 0; hour < 10; hour++) {
            for (int i = 0; i < 5000; i++) {
                limiter.admits(PEER, id(1));
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
