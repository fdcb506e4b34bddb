package dev.tributary.transport.client.session;

import dev.tributary.core.limit.Permits;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.codec.ChunkedMessages;
import dev.tributary.transport.client.codec.ClientDecodingException;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientRequest;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;

/**
 * Assembles the frames of one session to messages, and decodes these. Bytes count against the budgets until the request
 * starts; what exceeds them is refused. Confined to the connection's event loop.
 */
final class RequestReader {

    /** Maximum message size for decoding on the event loop, in bytes: cheaper than a switch to another thread. */
    private static final int MAX_EVENT_LOOP_BYTES = 32 << 10;

    /** Maximum size of the copy of a message that does not count against the shared budget, in bytes. */
    private static final long MAX_UNCOUNTED_COPY_BYTES = 1 << 20;

    private final ChunkedMessages messages;
    private final FrameAggregator assembly;
    private final BudgetReservation partialChunks;
    private final Permits decodingBudget;
    private final TimeSource time;
    private final ReplyQueue outbox;
    private final Scheduler loop;
    private final Scheduler workers;

    /** A decoded request, and the bytes that it counts until it starts. */
    record PendingRequest(ClientRequest request, long size) {}

    /** @param outbox queues the errors of refused messages */
    RequestReader(
            SessionResources shared, ChunkedMessages messages, ReplyQueue outbox, Scheduler loop, Scheduler workers) {
        BudgetReservation frames = BudgetReservation.ofSession(shared.budgets().assembly());
        this.messages = messages;
        this.assembly = new FrameAggregator(shared.config().messages().maxBytes(), frames);
        this.partialChunks = frames.account();
        this.decodingBudget = shared.budgets().decoding();
        this.time = shared.time();
        this.outbox = outbox;
        this.loop = loop;
        this.workers = workers;
    }

    /** Adds a frame; emits the message if it is complete, and queues an error if it is refused. */
    void assemble(WebSocketFrame frame, SynchronousSink<CompleteMessage> sink) {
        try {
            CompleteMessage message = assembly.add(frame, time.nanos());
            if (message != null) {
                sink.next(message);
            }
        } catch (MessageRefusedException refusal) {
            outbox.add(refusal.error());
        }
    }

    /** Emits the request of the message; empty if chunks are missing, and after an error if it is refused. */
    Mono<PendingRequest> decoded(CompleteMessage message) {
        return decoding(message)
                .map(request -> waiting(message, request))
                .switchIfEmpty(Mono.fromRunnable(() -> assembly.release(message.held())))
                .onErrorResume(ClientDecodingException.class, failure -> refuse(message, failure.error()))
                .onErrorResume(MessageRefusedException.class, refusal -> refuse(message, refusal.error()));
    }

    private Mono<ClientRequest> decoding(CompleteMessage message) {
        Mono<ClientRequest> decoding = Mono.fromCallable(() -> decode(message));
        if (message.size() <= MAX_EVENT_LOOP_BYTES) {
            return decoding;
        }
        Mono<ClientRequest> onWorker = decoding.subscribeOn(workers).publishOn(loop);
        // The last chunk of a message makes a copy of all.
        long copied = (message.isCopied() ? message.size() : 0) + messages.bufferedBytes();
        return copied <= MAX_UNCOUNTED_COPY_BYTES
                ? onWorker
                : BudgetQueue.within(decodingBudget, copied, onWorker, loop);
    }

    private <T> Mono<T> refuse(CompleteMessage message, ClientError error) {
        assembly.release(message.held());
        outbox.add(error);
        return Mono.empty();
    }

    private PendingRequest waiting(CompleteMessage message, ClientRequest request) {
        long size = RequestHandler.sizeOf(request);
        assembly.replaceSize(message.held(), size);
        return new PendingRequest(request, size);
    }

    /** Decodes a message. Returns null if the request is incomplete because chunks are missing. */
    private @Nullable ClientRequest decode(CompleteMessage message) {
        try {
            return messages.readRequest(message.joined()).orElse(null);
        } finally {
            countChunks();
        }
    }

    private void countChunks() {
        try {
            partialChunks.resize(messages.bufferedBytes());
        } catch (MessageRefusedException refusal) {
            messages.discardIncomplete();
            partialChunks.resize(0);
            throw refusal;
        }
    }

    /** Returns the bytes of a request that starts, or that is given up. */
    void release(PendingRequest pending) {
        assembly.release(pending.size());
    }

    /** Refuses an incomplete message that takes too long. */
    void expire() {
        try {
            assembly.expire(time.nanos());
        } catch (MessageRefusedException refusal) {
            outbox.add(refusal.error());
        }
    }

    /** Returns the bytes of what is not decoded. */
    void close() {
        assembly.close();
        partialChunks.close();
    }
}
