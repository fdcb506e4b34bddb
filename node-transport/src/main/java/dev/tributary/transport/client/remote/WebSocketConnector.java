package dev.tributary.transport.client.remote;

import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;

/** Connects to the client API of the node over a WebSocket. */
final class WebSocketConnector implements Connector {

    private static final Logger log = LoggerFactory.getLogger(WebSocketConnector.class);

    private static final WebsocketClientSpec SPEC = WebsocketClientSpec.builder()
            .maxFramePayloadLength(WebSocketConnection.MAX_MESSAGE_BYTES)
            .build();

    private final NodeClientConfig config;
    private final HttpClient http;
    private final Scheduler workers;
    private final Scheduler timer;

    WebSocketConnector(NodeClientConfig config, HttpClient http, Scheduler workers, Scheduler timer) {
        this.config = config;
        this.http = http;
        this.workers = workers;
        this.timer = timer;
    }

    @Override
    public Mono<NodeConnection> connect() {
        return Mono.<NodeConnection>create(this::connect)
                .timeout(config.connectTimeout(), timer)
                .onErrorMap(
                        failure -> !(failure instanceof NodeUnreachableException),
                        failure -> new NodeUnreachableException(config.node(), failure));
    }

    private void connect(MonoSink<NodeConnection> sink) {
        AtomicReference<WebSocketConnection> established = new AtomicReference<>();
        Disposable connection = http.websocket(SPEC)
                .uri(config.commandUrl())
                .<Void>handle((in, out) -> {
                    WebSocketConnection opened = new WebSocketConnection(config, in, out, workers, timer);
                    established.set(opened);
                    sink.success(opened);
                    return opened.receive();
                })
                .subscribe(
                        nothing -> {},
                        failure -> {
                            WebSocketConnection opened = established.get();
                            if (opened == null) {
                                sink.error(failure);
                            } else {
                                log.debug("connection closed node={}", config.node(), failure);
                                opened.terminate(failure);
                            }
                        },
                        () -> {
                            WebSocketConnection opened = established.get();
                            if (opened != null) {
                                opened.terminate(null);
                            }
                        });
        sink.onCancel(connection);
    }
}
