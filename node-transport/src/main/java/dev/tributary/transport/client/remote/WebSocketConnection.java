package dev.tributary.transport.client.remote;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.codec.ChunkedMessages;
import dev.tributary.transport.client.codec.ClientDecodingException;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** A WebSocket to the node. Messages are decoded and replies emitted on a worker thread, not on the event loop. */
final class WebSocketConnection implements NodeConnection {

    /** Maximum message size in bytes. The node sends chunks of 256 KiB; other nodes may send 64 MiB unsplit. */
    static final int MAX_MESSAGE_BYTES = 64 << 20;

    /** Number of messages prefetched for decoding. */
    private static final int PREFETCH = 4;

    private static final Duration CLOSE_STATUS_TIMEOUT = Duration.ofSeconds(1);
    private static final WebSocketCloseStatus NO_STATUS = WebSocketCloseStatus.EMPTY;

    private final NodeClientConfig config;
    private final WebsocketInbound in;
    private final WebsocketOutbound out;
    private final Scheduler workers;
    private final Scheduler timer;
    private final ChunkedMessages messages = new ChunkedMessages(ClientEncoding.NATIVE, TimeSource.system());
    private final Sinks.Many<ClientReply> replies = Sinks.many().multicast().directAllOrNothing();
    private final Sinks.Empty<Void> closeRequested = Sinks.empty();
    private final AtomicBoolean ended = new AtomicBoolean();

    WebSocketConnection(
            NodeClientConfig config, WebsocketInbound in, WebsocketOutbound out, Scheduler workers, Scheduler timer) {
        this.config = config;
        this.in = in;
        this.out = out;
        this.workers = workers;
        this.timer = timer;
    }

    /** Receives messages until the connection ends; {@link #replies()} then errors with the reason. */
    Mono<Void> receive() {
        in.withConnection(connection -> connection.addHandlerFirst(
                new ReadTimeoutHandler(config.readTimeout().toMillis(), TimeUnit.MILLISECONDS)));
        return in.aggregateFrames(MAX_MESSAGE_BYTES)
                .receiveFrames()
                .takeUntilOther(closeRequested.asMono())
                .map(frame -> bytes(frame.content()))
                .publishOn(workers, PREFETCH)
                .doOnNext(this::handle)
                .then(Mono.defer(this::closeGracefully))
                .doOnError(this::terminate)
                .doOnCancel(() -> terminate(null));
    }

    private static byte[] bytes(ByteBuf content) {
        byte[] bytes = new byte[content.readableBytes()];
        content.getBytes(content.readerIndex(), bytes);
        return bytes;
    }

    private void handle(byte[] message) {
        long before = messages.bufferedBytes();
        try {
            ClientReply reply = messages.readReply(message).orElse(null);
            if (reply == null) {
                if (messages.bufferedBytes() > before) {
                    config.progressListener()
                            .onProgress(
                                    ProgressListener.Direction.FROM_NODE,
                                    messages.bufferedBytes(),
                                    messages.expectedBytes());
                }
                return;
            }
            if (before > 0) {
                config.progressListener().onProgress(ProgressListener.Direction.FROM_NODE, before, before);
            }
            // A reply without a subscriber is dropped.
            if (replies.tryEmitNext(reply) == Sinks.EmitResult.FAIL_OVERFLOW) {
                throw new ProtocolException("the node sent an unexpected reply");
            }
        } catch (ClientDecodingException malformed) {
            throw new ProtocolException("the node's reply cannot be decoded: " + malformed.getMessage());
        }
    }

    /** Sends a close frame and waits for the close status of the node, which is the reason if the node closed first. */
    private Mono<Void> closeGracefully() {
        return out.sendClose()
                .onErrorComplete()
                .then(in.receiveCloseStatus().timeout(CLOSE_STATUS_TIMEOUT, Mono.just(NO_STATUS), timer))
                .onErrorReturn(NO_STATUS)
                .defaultIfEmpty(NO_STATUS)
                .doOnNext(status -> terminate(
                        status.reasonText().isBlank()
                                ? null
                                : new ConnectionLostException(
                                        config.node(), "closed with " + status.code() + ", " + status.reasonText())))
                .then();
    }

    /** Ends the replies with an error. Only the first call has an effect. */
    void terminate(@Nullable Throwable reason) {
        if (ended.compareAndSet(false, true)) {
            replies.tryEmitError(toException(reason));
        }
    }

    private Throwable toException(@Nullable Throwable reason) {
        if (reason instanceof ProtocolException || reason instanceof NodeClientException) {
            return reason;
        }
        if (reason instanceof ReadTimeoutException) {
            return new ConnectionLostException(
                    config.node(),
                    "no data received for " + config.readTimeout().toMillis() + " ms");
        }
        return new ConnectionLostException(
                config.node(), reason == null ? "connection closed" : String.valueOf(reason.getMessage()));
    }

    @Override
    public Flux<ClientReply> replies() {
        return replies.asFlux();
    }

    @Override
    public Mono<Void> send(ClientRequest request) {
        return Mono.defer(() -> sendAll(messages.writeRequest(request))).subscribeOn(workers);
    }

    private Mono<Void> sendAll(List<byte[]> chunks) {
        if (chunks.size() == 1) {
            return send(chunks.get(0));
        }
        int chunkBytes = chunks.get(0).length;
        long total = (long) chunkBytes * (chunks.size() - 1) + chunks.get(chunks.size() - 1).length;
        return Flux.range(0, chunks.size())
                .concatMap(
                        index -> send(chunks.get(index))
                                .doOnSuccess(sent -> config.progressListener()
                                        .onProgress(
                                                ProgressListener.Direction.TO_NODE,
                                                Math.min(total, (index + 1L) * chunkBytes),
                                                total)),
                        0)
                .then();
    }

    private Mono<Void> send(byte[] message) {
        return out.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(message)))
                .then()
                .onErrorMap(failure -> toException(failure));
    }

    @Override
    public boolean isClosed() {
        return ended.get();
    }

    @Override
    public void close() {
        // Emission fails on a repeated call, which has no effect.
        closeRequested.tryEmitEmpty();
    }
}
