package dev.tributary.transport.client.session;

import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.QueryAnswer;
import dev.tributary.transport.client.message.UpdatePayload;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What waits for a client to read it, in order. It is bounded by the number of requests under way and of subscriptions, of
 * which each has one entry at most, and by bytes: its own bound holds back reading, the one of all sessions replaces
 * answers by errors. Used on the session's event loop.
 */
final class Outbox {

    /** What it takes to tell of one of the contracts that are held. */
    private static final int CONTRACT_BYTES = 200;

    private final long softLimit;
    private final Budget shared;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private @Nullable FluxSink<Entry> writer;
    private Sinks.@Nullable Empty<Void> room;
    private boolean draining;
    private boolean closed;
    private long bytes;

    Outbox(long softLimit, Budget shared) {
        this.softLimit = softLimit;
        this.shared = shared;
    }

    /** Something to be written. */
    sealed interface Entry {}

    /**
     * Words for the client.
     *
     * @param size what they take of the bounds: a notification nothing, since there is one for each subscription
     * @param written what happens when the socket has taken them
     */
    record Words(ClientReply reply, long size, Runnable written) implements Entry {

        /** About how much there is to encode. */
        long weight() {
            if (reply instanceof ClientAnswer.UpdateNotification update) {
                if (update.payload() instanceof UpdatePayload.FullState full) {
                    return full.state().size();
                } else if (update.payload() instanceof UpdatePayload.Delta part) {
                    return part.delta().size();
                }
            }
            return size;
        }
    }

    /** The last thing that is written: a close frame, without a code if that is 0. */
    record End(int code, String reason) implements Entry {}

    void add(ClientReply reply) {
        add(reply, () -> {});
    }

    /** Queues an answer, or an error in its place if too much waits already. */
    void add(ClientReply reply, Runnable written) {
        if (closed) {
            return;
        }
        long size = sizeOf(reply);
        if (shared.take(size)) {
            bytes += size;
            waiting.add(new Words(reply, size, written));
        } else {
            String why = "an answer of " + size + " bytes does not fit beside what waits to be read by all clients, "
                    + shared.limit() + " bytes at most: read what was answered, and ask again";
            waiting.add(new Words(new ClientError.OperationError(why), 0, written));
        }
        drain();
    }

    /** Queues the end: nothing is added after it. */
    void end(int code, String reason) {
        if (!closed) {
            closed = true;
            waiting.add(new End(code, reason));
            drain();
        }
    }

    /** The entries, one for each that is asked for, until the end. For one subscriber. */
    Flux<Entry> entries() {
        return Flux.create(
                sink -> {
                    writer = sink;
                    sink.onRequest(more -> drain());
                },
                FluxSink.OverflowStrategy.ERROR);
    }

    /** Completes when little enough waits for more to be begun. One waiter at a time. */
    Mono<Void> room() {
        return Mono.defer(() -> {
            if (bytes < softLimit || closed) {
                return Mono.empty();
            }
            Sinks.Empty<Void> next = Sinks.empty();
            room = next;
            return next.asMono();
        });
    }

    /** The socket has taken this one. */
    void written(Words words) {
        release(words.size());
        words.written().run();
    }

    private void release(long size) {
        bytes -= size;
        shared.giveBack(size);
        Sinks.Empty<Void> waiter = room;
        if (waiter != null && bytes < softLimit) {
            room = null;
            // Whoever waited and has gone needs no signal.
            waiter.tryEmitEmpty();
        }
    }

    /** Forgets what was not written. */
    void clear() {
        closed = true;
        waiting.clear();
        shared.giveBack(bytes);
        bytes = 0;
    }

    long bytes() {
        return bytes;
    }

    private void drain() {
        FluxSink<Entry> sink = writer;
        if (sink == null || draining) {
            return;
        }
        draining = true;
        while (sink.requestedFromDownstream() > 0 && !waiting.isEmpty()) {
            Entry next = waiting.remove();
            sink.next(next);
            if (next instanceof End) {
                sink.complete();
            }
        }
        draining = false;
    }

    /** About what it takes in memory. */
    static long sizeOf(ClientReply reply) {
        if (reply instanceof ClientAnswer.GetAnswer found) {
            return (long) found.state().size()
                    + found.contract().map(each -> each.code().size()).orElse(0);
        }
        if (reply instanceof ClientAnswer.UpdateAnswer update) {
            return update.summary().size();
        }
        if (reply instanceof QueryAnswer.NodeDiagnostics all) {
            return (long) CONTRACT_BYTES * all.contracts().size();
        }
        if (reply instanceof QueryAnswer.NeighbourHosting all) {
            return (long) CONTRACT_BYTES * all.hosted().size();
        }
        return 0;
    }
}
