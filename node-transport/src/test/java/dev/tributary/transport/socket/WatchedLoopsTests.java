package dev.tributary.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.watchdog.Watched;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each event loop is named to the watchdog once, with its first socket. */
class WatchedLoopsTests {

    private final WatchedLoops loops = new WatchedLoops("net");
    private final List<Watched> watched = new ArrayList<>();
    private final EmbeddedChannel first = new EmbeddedChannel();

    @Test
    void loopsBeforeTheWatchdogAreNamedToo() {
        loops.add(first);
        loops.add(first);
        assertThat(watched).isEmpty();

        loops.watchedBy(watched::add);
        loops.add(first);
        loops.add(new EmbeddedChannel());

        assertThat(watched).extracting(Watched::name).containsExactly("net 1", "net 2");
    }

    @Test
    void loopThatTakesItsTasksAnswersItsProbe() {
        loops.watchedBy(watched::add);
        loops.add(first);
        Watched loop = watched.get(0);

        loop.beforeSample(0);
        assertThat(loop.waiting()).isOne();

        first.runPendingTasks();
        assertThat(loop.waiting()).isZero();
        assertThat(loop.steps()).isOne();
    }
}
