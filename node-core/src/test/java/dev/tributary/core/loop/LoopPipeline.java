package dev.tributary.core.loop;

import dev.tributary.core.benchmark.EventPipeline;
import dev.tributary.core.benchmark.LoopBenchmark;
import dev.tributary.core.value.TimeSource;
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
    private final Disposable running;

    public LoopPipeline(Runnable handler) {
        NotificationChannel<TransportEvent> transport =
                new NotificationChannel<>("transport", 256, 8192, Duration.ofSeconds(30), thread, timer);
        NotificationChannel<HandshakeEvent> handshakes =
                new NotificationChannel<>("handshakes", 64, 8192, Duration.ofSeconds(30), thread, timer);
        running = new EventLoop(
                        List.of(
                                EventSource.of(LoopEvent.Source.NOTIFICATIONS, channel),
                                EventSource.of(LoopEvent.Source.HANDSHAKES, handshakes),
                                EventSource.of(LoopEvent.Source.TRANSPORT, transport)),
                        event -> handler.run(),
                        new LoopMonitor(TimeSource.system(), Duration.ofMillis(100), Duration.ofSeconds(5)),
                        thread,
                        timer)
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
        running.dispose();
        thread.dispose();
        timer.dispose();
    }
}
