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
        keepAlive.start(time, () -> actions.add(keepAlive.check(reading)));
    }

    @Test
    void idleSenderSendsKeepAliveEveryFifteenSeconds() {
        start();

        time.advanceTimeBy(Duration.ofMillis(14_999));
        assertThat(actions).isEmpty();

        time.advanceTimeBy(Duration.ofMillis(30_001));
        assertThat(actions).containsExactly(Action.SEND_KEEP_ALIVE, Action.SEND_KEEP_ALIVE, Action.SEND_KEEP_ALIVE);
    }

    @Test
    void sentMessageReplacesKeepAlive() {
        start();
        keepAlive.onSent();

        time.advanceTimeBy(Duration.ofSeconds(30));

        assertThat(actions).containsExactly(Action.NONE, Action.SEND_KEEP_ALIVE);
    }

    @Test
    void linkIsClosedAfterSixtySecondsWithoutInput() {
        start();

        time.advanceTimeBy(Duration.ofSeconds(60));

        assertThat(actions).hasSize(4).endsWith(Action.CLOSE_IDLE);
    }

    @Test
    void linkWithInputStaysOpen() {
        start();

        for (int i = 0; i < 10; i++) {
            keepAlive.onReceived();
            time.advanceTimeBy(Duration.ofSeconds(30));
        }

        assertThat(actions).hasSize(20).doesNotContain(Action.CLOSE_IDLE);
    }

    @Test
    void linkIsNotClosedWhileReadingIsPaused() {
        reading = false;
        start();

        time.advanceTimeBy(Duration.ofMinutes(10));
        assertThat(actions).hasSize(40).containsOnly(Action.SEND_KEEP_ALIVE);

        reading = true;
        time.advanceTimeBy(Duration.ofSeconds(45));
        assertThat(actions).doesNotContain(Action.CLOSE_IDLE);
    }

    @Test
    void nothingIsCheckedAfterStop() {
        start();
        keepAlive.stop();

        time.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(actions).isEmpty();
    }
}
