package dev.tributary.core.loop;

import dev.tributary.core.test.VirtualClock;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A real event loop with a channel for each source, and three handshake flows that the test controls. */
record RunningLoop(
        EventLoop loop,
        LoopMonitor monitor,
        NotificationChannel<LocalEvent> notifications,
        NotificationChannel<HandshakeEvent> handshakes,
        NotificationChannel<TransportEvent> transport,
        ScriptedFlow<HandshakeEvent> inbound,
        ScriptedFlow<HandshakeEvent> outbound,
        ScriptedFlow<HandshakeEvent> unconfirmed,
        Disposable running,
        AtomicReference<@Nullable String> end) {

    static final Duration SEND_TIMEOUT = Duration.ofSeconds(30);

    /** A running loop on these threads, with this capacity of each channel. */
    static RunningLoop on(Scheduler loop, Scheduler timer, int capacity, Consumer<LoopEvent> handler) {
        NotificationChannel<LocalEvent> notifications =
                new NotificationChannel<>("notifications", capacity, 1000, SEND_TIMEOUT, loop, timer);
        NotificationChannel<HandshakeEvent> handshakes =
                new NotificationChannel<>("handshakes", capacity, 1000, SEND_TIMEOUT, loop, timer);
        NotificationChannel<TransportEvent> transport =
                new NotificationChannel<>("transport", capacity, 1000, SEND_TIMEOUT, loop, timer);
        ScriptedFlow<HandshakeEvent> inbound = new ScriptedFlow<>();
        ScriptedFlow<HandshakeEvent> outbound = new ScriptedFlow<>();
        ScriptedFlow<HandshakeEvent> unconfirmed = new ScriptedFlow<>();
        LoopMonitor monitor = new LoopMonitor(timeOf(timer), Duration.ofMillis(100), Duration.ofSeconds(5));
        EventLoop eventLoop = new EventLoop(
                List.of(
                        EventSource.of(LoopEvent.Source.NOTIFICATIONS, notifications),
                        new EventSource<>(
                                LoopEvent.Source.HANDSHAKES,
                                handshakes,
                                List.of(
                                        new EventFeed<>("inbound", inbound.flux()),
                                        new EventFeed<>("outbound", outbound.flux()),
                                        new EventFeed<>("unconfirmed", unconfirmed.flux()))),
                        EventSource.of(LoopEvent.Source.TRANSPORT, transport)),
                handler,
                monitor,
                loop,
                timer);
        AtomicReference<@Nullable String> end = new AtomicReference<>();
        Mono<Void> run = eventLoop.run();
        Disposable running = run.subscribe(none -> {}, error -> end.set(error.toString()), () -> end.set("completed"));
        return new RunningLoop(
                eventLoop, monitor, notifications, handshakes, transport, inbound, outbound, unconfirmed, running, end);
    }

    /** The time source of this scheduler, with virtual or real time. */
    static TimeSource timeOf(Scheduler timer) {
        return new TimeSource(new VirtualClock(timer), () -> timer.now(TimeUnit.NANOSECONDS));
    }
}
