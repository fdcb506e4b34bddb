package dev.tributary.core.loop;

import dev.tributary.core.benchmark.EventPipeline;
import dev.tributary.core.benchmark.LoopBenchmark;
import dev.tributary.core.loop.record.LoopRecorder;
import dev.tributary.core.loop.thread.LoopScheduler;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.watchdog.Watchdog;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The event loop as a node runs it, with its monitor and its two other sources, for measurements. */
public final class LoopPipeline implements EventPipeline {

    private static final LocalEvent EVENT = new LocalEvent.BackgroundWork("measured", Mono.empty());

    private final Scheduler thread;
    private final Scheduler timer = Schedulers.newSingle("timer", true);
    private final TimeSource time = TimeSource.system();
    private final NotificationChannel<LocalEvent> channel;
    private final Disposable running;

    private final Watchdog watchdog = new Watchdog(time, stall -> {});

    private LoopPipeline(Runnable handler, Scheduler thread, int recordedEvents, boolean isWatched) {
        this.thread = thread;
        LongSupplier clock = recordedEvents == 0 ? () -> MpscEventQueue.NOT_NOTED : time.nanoTime();
        channel = channel("notifications", LoopBenchmark.CAPACITY, clock);
        NotificationChannel<TransportEvent> transport = channel("transport", 256, clock);
        NotificationChannel<HandshakeEvent> handshakes = channel("handshakes", 64, clock);
        List<EventSource<?>> sources = List.of(
                EventSource.of(LoopEvent.Source.NOTIFICATIONS, channel),
                EventSource.of(LoopEvent.Source.HANDSHAKES, handshakes),
                EventSource.of(LoopEvent.Source.TRANSPORT, transport));
        LoopMonitor monitor = new LoopMonitor(
                time, Duration.ofMillis(100), Duration.ofSeconds(5), LoopRecorder.of(time, recordedEvents));
        if (isWatched) {
            WatchedLoop.parts(sources, monitor, Duration.ofSeconds(5), thread).forEach(watchdog::add);
            watchdog.start();
        }
        running = new EventLoop(sources, event -> handler.run(), monitor, thread, timer)
                .run()
                .subscribe(unused -> {}, failure -> failure.printStackTrace(System.err));
    }

    /** The loop of a node, with its recorder, its watchdog and its own thread. */
    public static EventPipeline create(Runnable handler) {
        return new LoopPipeline(handler, LoopScheduler.start("loop"), 4096, true);
    }

    /** The same without the watchdog. */
    public static EventPipeline withoutWatchdog(Runnable handler) {
        return new LoopPipeline(handler, LoopScheduler.start("loop"), 4096, false);
    }

    /** The same without watchdog and recorder. */
    public static EventPipeline withoutRecorder(Runnable handler) {
        return new LoopPipeline(handler, LoopScheduler.start("loop"), 0, false);
    }

    /** The same as {@link #create} on a thread of Reactor. */
    public static EventPipeline onReactorThread(Runnable handler) {
        return new LoopPipeline(handler, Schedulers.newSingle("loop", true), 4096, true);
    }

    private <E extends LoopEvent> NotificationChannel<E> channel(String name, int capacity, LongSupplier clock) {
        return new NotificationChannel<>(name, capacity, 8192, Duration.ofSeconds(30), thread, timer, clock);
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
