package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport.Unconfirmed;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Sinks;

/** Where confirmed inbound links, and reports of those that are not, leave the transport. Safe to use from any thread. */
final class Acceptor {

    // A burst of connections that a subscriber with the usual prefetch may be behind with.
    private static final int REPORTS = 256;

    private static final CloseReason NOBODY = new CloseReason(CloseReason.Kind.UNWANTED, "the node takes no links now");

    private final AtomicReference<@Nullable FluxSink<PeerLink>> subscriber = new AtomicReference<>();
    private final Sinks.Many<Unconfirmed> reports = Sinks.many().multicast().directBestEffort();
    private final LongAdder unseen = new LongAdder();
    private volatile boolean closed;

    /** For one subscriber at a time. Links that it has not taken when it leaves are closed. */
    Flux<PeerLink> accepted() {
        // The buffer of the sink is bounded by the number of links that a transport has at most.
        return Flux.<PeerLink>create(this::subscribe).doOnDiscard(PeerLink.class, link -> link.close(NOBODY));
    }

    private void subscribe(FluxSink<PeerLink> sink) {
        if (!subscriber.compareAndSet(null, sink)) {
            sink.error(new IllegalStateException("accepted links have a subscriber already"));
            return;
        }
        sink.onDispose(() -> subscriber.compareAndSet(sink, null));
        if (closed) {
            sink.complete();
        }
    }

    /** Hands over the link, or closes it when nobody wants it. */
    void accept(NettyPeerLink link) {
        FluxSink<PeerLink> sink = subscriber.get();
        if (sink == null) {
            link.close(NOBODY);
        } else {
            sink.next(link);
        }
    }

    /** For any number of subscribers; one that is slow misses some. */
    Flux<Unconfirmed> unconfirmed() {
        return reports.asFlux()
                .onBackpressureBuffer(REPORTS, missed -> unseen.increment(), BufferOverflowStrategy.DROP_LATEST);
    }

    synchronized void report(Unconfirmed report) {
        if (reports.tryEmitNext(report).isFailure()) {
            unseen.increment();
        }
    }

    /** Reports that nobody took. */
    long unseen() {
        return unseen.sum();
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
