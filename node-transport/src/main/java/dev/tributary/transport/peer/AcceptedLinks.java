package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport.HandshakeAttempt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Sinks;

/** Emits confirmed inbound links, and reports of inbound handshakes. Safe for any thread. */
final class AcceptedLinks {

    // Capacity of the report buffer: a burst of connections for a subscriber with the usual prefetch.
    private static final int REPORT_CAPACITY = 256;

    private static final CloseReason NO_SUBSCRIBER =
            new CloseReason(CloseReason.Kind.NOT_NEEDED, "the node does not accept links now");

    private final AtomicReference<@Nullable FluxSink<PeerLink>> subscriber = new AtomicReference<>();
    private final Sinks.Many<HandshakeAttempt> reports =
            Sinks.many().multicast().directBestEffort();
    private final LongAdder droppedReports = new LongAdder();
    private volatile boolean closed;

    /** Emits links to one subscriber at a time. Undelivered links are closed when it cancels. */
    Flux<PeerLink> accepted() {
        // The transport's limit of links bounds the sink's buffer.
        return Flux.<PeerLink>create(this::subscribe).doOnDiscard(PeerLink.class, link -> link.close(NO_SUBSCRIBER));
    }

    private void subscribe(FluxSink<PeerLink> sink) {
        if (!subscriber.compareAndSet(null, sink)) {
            sink.error(new IllegalStateException("accepted() has a subscriber already"));
            return;
        }
        sink.onDispose(() -> subscriber.compareAndSet(sink, null));
        if (closed) {
            sink.complete();
        }
    }

    /** Emits the link, or closes it if there is no subscriber. */
    void accept(NettyPeerLink link) {
        FluxSink<PeerLink> sink = subscriber.get();
        if (sink == null) {
            link.close(NO_SUBSCRIBER);
        } else {
            sink.next(link);
        }
    }

    /** Emits reports to any number of subscribers; drops reports for a slow subscriber. */
    Flux<HandshakeAttempt> handshakeEvents() {
        return reports.asFlux()
                .onBackpressureBuffer(
                        REPORT_CAPACITY, dropped -> droppedReports.increment(), BufferOverflowStrategy.DROP_LATEST);
    }

    synchronized void report(HandshakeAttempt report) {
        if (reports.tryEmitNext(report).isFailure()) {
            droppedReports.increment();
        }
    }

    /** Returns the number of dropped reports. */
    long droppedReports() {
        return droppedReports.sum();
    }

    synchronized void close() {
        closed = true;
        FluxSink<PeerLink> sink = subscriber.get();
        if (sink != null) {
            sink.complete();
        }
        reports.tryEmitComplete().orThrow();
    }
}
