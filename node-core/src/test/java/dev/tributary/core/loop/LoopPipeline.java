package dev.tributary.core.loop;

import dev.tributary.core.benchmark.EventPipeline;
import dev.tributary.core.benchmark.LoopBenchmark;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.watchdog.Watchdog;
import java.time.Duration;
import java.util.List;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The event loop as a node runs it, with its monitor and its two other sources, for measurements. */
public final class LoopPipeline implements EventPipeline {

    private static final LocalEvent EVENT = new LocalEvent.BackgroundWork("measured", Mono.empty());

    private final Scheduler thread = Schedulers.newSingle("loop", true);
    private final Scheduler timer = Schedulers.newSingle("timer", true);
    private final NotificationChannel<LocalEvent> channel = new NotificationChannel<>(
            "notifications", LoopBenchmark.CAPACITY, 8192, Duration.ofSeconds(30), thread, timer);
    private final Watchdog watchdog = new Watchdog(TimeSource.system(), stall -> {});
    private final Disposable running;

    public LoopPipeline(Runnable handler) {
        this(handler, false);
    }

    /** A loop with the watchdog of a node. */
    public static LoopPipeline watched(Runnable handler) {
        return new LoopPipeline(handler, true);
    }

    private LoopPipeline(Runnable handler, boolean isWatched) {
        NotificationChannel<TransportEvent> transport =
                new NotificationChannel<>("transport", 256, 8192, Duration.ofSeconds(30), thread, timer);
        NotificationChannel<HandshakeEvent> handshakes =
                new NotificationChannel<>("handshakes", 64, 8192, Duration.ofSeconds(30), thread, timer);
        List<EventSource<?>> sources = List.of(
                EventSource.of(LoopEvent.Source.NOTIFICATIONS, channel),
                EventSource.of(LoopEvent.Source.HANDSHAKES, handshakes),
                EventSource.of(LoopEvent.Source.TRANSPORT, transport));
        LoopMonitor monitor = new LoopMonitor(TimeSource.system(), Duration.ofMillis(100), Duration.ofSeconds(5));
        if (isWatched) {
            WatchedLoop.parts(sources, monitor, Duration.ofSeconds(5), thread).forEach(watchdog::add);
            watchdog.start();
        }
        running = new EventLoop(sources, event -> handler.run(), monitor, thread, timer)
                .run()
                .subscribe(unused -> {}, failure -> failure.printStackTrace(System.err));
    }

    @Override
    public void send(int sender) {
        if (!channel.offer(EVENT)) {
            channel.send(EVENT).block();
        }
    }

    @Override
    public void close() {
        watchdog.close();
        running.dispose();
        thread.dispose();
        timer.dispose();
    }
}
