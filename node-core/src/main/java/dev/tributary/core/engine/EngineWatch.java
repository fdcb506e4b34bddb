package dev.tributary.core.engine;

import dev.tributary.core.loop.WatchedLoop;
import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.core.watchdog.ProbedThread;
import dev.tributary.core.watchdog.StallReports;
import dev.tributary.core.watchdog.StallStatus;
import dev.tributary.core.watchdog.Watchdog;
import dev.tributary.core.watchdog.Watched;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/** The watchdog of a node: what it watches, and where its reports go. A node on virtual time has none. */
final class EngineWatch {

    private final NodeAssembly parts;
    private final StallReports reports = new StallReports();
    private final @Nullable Watchdog watchdog;

    EngineWatch(NodeAssembly parts) {
        this.parts = parts;
        this.watchdog =
                parts.environment.time().isSystem() ? new Watchdog(parts.environment.time(), this::report) : null;
    }

    private void report(PartStalled stall) {
        reports.report(stall);
        parts.nodeEvents.publish(stall);
    }

    /** Begins to watch the loop, the other threads, and what transport and store name. */
    void start() {
        if (watchdog == null) {
            return;
        }
        EngineThreads threads = parts.environment.threads();
        Duration limit = parts.config.loop().stallLimit();
        WatchedLoop.parts(parts.channels.sources(List.of()), parts.monitor, limit, threads.loop())
                .forEach(this::add);
        add(probed("timer", limit, threads.timer()));
        add(probed("callbacks", limit, threads.callbacks()));
        add(parts.executor.watched());
        parts.environment.transport().watchedBy(this::add);
        parts.environment.store().watchedBy(this::add);
        watchdog.start();
    }

    private static Watched probed(String name, Duration limit, Scheduler scheduler) {
        return new ProbedThread(name, limit, scheduler::schedule);
    }

    /** Watches this part too; nothing happens on virtual time. Any thread. */
    void add(Watched part) {
        if (watchdog != null) {
            watchdog.add(part);
        }
    }

    StallStatus status() {
        return watchdog == null ? StallStatus.none() : watchdog.status();
    }

    void close() {
        if (watchdog != null) {
            watchdog.close();
        }
    }
}
