package dev.tributary.transport.peer;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.transport.wire.LargeMessage;
import dev.tributary.transport.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * What has arrived on a link and was not taken yet. It wants bytes only while its subscriber wants messages, so it holds
 * little more than what one read from the socket brings. Runs on the link's event loop but for {@link #messages()}.
 */
final class Inbox {

    private final Sinks.Many<PeerMessage> sink = Sinks.unsafe()
            .many()
            .unicast()
            .onBackpressureBuffer(Queues.<PeerMessage>unbounded().get());
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private final AtomicLong demand = new AtomicLong();
    private final Runnable wanted;
    private final Runnable unsubscribed;
    private final Queue<LargeMessage> undecoded = new ArrayDeque<>();
    private long undecodedBytes;
    private boolean closed;

    /**
     * @param wanted called on any thread when there is demand again
     * @param unsubscribed called on any thread when the subscriber is gone for good
     */
    Inbox(Runnable wanted, Runnable unsubscribed) {
        this.wanted = wanted;
        this.unsubscribed = unsubscribed;
    }

    Flux<PeerMessage> messages() {
        return sink.asFlux().doOnRequest(this::request).doOnCancel(unsubscribed);
    }

    /** Completes after the messages have. */
    Mono<Void> ended() {
        return ended.asMono();
    }

    private void request(long more) {
        long before = demand.getAndUpdate(now -> now + more < 0 ? Long.MAX_VALUE : now + more);
        if (before <= 0) {
            wanted.run();
        }
    }

    /** Whether bytes should be read. */
    boolean hungry() {
        return demand.get() > 0 && undecodedBytes <= WireLimits.LARGE_BYTES_AT_ONCE;
    }

    void deliver(PeerMessage message) {
        take();
        emit(message);
    }

    /** Keeps a large message until it is decoded. Returns it if it is the next to be. */
    @Nullable
    LargeMessage keep(LargeMessage message) {
        take();
        undecodedBytes += message.size();
        undecoded.add(message);
        return undecoded.size() == 1 ? message : null;
    }

    /** The large message that was next is decoded; null if it came to nothing. Returns the one that is next now, or null. */
    @Nullable
    LargeMessage decoded(LargeMessage large, @Nullable PeerMessage message) {
        undecoded.remove();
        undecodedBytes -= large.size();
        if (message != null) {
            emit(message);
        }
        completeIfDone();
        return undecoded.peek();
    }

    /** Nothing more will arrive: the messages complete after what is here. */
    void close() {
        closed = true;
        completeIfDone();
    }

    private void take() {
        demand.updateAndGet(now -> now == Long.MAX_VALUE ? now : now - 1);
    }

    private void emit(PeerMessage message) {
        Sinks.EmitResult result = sink.tryEmitNext(message);
        if (result.isFailure() && result != Sinks.EmitResult.FAIL_CANCELLED) {
            throw Exceptions.propagate(new Sinks.EmissionException(result));
        }
    }

    private void completeIfDone() {
        if (closed && undecoded.isEmpty()) {
            // Fails only if the subscriber is gone, who needs no end then.
            sink.tryEmitComplete();
            ended.tryEmitEmpty();
        }
    }
}
