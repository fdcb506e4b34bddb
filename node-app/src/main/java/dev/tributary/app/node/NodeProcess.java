package dev.tributary.app.node;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.metrics.NodeMetrics;
import dev.tributary.app.storage.DataDirectory;
import dev.tributary.app.storage.FileContractStore;
import dev.tributary.core.Node;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.value.PeerContact;
import dev.tributary.transport.client.ApiServer;
import dev.tributary.transport.client.ApiServerConfig;
import dev.tributary.transport.client.web.WebConfig;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.peer.TcpPeerTransport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

    /** Timeout of closing one resource, on top of the time that the node gives its operations. */
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
    private final Deque<AutoCloseable> resources;

    private NodeProcess(Node node, @Nullable InetSocketAddress clients, Deque<AutoCloseable> resources) {
        this.node = node;
        this.clients = clients;
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
        AppConfig config = MachineLimits.ofThisProcess().fit(configured);
        Deque<AutoCloseable> resources = new ArrayDeque<>();
        try {
            DataDirectory directory = DataDirectory.open(config.dataDirectory());
            resources.push(directory);
            NodeIdentity identity = IdentityLoader.load(directory, config);
            List<PeerContact> knownPeers = directory.peers().read();
            Scheduler timer = closeLater(Schedulers.newSingle("tributary-link-timer", true), resources);
            Scheduler decoder = closeLater(
                    Schedulers.newBoundedElastic(DECODER_THREADS, MAX_QUEUED_DECODES, "tributary-decode", 60, true),
                    resources);
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
            resources.push(() -> stop(config, Objects.requireNonNull(node)));
            return startServices(config, Objects.requireNonNull(node), store, directory, knownPeers, resources);
        } catch (RuntimeException failure) {
            closeAll(resources);
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
            ContractStore store,
            DataDirectory directory,
            List<PeerContact> knownPeers,
            Deque<AutoCloseable> resources) {
        Scheduler scheduler = closeLater(Schedulers.newSingle("tributary-monitor", true), resources);
        Deque<AutoCloseable> monitors = new ArrayDeque<>();
        monitors.push(new JoinMonitor(node, config.peers(), knownPeers, scheduler));
        monitors.push(new PeerStoreWriter(node, directory.peers(), knownPeers, scheduler));
        resources.push(() -> closeAll(monitors));
        InetSocketAddress clients = config.clients().enabled() ? openClientApi(config, node, store, resources) : null;
        return new NodeProcess(node, clients, resources);
    }

    /** The client API opens last and closes first. */
    private static InetSocketAddress openClientApi(
            AppConfig config, Node node, ContractStore store, Deque<AutoCloseable> resources) {
        NodeMetrics metrics = new NodeMetrics(node);
        resources.push(metrics);
        ApiServerConfig serverConfig = config.clients()
                .server()
                .withWeb(WebConfig.in(config.dataDirectory().resolve("web")));
        ApiServer server = ApiServer.create(
                node,
                serverConfig,
                Map.of(
                        "/metrics",
                        metrics.page(),
                        "/contracts",
                        new ContractsEndpoint(store),
                        PinsEndpoint.PATH,
                        new PinsEndpoint(node)));
        resources.push(() -> server.close().block(CLOSE_MARGIN));
        return Objects.requireNonNull(server.open().block(START_TIMEOUT));
    }

    private static void stop(AppConfig config, Node node) {
        node.stop().block(config.node().loop().stopTimeout().plus(CLOSE_MARGIN));
    }

    public Node node() {
        return node;
    }

    /** The address for applications; empty if the node serves none. */
    public Optional<InetSocketAddress> clients() {
        return Optional.ofNullable(clients);
    }

    /** Drains operations for the configured time, closes the links with a close message, and releases all resources. */
    @Override
    public void close() {
        closeAll(resources);
    }

    private static Scheduler closeLater(Scheduler scheduler, Deque<AutoCloseable> resources) {
        resources.push(scheduler::dispose);
        return scheduler;
    }

    private static void closeAll(Deque<AutoCloseable> resources) {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception failure) {
                log.warn("close failed", failure);
            }
        }
    }
}
