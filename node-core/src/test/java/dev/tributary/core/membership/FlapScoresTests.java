package dev.tributary.core.membership;

import static dev.tributary.core.loop.LoopEvents.LOST;
import static dev.tributary.core.loop.LoopEvents.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.peer.CloseReason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FlapScoresTests {

    private final FlapScores scores = new FlapScores();
    private Duration now = Duration.ofDays(3);

    @Test
    void peerThatIsLostEveryMinuteFlapsFromTheThirdTimeUntilItsLinkHasHeldForTenMinutes() {
        lose(LOST);
        lose(LOST);
        assertThat(isFlapping()).isFalse();

        lose(LOST);
        assertThat(isFlapping()).isTrue();

        for (int i = 0; i < 100; i++) {
            lose(LOST);
        }
        pass(Duration.ofMinutes(8));
        assertThat(isFlapping()).isTrue();
        pass(Duration.ofMinutes(3));
        assertThat(isFlapping()).isFalse();
    }

    @Test
    void peerThatIsLostEveryHourDoesNotFlap() {
        for (int i = 0; i < 100; i++) {
            lose(LOST);
            pass(Duration.ofHours(1));
        }
        assertThat(isFlapping()).isFalse();
    }

    @Test
    void peerWhoseLinksAreClosedOnPurposeDoesNotFlap() {
        for (int i = 0; i < 10; i++) {
            lose(new CloseReason(CloseReason.Kind.NOT_NEEDED, "more than enough neighbours"));
        }
        assertThat(isFlapping()).isFalse();
    }

    private void lose(CloseReason reason) {
        pass(Duration.ofMinutes(1));
        scores.onLost(peer(7), reason, now.toNanos());
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private boolean isFlapping() {
        return scores.isFlapping(peer(7), now.toNanos());
    }
}
