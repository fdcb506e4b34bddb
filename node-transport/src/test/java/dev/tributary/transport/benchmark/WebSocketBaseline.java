package dev.tributary.transport.benchmark;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/**
 * Baseline for the client API: a Reactor Netty WebSocket server that decodes nothing, with the same number of threads.
 * {@code /echo} returns every message; {@code /large} answers each message with many messages prepared in advance.
 */
final class WebSocketBaseline implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final LoopResources loops =
            LoopResources.create("baseline-server", Runtime.getRuntime().availableProcessors(), true);
    private final ByteBuf chunk;
    private final DisposableServer server;

    /** Answers at {@code /large} have {@code chunks} messages of {@code size} bytes. */
    private WebSocketBaseline(int chunks, int size) {
        chunk = Unpooled.unreleasableBuffer(Unpooled.directBuffer(size).writeZero(size));
        server = HttpServer.create()
                .runOn(loops)
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.ws(
                                "/echo",
                                (in, out) -> out.sendObject(in.receiveFrames()
                                        .map(frame -> new BinaryWebSocketFrame(
                                                frame.content().retain()))))
                        .ws(
                                "/large",
                                (in, out) -> out.sendObject(in.receiveFrames()
                                        .concatMap(
                                                frame -> Flux.range(0, chunks)
                                                        .map(i -> new BinaryWebSocketFrame(chunk.duplicate())),
                                                1))))
                .bindNow(TIMEOUT);
    }

    static WebSocketBaseline open(int chunks, int size) {
        return new WebSocketBaseline(chunks, size);
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.disposeNow(TIMEOUT);
        loops.disposeLater(Duration.ZERO, TIMEOUT).block(TIMEOUT);
    }
}
