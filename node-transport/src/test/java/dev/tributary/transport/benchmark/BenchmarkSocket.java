package dev.tributary.transport.benchmark;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import reactor.netty.resources.LoopResources;
import reactor.util.concurrent.Queues;

/**
 * A WebSocket client that sends prepared bytes and does not decode replies, so that it adds as little as possible to
 * the measurements. All instances share one thread.
 */
final class BenchmarkSocket implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_FRAME_BYTES = 1 << 20;
    private static final LoopResources LOOP = LoopResources.create("benchmark-client", 1, true);

    private final Sinks.Many<byte[]> requests = Sinks.many()
            .unicast()
            .onBackpressureBuffer(Queues.<byte[]>unboundedMultiproducer().get());
    private final Disposable connection;
    private volatile Consumer<WebSocketFrame> onReply = frame -> {};
    private final AtomicInteger replies = new AtomicInteger();

    private BenchmarkSocket(int port, String path) {
        CompletableFuture<Void> open = new CompletableFuture<>();
        this.connection = HttpClient.newConnection()
                .runOn(LOOP)
                .websocket(WebsocketClientSpec.builder()
                        .maxFramePayloadLength(MAX_FRAME_BYTES)
                        .build())
                .uri("ws://127.0.0.1:" + port + path)
                .handle((in, out) -> {
                    open.complete(null);
                    return serve(in, out);
                })
                .subscribe(nothing -> {}, failure -> {
                    open.completeExceptionally(failure);
                    failed(failure);
                });
        open.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
    }

    static BenchmarkSocket connect(int port, String path) {
        return new BenchmarkSocket(port, path);
    }

    private Mono<Void> serve(WebsocketInbound in, WebsocketOutbound out) {
        Mono<Void> reading = in.receiveFrames().doOnNext(this::count).then();
        Mono<Void> writing = out.sendObject(
                        requests.asFlux().map(bytes -> new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes))))
                .then();
        return Mono.when(reading, writing);
    }

    private void count(WebSocketFrame frame) {
        replies.incrementAndGet();
        onReply.accept(frame);
    }

    /** Sets the callback for each received message. Called on the event loop, which releases the frame afterwards. */
    void onReply(Consumer<WebSocketFrame> action) {
        onReply = action;
    }

    void send(byte[] message) {
        requests.emitNext(message, Sinks.EmitFailureHandler.busyLooping(TIMEOUT));
    }

    /** Sends a message and blocks until the given number of replies arrived. For one calling thread. */
    void exchange(byte[] message, int answers) {
        Thread caller = Thread.currentThread();
        int last = replies.get() + answers;
        onReply = frame -> LockSupport.unpark(caller);
        send(message);
        long start = System.nanoTime();
        while (replies.get() < last) {
            LockSupport.parkNanos(TIMEOUT.toNanos());
            if (System.nanoTime() - start > TIMEOUT.toNanos()) {
                throw new IllegalStateException("no answer within " + TIMEOUT);
            }
        }
    }

    private static void failed(Throwable failure) {
        throw new IllegalStateException("the WebSocket failed", failure);
    }

    @Override
    public void close() {
        connection.dispose();
    }
}
