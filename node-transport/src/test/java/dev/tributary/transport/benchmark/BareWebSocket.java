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
 * What the door is measured against: a WebSocket server of Reactor Netty that looks at nothing, with as many threads as the
 * door has. At {@code /echo} every message comes back; at {@code /large} each is answered with many that were made before.
 */
final class BareWebSocket implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LoopResources loops =
            LoopResources.create("bare-door", Runtime.getRuntime().availableProcessors(), true);
    private final ByteBuf piece;
    private final DisposableServer server;

    /** Answers of {@code pieces} messages, of so many bytes each. */
    private BareWebSocket(int pieces, int size) {
        piece = Unpooled.unreleasableBuffer(Unpooled.directBuffer(size).writeZero(size));
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
                                                frame -> Flux.range(0, pieces)
                                                        .map(i -> new BinaryWebSocketFrame(piece.duplicate())),
                                                1))))
                .bindNow(PATIENCE);
    }

    static BareWebSocket open(int pieces, int size) {
        return new BareWebSocket(pieces, size);
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.disposeNow(PATIENCE);
        loops.disposeLater(Duration.ZERO, PATIENCE).block(PATIENCE);
    }
}
