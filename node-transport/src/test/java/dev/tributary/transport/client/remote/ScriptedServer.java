package dev.tributary.transport.client.remote;

import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.codec.ChunkedMessages;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** A server of the client API with scripted replies, on a real loopback socket. */
final class ScriptedServer implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final WebsocketServerSpec SPEC =
            WebsocketServerSpec.builder().maxFramePayloadLength(1 << 20).build();

    private final Queue<ClientRequest> received = new ConcurrentLinkedQueue<>();
    private final Queue<Connection> connections = new ConcurrentLinkedQueue<>();
    private final AtomicInteger openSessions = new AtomicInteger();
    private final Function<ClientRequest, Flux<ClientReply>> script;
    private final DisposableServer server;

    private ScriptedServer(int port, Function<ClientRequest, Flux<ClientReply>> script) {
        this.script = script;
        this.server = HttpServer.create()
                .host("127.0.0.1")
                .port(port)
                .doOnConnection(connections::add)
                .route(routes -> routes.ws("/v1/contract/command", this::serve, SPEC)
                        .get("/status", (request, response) -> response.sendString(Mono.just("{\"ok\":true}"))))
                .bindNow(TIMEOUT);
    }

    static ScriptedServer open(Function<ClientRequest, Flux<ClientReply>> script) {
        return new ScriptedServer(0, script);
    }

    /** Opens a new server on the same port, after this one was closed. */
    ScriptedServer reopen(Function<ClientRequest, Flux<ClientReply>> newScript) {
        return new ScriptedServer(server.port(), newScript);
    }

    URI address() {
        return URI.create("ws://127.0.0.1:" + server.port());
    }

    NodeClientConfig clientConfig() {
        return NodeClientConfig.of(address())
                .withDeadline(TIMEOUT)
                .withBackoff(new NodeClientConfig.Backoff(Duration.ofMillis(10), TIMEOUT));
    }

    /** Returns all requests received so far. */
    List<ClientRequest> requests() {
        return List.copyOf(received);
    }

    /** Number of open WebSockets. */
    int sessions() {
        return openSessions.get();
    }

    private Publisher<Void> serve(WebsocketInbound in, WebsocketOutbound out) {
        ChunkedMessages messages = new ChunkedMessages(ClientEncoding.NATIVE, TimeSource.system());
        openSessions.incrementAndGet();
        Flux<BinaryWebSocketFrame> answers = in.aggregateFrames()
                .receiveFrames()
                .map(frame -> {
                    byte[] bytes = new byte[frame.content().readableBytes()];
                    frame.content().readBytes(bytes);
                    return bytes;
                })
                .concatMapIterable(bytes -> messages.readRequest(bytes).stream().toList())
                .doOnNext(received::add)
                .flatMap(script, 64)
                .concatMapIterable(messages::writeReply)
                .map(bytes -> new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
        return out.sendObject(answers, message -> true).then().doFinally(signal -> openSessions.decrementAndGet());
    }

    /** Closes the server abruptly, like a killed process. */
    @Override
    public void close() {
        server.disposeNow(TIMEOUT);
        connections.forEach(connection -> connection.channel().close());
    }
}
