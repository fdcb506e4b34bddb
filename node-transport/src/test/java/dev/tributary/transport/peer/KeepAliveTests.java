package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.transport.peer.KeepAlive.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class KeepAliveTests {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final KeepAlive keepAlive = new KeepAlive(Duration.ofSeconds(15), Duration.ofSeconds(60));
    private final List<Action> actions = new ArrayList<>();
    private boolean reading = true;

    private void start() {
        keepAlive.start(time, () -> actions.add(keepAlive.look(reading)));
    }

    @Test
    void idleSenderSendsKeepAliveEveryFifteenSeconds() {
        start();

        time.advanceTimeBy(Duration.ofMillis(14_999));
        assertThat(actions).isEmpty();

        time.advanceTimeBy(Duration.ofMillis(30_001));
        assertThat(actions).containsExactly(Action.SHOW_LIFE, Action.SHOW_LIFE, Action.SHOW_LIFE);
    }

    @Test
    void sentMessageReplacesKeepAlive() {
        start();
        keepAlive.sent();

        time.advanceTimeBy(Duration.ofSeconds(30));

        assertThat(actions).containsExactly(Action.NOTHING, Action.SHOW_LIFE);
    }

    @Test
    void linkIsClosedAfterSixtySecondsWithoutInput() {
        start();

        time.advanceTimeBy(Duration.ofSeconds(60));

        assertThat(actions).hasSize(4).endsWith(Action.GIVE_UP);
    }

    @Test
    void linkWithInputStaysOpen() {
        start();

        for (int i = 0; i < 10; i++) {
            keepAlive.heard();
            time.advanceTimeBy(Duration.ofSeconds(30));
        }

        assertThat(actions).hasSize(20).doesNotContain(Action.GIVE_UP);
    }

    @Test
    void linkIsNotClosedWhileReadingIsPaused() {
        reading = false;
        start();

        time.advanceTimeBy(Duration.ofMinutes(10));
        assertThat(actions).hasSize(40).containsOnly(Action.SHOW_LIFE);

        reading = true;
        time.advanceTimeBy(Duration.ofSeconds(45));
        assertThat(actions).doesNotContain(Action.GIVE_UP);
    }

    @Test
    void nothingIsCheckedAfterStop() {
        start();
        keepAlive.stop();

        time.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(actions).isEmpty();
    }
}
