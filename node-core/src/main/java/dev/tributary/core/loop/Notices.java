package dev.tributary.core.loop;

import dev.tributary.core.value.NodeNotice;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Tells whoever listens. Never waits for a listener: the oldest notices are dropped for a slow one, and counted. */
final class Notices {

    private static final int PER_LISTENER = 256;

    private final Sinks.Many<NodeNotice> sink = Sinks.many().multicast().directBestEffort();
    private final AtomicLong dropped = new AtomicLong();

    /** The loop thread tells, contract threads do, and the two ends of the node's life; the lock keeps them apart. */
    synchronized void tell(NodeNotice notice) {
        sink.tryEmitNext(notice);
    }

    synchronized void end() {
        sink.tryEmitComplete();
    }

    Flux<NodeNotice> flux() {
        return sink.asFlux()
                .onBackpressureBuffer(
                        PER_LISTENER, notice -> dropped.incrementAndGet(), BufferOverflowStrategy.DROP_OLDEST);
    }

    long dropped() {
        return dropped.get();
    }
}
