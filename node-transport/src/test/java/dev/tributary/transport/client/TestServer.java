package dev.tributary.transport.client;

import dev.tributary.core.Node;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.transport.client.web.WebConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import reactor.netty.http.client.HttpClient;

/** A node without neighbours, and a client API server for it on a free port of loopback. */
public final class TestServer implements AutoCloseable {

    /** Timeout of all operations of these tests. */
    public static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Any free port of loopback. */
    static final ApiServerConfig.Listen LOOPBACK = new ApiServerConfig.Listen(List.of("127.0.0.1"), 0);

    private final Node node;
    private final ApiServer server;
    private final InetSocketAddress address;

    private TestServer(Node node, ApiServer server, InetSocketAddress address) {
        this.node = node;
        this.server = server;
        this.address = address;
    }

    public static TestServer open(Path directory) {
        return open(directory, UnaryOperator.identity());
    }

    public static TestServer open(Path directory, UnaryOperator<ApiServerConfig> settings) {
        Node node = Node.builder()
                .config(NodeConfig.defaults()
                        .withOperations(OperationConfig.defaults().withDeadline(Duration.ofSeconds(20))))
                .transport(InMemoryNetwork.create().transport())
                .start()
                .block(TIMEOUT);
        return open(Objects.requireNonNull(node), directory, settings);
    }

    /** Opens a server for a node that the caller started; closing it stops the node too. */
    public static TestServer open(Node node, Path directory, UnaryOperator<ApiServerConfig> settings) {
        ApiServerConfig config =
                settings.apply(ApiServerConfig.defaults().withListen(LOOPBACK).withWeb(WebConfig.in(directory)));
        ApiServer server = ApiServer.create(node, config, Map.of());
        InetSocketAddress address = Objects.requireNonNull(server.open().block(TIMEOUT));
        return new TestServer(node, server, address);
    }

    public Node node() {
        return node;
    }

    public ApiServer server() {
        return server;
    }

    public int port() {
        return address.getPort();
    }

    /** Returns an HTTP client without connection pooling. */
    public HttpClient http() {
        return HttpClient.newConnection().host("127.0.0.1").port(port());
    }

    @Override
    public void close() {
        server.close().block(TIMEOUT);
        node.stop().block(TIMEOUT);
    }
}
