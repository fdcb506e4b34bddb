package dev.tributary.core.loop;

import dev.tributary.core.watchdog.Watched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/** The event loop as the watchdog sees it: a step is the handler of one event. */
public final class WatchedLoop implements Watched {

    private static final LoopEvent.Source[] SOURCES = LoopEvent.Source.values();

    private final LoopMonitor monitor;
    private final NotificationChannel<?>[] channels;
    private final long limitNanos;

    private WatchedLoop(LoopMonitor monitor, NotificationChannel<?>[] channels, Duration limit) {
        this.monitor = monitor;
        this.channels = channels;
        this.limitNanos = limit.toNanos();
    }

    /**
     * The parts of a loop: the loop itself, and each of its channels.
     *
     * @param limit time without progress after which the loop is stalled
     */
    public static List<Watched> parts(
            List<EventSource<?>> sources, LoopMonitor monitor, Duration limit, Scheduler loop) {
        NotificationChannel<?>[] channels =
                sources.stream().map(EventSource::channel).toArray(NotificationChannel<?>[]::new);
        List<Watched> parts = new ArrayList<>();
        parts.add(new WatchedLoop(monitor, channels, limit));
        for (EventSource<?> source : sources) {
            parts.add(new WatchedChannel(source.kind().label(), source.channel(), monitor, limit, loop));
        }
        return parts;
    }

    @Override
    public String name() {
        return "event loop";
    }

    @Override
    public long limitNanos() {
        return limitNanos;
    }

    @Override
    public long steps() {
        long handled = 0;
        for (LoopEvent.Source source : SOURCES) {
            handled += monitor.handled(source);
        }
        return handled;
    }

    @Override
    public long stepSince() {
        // In this order: an event that begins in between has the later time.
        return monitor.handling() == null ? IDLE : monitor.handlingSince();
    }

    @Override
    public int waiting() {
        int events = 0;
        for (NotificationChannel<?> channel : channels) {
            events += channel.isBatchDue(true) ? Math.max(1, channel.queuedEvents()) : 0;
        }
        return events;
    }

    @Override
    public @Nullable Thread thread() {
        return monitor.thread();
    }

    @Override
    public String work() {
        LoopEvent event = monitor.handling();
        return event == null ? "no event" : EventText.of(event);
    }
}
