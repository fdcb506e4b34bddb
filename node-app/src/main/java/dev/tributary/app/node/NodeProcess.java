package dev.tributary.app.node;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.directory.DataDirectory;
import dev.tributary.app.metrics.NodeMetrics;
import dev.tributary.app.storage.FileContractStore;
import dev.tributary.core.Node;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.value.PeerContact;
import dev.tributary.transport.client.ApiServer;
import dev.tributary.transport.client.ApiServerConfig;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.web.WebConfig;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.peer.TcpPeerTransport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A node with all resources of its process: data directory, key, sockets and threads. This class alone creates and
 * connects these parts. {@link #open} and {@link #close} block: do not call them on a Reactor thread.
 */
public final class NodeProcess implements AutoCloseable {

    /** Java version from which contracts are compiled correctly. */
    private static final int RECOMMENDED_JAVA = 21;

    /** Timeout of a start. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    /** Time for closing everything, on top of the time that the node gives its operations. */
    private static final Duration CLOSE_MARGIN = Duration.ofSeconds(10);

    /**
     * Number of threads that decode large messages: two decode faster than a disk writes, and half of the processors are
     * left to everything else while peers send code, whose hash takes 5 ms for each MiB.
     */
    private static final int DECODER_THREADS =
            Math.max(1, Math.min(2, Runtime.getRuntime().availableProcessors() / 2));

    private static final int MAX_QUEUED_DECODES = 4096;

    private static final Logger log = LoggerFactory.getLogger(NodeProcess.class);

    private final Node node;
    private final @Nullable InetSocketAddress clients;
    private final Duration closeTimeout;
    private final ResourceStack resources;

    private NodeProcess(
            Node node, @Nullable InetSocketAddress clients, Duration closeTimeout, ResourceStack resources) {
        this.node = node;
        this.clients = clients;
        this.closeTimeout = closeTimeout;
        this.resources = resources;
    }

    /**
     * Starts a node and waits until it is ready.
     *
     * @throws dev.tributary.core.error.StorageException if the data directory is in use or unusable
     * @throws RuntimeException if the address for peers or for applications cannot be bound; all resources opened so
     *     far are closed again
     */
    public static NodeProcess open(AppConfig configured) {
        warnAboutJavaVersion();
        ListenAddress.warnIfUnreachable(
                configured.transport().listen().host(),
                configured.peers().stream().map(peer -> peer.address().host()).toList());
        AppConfig config = MachineLimits.ofThisProcess().fit(configured);
        ResourceStack resources = new ResourceStack();
        try {
            DataDirectory directory = DataDirectory.open(config.dataDirectory());
            resources.push(directory);
            directory.requireOriginal();
            NodeIdentity identity = IdentityLoader.load(directory, config);
            List<PeerContact> knownPeers = directory.peers().read();
            Scheduler timer = resources.push(Schedulers.newSingle("tributary-link-timer", true));
            Scheduler decoder = resources.push(Schedulers.newBoundedElastic(
                    MemoryPlan.ofThisProcess().decoders(DECODER_THREADS),
                    MAX_QUEUED_DECODES,
                    "tributary-decode",
                    60,
                    true));
            // A running node closes both itself; registered here in case the start fails. Closing twice is harmless.
            FileContractStore store = FileContractStore.open(directory.contracts(), config.storage());
            resources.push(() -> store.close().block(CLOSE_MARGIN));
            TcpPeerTransport transport = TcpPeerTransport.create(identity, config.transport(), timer, decoder);
            resources.push(() -> transport.close().block(CLOSE_MARGIN));
            Node node = Node.builder()
                    .config(config.node())
                    .transport(transport)
                    .store(store)
                    .wasm()
                    .bootstrapPeers(config.peers())
                    .knownPeers(knownPeers)
                    .start()
                    .block(START_TIMEOUT);
            return startServices(config, Objects.requireNonNull(node), store, directory, knownPeers, resources);
        } catch (RuntimeException failure) {
            resources.close();
            throw failure;
        }
    }

    private static void warnAboutJavaVersion() {
        if (Runtime.version().feature() < RECOMMENDED_JAVA) {
            log.warn(
                    "java version={}: its compiler may compare wrongly in contract code, use {} or later to run nodes",
                    Runtime.version(),
                    RECOMMENDED_JAVA);
        }
    }

    private static NodeProcess startServices(
            AppConfig config,
            Node node,
            FileContractStore store,
            DataDirectory directory,
            List<PeerContact> knownPeers,
            ResourceStack resources) {
        Scheduler scheduler = resources.push(Schedulers.newSingle("tributary-monitor", true));
        Optional<ApiServer> server = config.clients().enabled()
                ? Optional.of(createServer(config, node, store, resources))
                : Optional.empty();
        Duration closeTimeout = config.node().loop().stopTimeout().plus(CLOSE_MARGIN);
        resources.push(() -> stop(node, server).block(closeTimeout));
        ResourceStack monitors = new ResourceStack();
        monitors.push(new JoinMonitor(node, config.peers(), knownPeers, scheduler));
        monitors.push(new PeerStoreWriter(node, directory.peers(), knownPeers, scheduler));
        resources.push(monitors::close);
        // Applications come last, when all else works.
        InetSocketAddress clients =
                server.map(each -> each.open().block(START_TIMEOUT)).orElse(null);
        return new NodeProcess(node, clients, closeTimeout, resources);
    }

    /**
     * Stops the node, and closes the client API as soon as the operations of clients have ended: so their answers
     * arrive, and further requests are refused in an open session.
     */
    private static Mono<Void> stop(Node node, Optional<ApiServer> server) {
        return Mono.whenDelayError(
                node.stop(), server.map(ApiServer::closeAfterDrain).orElse(Mono.empty()));
    }

    private static ApiServer createServer(
            AppConfig config, Node node, FileContractStore store, ResourceStack resources) {
        NodeMetrics metrics = new NodeMetrics(node);
        resources.push(metrics);
        ApiServerConfig serverConfig = config.clients()
                .server()
                .withWeb(WebConfig.in(config.dataDirectory().resolve("web")));
        Map<String, HttpPage> pages = new HashMap<>(new StorePages(store, node).byPath());
        pages.put("/metrics", metrics.page());
        pages.put("/contracts", new ContractsEndpoint(store, node));
        pages.put(PinsEndpoint.PATH, new PinsEndpoint(node));
        pages.put(ExplainEndpoint.PATH, new ExplainEndpoint(node));
        pages.put(DropEndpoint.PATH, new DropEndpoint(node));
        pages.put(ScrubEndpoint.PATH, new ScrubEndpoint(node));
        return ApiServer.create(node, serverConfig, pages);
    }

    public Node node() {
        return node;
    }

    /** The address for applications; empty if the node serves none. */
    public Optional<InetSocketAddress> clients() {
        return Optional.ofNullable(clients);
    }

    /**
     * Drains operations for the configured time, closes the sessions of applications and the links with a close message,
     * and releases all resources. Returns after the configured time and ten seconds at the latest, also if a disk hangs.
     */
    @Override
    public void close() {
        resources.closeWithin(closeTimeout);
    }
}
