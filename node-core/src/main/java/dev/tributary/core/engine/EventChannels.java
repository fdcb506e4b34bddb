package dev.tributary.core.engine;

import dev.tributary.core.loop.EventFeed;
import dev.tributary.core.loop.EventSource;
import dev.tributary.core.loop.HandshakeEvent;
import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.loop.LoopConfig;
import dev.tributary.core.loop.LoopEvent;
import dev.tributary.core.loop.LoopMonitor;
import dev.tributary.core.loop.NotificationChannel;
import dev.tributary.core.loop.TransportEvent;
import dev.tributary.core.value.TimeSource;
import java.util.List;

/**
 * The channels of the loop's three sources.
 *
 * @param local what comes from inside the node
 * @param handshakes links before they are confirmed
 * @param transport messages and departures of confirmed links
 */
record EventChannels(
        NotificationChannel<LocalEvent> local,
        NotificationChannel<HandshakeEvent> handshakes,
        NotificationChannel<TransportEvent> transport) {

    /** Maximum number of senders that wait for room in one channel: more than there can be links. */
    private static final int WAITING_SENDERS = 1 << 17;

    /** Maximum number of handshakes that wait for the loop; beyond it the transport is not asked for more. */
    private static final int WAITING_HANDSHAKES = 64;

    static EventChannels open(LoopConfig config, EngineThreads threads, TimeSource time) {
        return new EventChannels(
                channel("notifications", config.localEventCapacity(), config, threads, time),
                channel("handshakes", WAITING_HANDSHAKES, config, threads, time),
                channel("transport", config.transportCapacity(), config, threads, time));
    }

    private static <E extends LoopEvent> NotificationChannel<E> channel(
            String name, int capacity, LoopConfig config, EngineThreads threads, TimeSource time) {
        return new NotificationChannel<>(
                name,
                capacity,
                WAITING_SENDERS,
                config.sendTimeout(),
                threads.loop(),
                threads.timer(),
                time.nanoTime());
    }

    /** The loop's sources; the feeds lead into the handshakes. */
    List<EventSource<?>> sources(List<EventFeed<HandshakeEvent>> feeds) {
        return List.of(
                EventSource.of(LoopEvent.Source.NOTIFICATIONS, local),
                new EventSource<>(LoopEvent.Source.HANDSHAKES, handshakes, feeds),
                EventSource.of(LoopEvent.Source.TRANSPORT, transport));
    }

    /** Tells the monitor what is sent to, so that a receiver of something else shows. */
    void identify(LoopMonitor monitor) {
        monitor.registerSender(LoopEvent.Source.NOTIFICATIONS, local.identity());
        monitor.registerSender(LoopEvent.Source.HANDSHAKES, handshakes.identity());
        monitor.registerSender(LoopEvent.Source.TRANSPORT, transport.identity());
    }

    /** Events that wait for the loop. */
    int queuedEvents() {
        return local.queuedEvents() + handshakes.queuedEvents() + transport.queuedEvents();
    }

    /** Senders that wait for room in a channel. */
    int waitingSenders() {
        return local.waitingSenders() + handshakes.waitingSenders() + transport.waitingSenders();
    }
}
