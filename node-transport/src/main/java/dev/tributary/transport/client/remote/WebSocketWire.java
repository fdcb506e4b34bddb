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

/** A WebSocket. Messages are read, and answers given out, on a worker thread of its own choice: never on the event loop. */
final class WebSocketWire implements Wire {

    /** The node sends pieces of 256 KiB; other nodes may send what is below 64 MiB whole. */
    static final int MESSAGE_BYTES = 64 << 20;

    /** Pieces that are read ahead of whoever takes them. */
    private static final int AHEAD = 4;

    private static final Duration CLOSE_STATUS_LIMIT = Duration.ofSeconds(1);
    private static final WebSocketCloseStatus NONE = WebSocketCloseStatus.EMPTY;

    private final NodeClientConfig config;
    private final WebsocketInbound in;
    private final WebsocketOutbound out;
    private final Scheduler workers;
    private final Scheduler timer;
    private final ChunkedMessages messages = new ChunkedMessages(ClientEncoding.NATIVE, TimeSource.system());
    private final Sinks.Many<ClientReply> replies = Sinks.many().multicast().directAllOrNothing();
    private final Sinks.Empty<Void> leaving = Sinks.empty();
    private final AtomicBoolean ended = new AtomicBoolean();

    WebSocketWire(
            NodeClientConfig config, WebsocketInbound in, WebsocketOutbound out, Scheduler workers, Scheduler timer) {
        this.config = config;
        this.in = in;
        this.out = out;
        this.workers = workers;
        this.timer = timer;
    }

    /** Everything that is heard, until the end, whose reason the listeners are told. */
    Mono<Void> run() {
        in.withConnection(connection -> connection.addHandlerFirst(
                new ReadTimeoutHandler(config.silenceLimit().toMillis(), TimeUnit.MILLISECONDS)));
        return in.aggregateFrames(MESSAGE_BYTES)
                .receiveFrames()
                .takeUntilOther(leaving.asMono())
                .map(frame -> bytes(frame.content()))
                .publishOn(workers, AHEAD)
                .doOnNext(this::hear)
                .then(Mono.defer(this::leave))
                .doOnError(this::end)
                .doOnCancel(() -> end(null));
    }

    private static byte[] bytes(ByteBuf content) {
        byte[] bytes = new byte[content.readableBytes()];
        content.getBytes(content.readerIndex(), bytes);
        return bytes;
    }

    private void hear(byte[] message) {
        long before = messages.held();
        try {
            ClientReply reply = messages.readReply(message).orElse(null);
            if (reply == null) {
                if (messages.held() > before) {
                    config.transfers()
                            .moved(TransferListener.Direction.FROM_NODE, messages.held(), messages.expected());
                }
                return;
            }
            if (before > 0) {
                config.transfers().moved(TransferListener.Direction.FROM_NODE, before, before);
            }
            // Where nobody listens any more, it is of no use.
            if (replies.tryEmitNext(reply) == Sinks.EmitResult.FAIL_OVERFLOW) {
                throw new ProtocolException("the node says more than was asked for");
            }
        } catch (ClientDecodingException unreadable) {
            throw new ProtocolException("the node's answer cannot be read: " + unreadable.getMessage());
        }
    }

    /** Says goodbye, and hears why the node did so if it was the first. */
    private Mono<Void> leave() {
        return out.sendClose()
                .onErrorComplete()
                .then(in.receiveCloseStatus().timeout(CLOSE_STATUS_LIMIT, Mono.just(NONE), timer))
                .onErrorReturn(NONE)
                .defaultIfEmpty(NONE)
                .doOnNext(status -> end(
                        status.reasonText().isBlank()
                                ? null
                                : new ConnectionLostException(
                                        config.node(), "closed with " + status.code() + ", " + status.reasonText())))
                .then();
    }

    /** Tells the listeners, once. */
    void end(@Nullable Throwable reason) {
        if (ended.compareAndSet(false, true)) {
            replies.tryEmitError(ending(reason));
        }
    }

    private Throwable ending(@Nullable Throwable reason) {
        if (reason instanceof ProtocolException || reason instanceof NodeClientException) {
            return reason;
        }
        if (reason instanceof ReadTimeoutException) {
            return new ConnectionLostException(
                    config.node(),
                    "nothing was heard for " + config.silenceLimit().toMillis() + " ms");
        }
        return new ConnectionLostException(
                config.node(), reason == null ? "it was closed" : String.valueOf(reason.getMessage()));
    }

    @Override
    public Flux<ClientReply> replies() {
        return replies.asFlux();
    }

    @Override
    public Mono<Void> send(ClientRequest request) {
        return Mono.defer(() -> sendAll(messages.writeRequest(request))).subscribeOn(workers);
    }

    private Mono<Void> sendAll(List<byte[]> pieces) {
        if (pieces.size() == 1) {
            return send(pieces.get(0));
        }
        int piece = pieces.get(0).length;
        long total = (long) piece * (pieces.size() - 1) + pieces.get(pieces.size() - 1).length;
        return Flux.range(0, pieces.size())
                .concatMap(
                        index -> send(pieces.get(index))
                                .doOnSuccess(sent -> config.transfers()
                                        .moved(
                                                TransferListener.Direction.TO_NODE,
                                                Math.min(total, (index + 1L) * piece),
                                                total)),
                        0)
                .then();
    }

    private Mono<Void> send(byte[] message) {
        return out.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(message)))
                .then()
                .onErrorMap(failure -> ending(failure));
    }

    @Override
    public boolean ended() {
        return ended.get();
    }

    @Override
    public void close() {
        // Only the first call has something to say.
        leaving.tryEmitEmpty();
    }
}
