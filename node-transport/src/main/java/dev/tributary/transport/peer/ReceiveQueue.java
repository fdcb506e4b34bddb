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
 * The receive queue of a link. It requests bytes only while its subscriber has demand, so it holds little more than one
 * read from the socket. Everything except {@link #messages()} runs on the link's event loop.
 */
final class ReceiveQueue {

    private final Sinks.Many<PeerMessage> sink = Sinks.unsafe()
            .many()
            .unicast()
            .onBackpressureBuffer(Queues.<PeerMessage>unbounded().get());
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private final AtomicLong demand = new AtomicLong();
    private final Runnable onDemand;
    private final Runnable onUnsubscribed;
    private final Queue<LargeMessage> undecoded = new ArrayDeque<>();
    private long undecodedBytes;
    private boolean closed;

    /**
     * @param onDemand called on any thread when there is demand again
     * @param onUnsubscribed called on any thread when the subscriber has cancelled
     */
    ReceiveQueue(Runnable onDemand, Runnable onUnsubscribed) {
        this.onDemand = onDemand;
        this.onUnsubscribed = onUnsubscribed;
    }

    Flux<PeerMessage> messages() {
        return sink.asFlux().doOnRequest(this::request).doOnCancel(onUnsubscribed);
    }

    /** Completes after {@link #messages()}. */
    Mono<Void> ended() {
        return ended.asMono();
    }

    private void request(long more) {
        long before = demand.getAndUpdate(now -> now + more < 0 ? Long.MAX_VALUE : now + more);
        if (before <= 0) {
            onDemand.run();
        }
    }

    /** Returns whether bytes should be read from the socket. */
    boolean wantsInput() {
        return demand.get() > 0 && undecodedBytes <= WireLimits.MAX_LARGE_BYTES;
    }

    void deliver(PeerMessage message) {
        decrementDemand();
        emit(message);
    }

    /** Queues a large message for decoding. Returns it if it is the next to decode. */
    @Nullable
    LargeMessage enqueueLarge(LargeMessage message) {
        decrementDemand();
        undecodedBytes += message.size();
        undecoded.add(message);
        return undecoded.size() == 1 ? message : null;
    }

    /** Emits the decoded large message, if not null. Returns the next large message to decode, or null. */
    @Nullable
    LargeMessage onDecoded(LargeMessage large, @Nullable PeerMessage message) {
        undecoded.remove();
        undecodedBytes -= large.size();
        if (message != null) {
            emit(message);
        }
        completeIfDone();
        return undecoded.peek();
    }

    /** Completes the messages after those that are queued. */
    void close() {
        closed = true;
        completeIfDone();
    }

    private void decrementDemand() {
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
            // Fails only if the subscriber has cancelled and needs no completion.
            sink.tryEmitComplete();
            ended.tryEmitEmpty();
        }
    }
}
