package dev.tributary.transport.client;

import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.watchdog.Watched;
import dev.tributary.transport.socket.SocketLoops;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Server sockets of the client API, with the connection limit and the timeouts of HTTP connections. */
final class HttpListener {

    private static final Logger log = LoggerFactory.getLogger(HttpListener.class);

    /** Timeout of closing all sockets, then of stopping the event loops. */
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);

    /** Timeout of one response, from its request until the client has read it. */
    private static final Duration RESPONSE_TIMEOUT = Duration.ofMinutes(10);

    /** Maximum length of a request line, in bytes: holds a token and the longest path of a web application. */
    private static final int MAX_REQUEST_LINE = 16 * 1024;

    /** Maximum size of all headers of a request, in bytes. */
    private static final int MAX_HEADER_BYTES = 32 * 1024;

    private final ApiServerConfig config;
    private final SocketLoops loops;
    private final List<DisposableServer> bound = new ArrayList<>();
    private final Permits connections;

    /** Budget of what the sockets of all clients hold in direct memory, beyond one small piece each. */
    private final Permits writing = MemoryPlan.ofThisProcess().permits(MemoryUse.CLIENT_SOCKETS);

    private final ConnectionTimeouts timeouts = new ConnectionTimeouts();

    HttpListener(ApiServerConfig config) {
        this.config = config;
        this.connections = new Permits(config.connections().max());
        this.loops = SocketLoops.create("tributary-api", config.threads());
    }

    /** Binds all addresses. Errors if the first cannot be bound; others that cannot be bound are logged and skipped. */
    Mono<InetSocketAddress> open(BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> handler) {
        List<String> all = config.listen().addresses();
        return bind(all.get(0), config.listen().port(), handler)
                .onErrorMap(failure ->
                        new ApiServerException(all.get(0), config.listen().port(), failure))
                .flatMap(first -> Flux.fromIterable(all.subList(1, all.size()))
                        .concatMap(each -> bind(each, first.getPort(), handler).onErrorResume(failure -> {
                            log.info("client API bind failed on={} reason={}", each, failure.getMessage());
                            return Mono.empty();
                        }))
                        .then(Mono.just(first)));
    }

    private Mono<InetSocketAddress> bind(
            String address, int port, BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> handler) {
        return HttpServer.create()
                .runOn(loops.resources())
                .bindAddress(() -> new InetSocketAddress(address, port))
                .httpRequestDecoder(
                        limits -> limits.maxInitialLineLength(MAX_REQUEST_LINE).maxHeaderSize(MAX_HEADER_BYTES))
                .doOnChannelInit((observer, channel, remote) -> {
                    loops.opened(channel);
                    if (!connections.tryAcquire(1)) {
                        channel.close();
                        return;
                    }
                    channel.closeFuture().addListener(end -> {
                        connections.release(1);
                        timeouts.cancel(channel);
                    });
                    channel.pipeline().addFirst("tributary-paced", new PacedWriter(writing));
                    timeouts.start(channel, config.connections().requestTimeout());
                })
                .handle((request, response) -> handle(handler, request, response))
                .bind()
                .map(server -> {
                    synchronized (bound) {
                        bound.add(server);
                    }
                    InetSocketAddress local = (InetSocketAddress) server.address();
                    log.info("client API listening on={}", local);
                    return local;
                });
    }

    private Publisher<Void> handle(
            BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> handler,
            HttpServerRequest request,
            HttpServerResponse response) {
        Channel[] channel = new Channel[1];
        request.withConnection(connection -> channel[0] = connection.channel());
        timeouts.start(channel[0], RESPONSE_TIMEOUT);
        Duration next =
                config.connections().idleTimeout().plus(config.connections().requestTimeout());
        return Mono.from(handler.apply(request, response)).doFinally(end -> timeouts.start(channel[0], next));
    }

    /** Names the event loops to this watchdog, each with its first connection. */
    void watchedBy(Consumer<Watched> watchdog) {
        loops.watchedBy(watchdog);
    }

    int connections() {
        return (int) connections.used();
    }

    /** Stops accepting connections; open connections stay. */
    void stopAccepting() {
        synchronized (bound) {
            bound.forEach(DisposableServer::dispose);
        }
    }

    /** Closes all connections and stops the event loops. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            stopAccepting();
            return loops.close(Duration.ZERO, SHUTDOWN_TIMEOUT);
        });
    }
}
