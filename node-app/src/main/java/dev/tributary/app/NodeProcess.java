package dev.tributary.app;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.metrics.NodeMetrics;
import dev.tributary.app.storage.DataDirectory;
import dev.tributary.app.storage.FileContractStore;
import dev.tributary.core.Node;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.value.PeerContact;
import dev.tributary.transport.client.ClientDoor;
import dev.tributary.transport.client.ClientDoorConfig;
import dev.tributary.transport.client.web.WebConfig;
import dev.tributary.transport.peer.NodeIdentity;
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
 * A node with everything around it that belongs to one process: data directory, key, sockets and threads. This is where
 * the parts are put together, and the only place that knows all of them. Opening and closing block: call them on a thread
 * of your own.
 */
public final class NodeProcess implements AutoCloseable {

    /** A start that takes longer than this hangs. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    /** What closing takes on top of the time that the node gives its operations. */
    private static final Duration CLOSE_MARGIN = Duration.ofSeconds(10);

    /** Large messages take milliseconds to decode; two threads keep up with more than a disk does. */
    private static final int DECODERS = 2;

    private static final int QUEUED_DECODES = 4096;

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
     * Starts a node.
     *
     * @throws dev.tributary.core.error.StorageException if the data directory is in use, or cannot be used
     * @throws RuntimeException if an address cannot be bound, that for peers or that for applications; everything opened
     *     before is closed again
     */
    public static NodeProcess open(AppConfig config) {
        Deque<AutoCloseable> resources = new ArrayDeque<>();
        try {
            DataDirectory directory = DataDirectory.open(config.dataDirectory());
            resources.push(directory);
            NodeIdentity identity = OwnIdentity.of(directory, config);
            List<PeerContact> acquaintances = directory.peers().read();
            Scheduler timer = keep(Schedulers.newSingle("tributary-link-timer", true), resources);
            Scheduler decoder = keep(
                    Schedulers.newBoundedElastic(DECODERS, QUEUED_DECODES, "tributary-decode", 60, true), resources);
            // Both are the node's to close once it runs, and ours if it never does; to close them twice harms nothing.
            FileContractStore store = FileContractStore.open(directory.contracts(), config.storage());
            resources.push(() -> store.close().block(CLOSE_MARGIN));
            TcpPeerTransport transport = TcpPeerTransport.create(identity, config.transport(), timer, decoder);
            resources.push(() -> transport.close().block(CLOSE_MARGIN));
            Node node = Node.create()
                    .config(config.node())
                    .transport(transport)
                    .store(store)
                    .wasm()
                    .peers(config.peers())
                    .acquaintances(acquaintances)
                    .start()
                    .block(START_LIMIT);
            resources.push(() -> stop(config, Objects.requireNonNull(node)));
            return watched(config, Objects.requireNonNull(node), store, directory, acquaintances, resources);
        } catch (RuntimeException failure) {
            closeAll(resources);
            throw failure;
        }
    }

    private static NodeProcess watched(
            AppConfig config,
            Node node,
            ContractStore store,
            DataDirectory directory,
            List<PeerContact> acquaintances,
            Deque<AutoCloseable> resources) {
        Scheduler scheduler = keep(Schedulers.newSingle("tributary-watch", true), resources);
        Deque<AutoCloseable> watchers = new ArrayDeque<>();
        watchers.push(new JoinLog(node, config.peers(), acquaintances, scheduler));
        watchers.push(new PeerKeeper(node, directory.peers(), acquaintances, scheduler));
        resources.push(() -> closeAll(watchers));
        InetSocketAddress clients = config.clients().open() ? openDoor(config, node, store, resources) : null;
        return new NodeProcess(node, clients, resources);
    }

    /** Applications come last and go first. */
    private static InetSocketAddress openDoor(
            AppConfig config, Node node, ContractStore store, Deque<AutoCloseable> resources) {
        NodeMetrics metrics = new NodeMetrics(node);
        resources.push(metrics);
        ClientDoorConfig door = config.clients()
                .door()
                .withWeb(WebConfig.in(config.dataDirectory().resolve("web")));
        ClientDoor opened =
                ClientDoor.create(node, door, Map.of("/metrics", metrics.page(), "/contracts", new HostedPage(store)));
        resources.push(() -> opened.close().block(CLOSE_MARGIN));
        return Objects.requireNonNull(opened.open().block(START_LIMIT));
    }

    private static void stop(AppConfig config, Node node) {
        node.stop().block(config.node().loop().stopPatience().plus(CLOSE_MARGIN));
    }

    public Node node() {
        return node;
    }

    /** Where applications are served; empty if they are not. */
    public Optional<InetSocketAddress> clients() {
        return Optional.ofNullable(clients);
    }

    /** Gives operations under way the configured time, says goodbye to the peers, and lets go of everything. */
    @Override
    public void close() {
        closeAll(resources);
    }

    private static Scheduler keep(Scheduler scheduler, Deque<AutoCloseable> resources) {
        resources.push(scheduler::dispose);
        return scheduler;
    }

    private static void closeAll(Deque<AutoCloseable> resources) {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception failure) {
                log.warn("could not close", failure);
            }
        }
    }
}
