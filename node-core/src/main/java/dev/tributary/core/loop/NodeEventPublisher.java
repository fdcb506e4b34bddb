package dev.tributary.core.loop;

import dev.tributary.core.value.NodeEvent;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Publishes the node's events. Never waits for a subscriber: a slow one loses the oldest events, which is counted. */
public final class NodeEventPublisher {

    /** Maximum number of buffered events per subscriber. */
    private static final int BUFFER_SIZE = 256;

    private final Sinks.Many<NodeEvent> sink = Sinks.many().multicast().directBestEffort();
    private final AtomicLong dropped = new AtomicLong();

    /** Called on the loop thread, on contract threads, and at start and stop; the lock serialises the calls. */
    public synchronized void publish(NodeEvent event) {
        sink.tryEmitNext(event);
    }

    public synchronized void complete() {
        sink.tryEmitComplete();
    }

    public Flux<NodeEvent> events() {
        return sink.asFlux()
                .onBackpressureBuffer(
                        BUFFER_SIZE, event -> dropped.incrementAndGet(), BufferOverflowStrategy.DROP_OLDEST);
    }

    public long dropped() {
        return dropped.get();
    }
}
