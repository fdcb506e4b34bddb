package dev.tributary.transport.client.session;

import dev.tributary.core.limit.Permits;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.QueryAnswer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Send queue of a session. Its length is bounded, since each running request and each subscription has at most one
 * entry. Its bytes are bounded twice: beyond the limit of the session no more requests start, beyond that of all
 * sessions answers are replaced by errors. Confined to the session's event loop.
 */
final class ReplyQueue {

    /** Approximate size of one stored contract in an answer, in bytes. */
    private static final int CONTRACT_ENTRY_BYTES = 200;

    private final long highWaterMark;
    private final Permits shared;
    private final Deque<QueueEntry> queue = new ArrayDeque<>();
    private @Nullable FluxSink<QueueEntry> writer;
    private Sinks.@Nullable Empty<Void> belowHighWater;
    private boolean draining;
    private boolean closed;
    private long bytes;

    ReplyQueue(long highWaterMark, Permits shared) {
        this.highWaterMark = highWaterMark;
        this.shared = shared;
    }

    void add(ClientReply reply) {
        add(reply, () -> {});
    }

    /** Queues a message, or an error in its place if the shared budget is exhausted. */
    void add(ClientReply reply, Runnable written) {
        if (closed) {
            return;
        }
        long size = sizeOf(reply);
        if (shared.tryAcquire(size)) {
            bytes += size;
            queue.add(new QueueEntry.OutgoingReply(reply, size, written));
        } else {
            String reason = "an answer of " + size + " bytes exceeds the budget of unread answers of all clients, "
                    + shared.limit() + " bytes: read the queued answers, then retry";
            queue.add(new QueueEntry.OutgoingReply(new ClientError.OperationError(reason), 0, written));
        }
        drain();
    }

    /** Queues the close frame. Later entries are ignored. */
    void close(int code, String reason) {
        if (!closed) {
            closed = true;
            queue.add(new QueueEntry.CloseFrame(code, reason));
            drain();
        }
    }

    /** Emits the entries on request, and completes after the close frame. For one subscriber. */
    Flux<QueueEntry> entries() {
        return Flux.create(
                sink -> {
                    writer = sink;
                    sink.onRequest(more -> drain());
                },
                FluxSink.OverflowStrategy.ERROR);
    }

    /** Completes when the queue is below its high-water mark, so another request may start. One waiter at a time. */
    Mono<Void> awaitCapacity() {
        return Mono.defer(() -> {
            if (bytes < highWaterMark || closed) {
                return Mono.empty();
            }
            Sinks.Empty<Void> next = Sinks.empty();
            belowHighWater = next;
            return next.asMono();
        });
    }

    /** Records that this entry has been written to the socket. */
    void onWritten(QueueEntry.OutgoingReply words) {
        release(words.size());
        words.onWritten().run();
    }

    private void release(long size) {
        bytes -= size;
        shared.release(size);
        Sinks.Empty<Void> waiter = belowHighWater;
        if (waiter != null && bytes < highWaterMark) {
            belowHighWater = null;
            // The result does not matter: a waiter that was cancelled needs no signal.
            waiter.tryEmitEmpty();
        }
    }

    /** Discards the entries that are not written, and releases their bytes. */
    void clear() {
        closed = true;
        queue.clear();
        shared.release(bytes);
        bytes = 0;
    }

    long bytes() {
        return bytes;
    }

    private void drain() {
        FluxSink<QueueEntry> sink = writer;
        if (sink == null || draining) {
            return;
        }
        draining = true;
        while (sink.requestedFromDownstream() > 0 && !queue.isEmpty()) {
            QueueEntry next = queue.remove();
            sink.next(next);
            if (next instanceof QueueEntry.CloseFrame) {
                sink.complete();
            }
        }
        draining = false;
    }

    /** Returns the approximate size in memory of what counts against the limits, in bytes. */
    static long sizeOf(ClientReply reply) {
        return switch (reply.family()) {
            case ANSWER -> sizeOf((ClientAnswer) reply);
            case ERROR -> 0;
        };
    }

    private static long sizeOf(ClientAnswer answer) {
        return switch (answer.answerKind()) {
            case GET -> {
                ClientAnswer.GetAnswer get = (ClientAnswer.GetAnswer) answer;
                yield (long) get.state().size()
                        + get.contract().map(each -> each.code().size()).orElse(0);
            }
            case UPDATE -> ((ClientAnswer.UpdateAnswer) answer).summary().size();
            case QUERY -> CONTRACT_ENTRY_BYTES * contracts((QueryAnswer) answer);
            case PUT, SUBSCRIBE, UPDATE_NOTIFICATION, NOT_FOUND, DELEGATE, OK, STREAM_HEADER, STREAM_CHUNK -> 0;
        };
    }

    /** Returns the number of contracts in the answer. */
    private static long contracts(QueryAnswer answer) {
        return switch (answer.queryKind()) {
            case NODE_DIAGNOSTICS ->
                ((QueryAnswer.NodeDiagnostics) answer).contracts().size();
            case NEIGHBOUR_HOSTING ->
                ((QueryAnswer.NeighbourHosting) answer).hosted().size();
            case CONNECTED_PEERS, NETWORK_DEBUG -> 0;
        };
    }
}
