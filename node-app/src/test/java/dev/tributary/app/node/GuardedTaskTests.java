package dev.tributary.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The logs of isolation and of gateways, and the writer of the peer file, are guarded tasks. */
class GuardedTaskTests {

    @Test
    void taskThatThrowsOnceRunsAgainAtItsNextTurn() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        List<Long> turns = new ArrayList<>();
        Flux.interval(Duration.ofSeconds(30), time).subscribe(GuardedTask.of("test", turn -> {
            if (turn == 1) {
                throw new IllegalStateException("the status cannot be read");
            }
            turns.add(turn);
        }));

        time.advanceTimeBy(Duration.ofMinutes(2));

        assertThat(turns).containsExactly(0L, 2L, 3L);
    }
}
