package dev.tributary.transport.client;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/** The sockets of the door, and the limits of whoever has not said yet what it wants. */
final class Listener {

    private static final Logger log = LoggerFactory.getLogger(Listener.class);

    private static final Duration LOOPS_LIMIT = Duration.ofSeconds(5);

    /** How long a client may take to read one answer. */
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(10);

    /** A token and the longest path fit; more is no request of ours. */
    private static final int LONGEST_LINE = 16 * 1024;

    private static final int LONGEST_HEADERS = 32 * 1024;

    private final ClientDoorConfig config;
    private final LoopResources loops;
    private final List<DisposableServer> bound = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Patience patience = new Patience();

    Listener(ClientDoorConfig config) {
        this.config = config;
        this.loops = LoopResources.create("tributary-door", config.threads(), true);
    }

    /** Binds all addresses: the first or none, the others if they can be had. */
    Mono<InetSocketAddress> open(BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> handler) {
        List<String> all = config.addresses();
        return bind(all.get(0), config.port(), handler)
                .onErrorMap(failure -> new ClientDoorException(all.get(0), config.port(), failure))
                .flatMap(first -> Flux.fromIterable(all.subList(1, all.size()))
                        .concatMap(each -> bind(each, first.getPort(), handler).onErrorResume(absent -> {
                            log.info("door does not listen on={} reason={}", each, absent.getMessage());
                            return Mono.empty();
                        }))
                        .then(Mono.just(first)));
    }

    private Mono<InetSocketAddress> bind(
            String address, int port, BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> handler) {
        return HttpServer.create()
                .runOn(loops)
                .bindAddress(() -> new InetSocketAddress(address, port))
                .httpRequestDecoder(
                        limits -> limits.maxInitialLineLength(LONGEST_LINE).maxHeaderSize(LONGEST_HEADERS))
                .doOnChannelInit((observer, channel, remote) -> {
                    if (connections.incrementAndGet() > config.connections()) {
                        channel.close();
                    }
                    channel.closeFuture().addListener(end -> {
                        connections.decrementAndGet();
                        patience.end(channel);
                    });
                    patience.begin(channel, config.requestLimit());
                })
                .handle((request, response) -> handle(handler, request, response))
                .bind()
                .map(server -> {
                    synchronized (bound) {
                        bound.add(server);
                    }
                    InetSocketAddress here = (InetSocketAddress) server.address();
                    log.info("door open on={}", here);
                    return here;
                });
    }

    private Publisher<Void> handle(
            BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> handler,
            HttpServerRequest request,
            HttpServerResponse response) {
        Channel[] channel = new Channel[1];
        request.withConnection(connection -> channel[0] = connection.channel());
        patience.begin(channel[0], ANSWER_LIMIT);
        Duration next = config.idleLimit().plus(config.requestLimit());
        return Mono.from(handler.apply(request, response)).doFinally(end -> patience.begin(channel[0], next));
    }

    int connections() {
        return connections.get();
    }

    /** Accepts nothing any more; what is open stays. */
    void shut() {
        synchronized (bound) {
            bound.forEach(DisposableServer::dispose);
        }
    }

    /** Closes what is open, and ends the threads. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            shut();
            return loops.disposeLater(Duration.ZERO, LOOPS_LIMIT);
        });
    }
}
