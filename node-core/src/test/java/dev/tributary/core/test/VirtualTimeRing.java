package dev.tributary.core.test;

import dev.tributary.core.Node;
import dev.tributary.core.NodeBuilder;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.NodeSchedulers;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Complete nodes on virtual time, on the test's thread: nothing runs until the test advances time. */
public final class VirtualTimeRing {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final InMemoryNetwork network;
    private final Random random;
    private final Map<Node, PeerTransport> transports = new LinkedHashMap<>();
    private NodeConfig config = NodeConfig.defaults();

    private VirtualTimeRing(long seed) {
        random = new Random(seed);
        network = InMemoryNetwork.create(time, random);
    }

    /** Creates a ring without nodes; the same seed gives the same ring. */
    public static VirtualTimeRing create(long seed) {
        return new VirtualTimeRing(seed);
    }

    /** Sets the configuration of nodes that start later. */
    public VirtualTimeRing config(NodeConfig config) {
        this.config = config;
        return this;
    }

    /** Starts a node at a random location that dials these nodes. */
    public Node start(Node... targets) {
        return start(network.transport(), InMemoryContractStore.create(), targets);
    }

    /** Starts a node at this ring location that dials these nodes. */
    public Node startAt(double location, Node... targets) {
        return startAt(location, InMemoryContractStore.create(), targets);
    }

    /** Starts a node at this ring location with an existing store, as after a restart. */
    public Node startAt(double location, ContractStore store, Node... targets) {
        return start(network.transport(ScriptedPeer.idAt(location, transports.size())), store, targets);
    }

    /** Starts nodes, each of which dials up to this number of random earlier ones. */
    public List<Node> startMany(int count, int links) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Node> others = new ArrayList<>(nodes);
            Collections.shuffle(others, random);
            nodes.add(start(others.stream().limit(links).toArray(Node[]::new)));
        }
        advance(Duration.ofSeconds(10));
        return nodes;
    }

    /** Advances time and runs all due tasks. */
    public void advance(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** Returns the result of the operation, which must end within this virtual time. */
    public <T> T await(Duration duration, Mono<T> operation) {
        AtomicReference<T> result = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        operation.subscribe(result::set, failure::set);
        long millis = 0;
        while (result.get() == null && failure.get() == null && millis < duration.toMillis()) {
            advance(Duration.ofMillis(10));
            millis += 10;
        }
        if (failure.get() != null) {
            throw new AssertionError("the operation failed", failure.get());
        }
        return Objects.requireNonNull(result.get(), "no result within " + duration);
    }

    /** Kills a node: closes its transport for good. */
    public void kill(Node node) {
        Objects.requireNonNull(transports.remove(node)).close().block();
        // No peer hears from it any more; stopping it as well only avoids futile dial attempts in the test.
        node.stop().subscribe(none -> {}, failure -> {});
    }

    private Node start(PeerTransport transport, ContractStore store, Node... targets) {
        NodeBuilder builder = Node.builder()
                .config(config)
                .transport(transport)
                .store(store)
                .schedulers(new NodeSchedulers(time, time, time, time))
                .environment(new TimeSource(new VirtualClock(time), () -> time.now(TimeUnit.NANOSECONDS)), random);
        for (Node other : targets) {
            builder = builder.bootstrapPeers(address(other));
        }
        Node node = await(Duration.ofSeconds(1), builder.start());
        transports.put(node, transport);
        return node;
    }

    private PeerAddress address(Node node) {
        return InMemoryNetwork.addressOf(Objects.requireNonNull(transports.get(node)));
    }
}
