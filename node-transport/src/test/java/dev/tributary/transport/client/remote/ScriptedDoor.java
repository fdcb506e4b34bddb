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

/** A client door whose answers are a script, on a real socket of the loopback interface. */
final class ScriptedDoor implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final WebsocketServerSpec SPEC =
            WebsocketServerSpec.builder().maxFramePayloadLength(1 << 20).build();

    private final Queue<ClientRequest> heard = new ConcurrentLinkedQueue<>();
    private final Queue<Connection> connections = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Function<ClientRequest, Flux<ClientReply>> script;
    private final DisposableServer server;

    private ScriptedDoor(int port, Function<ClientRequest, Flux<ClientReply>> script) {
        this.script = script;
        this.server = HttpServer.create()
                .host("127.0.0.1")
                .port(port)
                .doOnConnection(connections::add)
                .route(routes -> routes.ws("/v1/contract/command", this::talk, SPEC)
                        .get("/status", (request, response) -> response.sendString(Mono.just("{\"ok\":true}"))))
                .bindNow(LIMIT);
    }

    static ScriptedDoor open(Function<ClientRequest, Flux<ClientReply>> script) {
        return new ScriptedDoor(0, script);
    }

    /** The same place again, after it was closed. */
    ScriptedDoor again(Function<ClientRequest, Flux<ClientReply>> other) {
        return new ScriptedDoor(server.port(), other);
    }

    URI address() {
        return URI.create("ws://127.0.0.1:" + server.port());
    }

    NodeClientConfig client() {
        return NodeClientConfig.of(address()).withDeadline(LIMIT).withBackoff(Duration.ofMillis(10), LIMIT);
    }

    /** All requests so far. */
    List<ClientRequest> heard() {
        return List.copyOf(heard);
    }

    /** How many WebSockets there are. */
    int sessions() {
        return open.get();
    }

    private Publisher<Void> talk(WebsocketInbound in, WebsocketOutbound out) {
        ChunkedMessages messages = new ChunkedMessages(ClientEncoding.NATIVE, TimeSource.system());
        open.incrementAndGet();
        Flux<BinaryWebSocketFrame> answers = in.aggregateFrames()
                .receiveFrames()
                .map(frame -> {
                    byte[] bytes = new byte[frame.content().readableBytes()];
                    frame.content().readBytes(bytes);
                    return bytes;
                })
                .concatMapIterable(bytes -> messages.readRequest(bytes).stream().toList())
                .doOnNext(heard::add)
                .flatMap(script, 64)
                .concatMapIterable(messages::writeReply)
                .map(bytes -> new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
        return out.sendObject(answers, any -> true).then().doFinally(end -> open.decrementAndGet());
    }

    /** Ends as a process that is killed does. */
    @Override
    public void close() {
        server.disposeNow(LIMIT);
        connections.forEach(connection -> connection.channel().close());
    }
}
