package dev.tributary.transport.socket;

import dev.tributary.core.watchdog.ProbedThread;
import dev.tributary.core.watchdog.Watched;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The event loops that have had a socket, for the watchdog: one without would be started by its probe. Thread-safe. */
final class WatchedLoops {

    private final String name;
    private final Map<EventLoop, Watched> loops = new HashMap<>();
    private final List<Watched> unwatched = new ArrayList<>();
    private @Nullable Consumer<Watched> watchdog;

    WatchedLoops(String name) {
        this.name = name;
    }

    synchronized void add(Channel socket) {
        if (socket.isRegistered() && !loops.containsKey(socket.eventLoop())) {
            Watched loop = new ProbedThread(name + " " + (loops.size() + 1), socket.eventLoop()::execute);
            loops.put(socket.eventLoop(), loop);
            Consumer<Watched> known = watchdog;
            if (known == null) {
                unwatched.add(loop);
            } else {
                known.accept(loop);
            }
        }
    }

    synchronized void watchedBy(Consumer<Watched> newWatchdog) {
        watchdog = newWatchdog;
        unwatched.forEach(newWatchdog);
        unwatched.clear();
    }
}
