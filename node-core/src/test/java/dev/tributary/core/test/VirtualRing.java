package dev.tributary.core.test;

import dev.tributary.core.Node;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.NodeSchedulers;
import dev.tributary.core.NodeSpec;
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

/** Whole nodes on virtual time, all on the thread of the test: nothing happens but what the test lets pass. */
public final class VirtualRing {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final InMemoryNetwork network;
    private final Random random;
    private final Map<Node, PeerTransport> transports = new LinkedHashMap<>();
    private NodeConfig config = NodeConfig.defaults();

    private VirtualRing(long seed) {
        random = new Random(seed);
        network = InMemoryNetwork.create(time, random);
    }

    /** No nodes yet; one seed gives the same ring each time. */
    public static VirtualRing create(long seed) {
        return new VirtualRing(seed);
    }

    /** What nodes are started with from now on. */
    public VirtualRing config(NodeConfig config) {
        this.config = config;
        return this;
    }

    /** A node at a random place that dials these. */
    public Node start(Node... dialled) {
        return start(network.transport(), InMemoryContractStore.create(), dialled);
    }

    /** A node at this place on the ring. */
    public Node startAt(double location, Node... dialled) {
        return startAt(location, InMemoryContractStore.create(), dialled);
    }

    /** A node at this place on the ring, with what an earlier life has left in the store. */
    public Node startAt(double location, ContractStore store, Node... dialled) {
        return start(network.transport(ScriptedPeer.idAt(location, transports.size())), store, dialled);
    }

    /** Nodes of which each dials so many of those before it. */
    public List<Node> startMany(int count, int links) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Node> others = new ArrayList<>(nodes);
            Collections.shuffle(others, random);
            nodes.add(start(others.stream().limit(links).toArray(Node[]::new)));
        }
        passes(Duration.ofSeconds(10));
        return nodes;
    }

    /** Lets the time pass, with all that happens meanwhile. */
    public void passes(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** What the operation answers; it must be over within this time. */
    public <T> T within(Duration duration, Mono<T> operation) {
        AtomicReference<T> result = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        operation.subscribe(result::set, failure::set);
        long millis = 0;
        while (result.get() == null && failure.get() == null && millis < duration.toMillis()) {
            passes(Duration.ofMillis(10));
            millis += 10;
        }
        if (failure.get() != null) {
            throw new AssertionError("failed", failure.get());
        }
        return Objects.requireNonNull(result.get(), "no answer within " + duration);
    }

    /** The node's links are cut and it is never heard of again. */
    public void kill(Node node) {
        Objects.requireNonNull(transports.remove(node)).close().block();
        // Nobody hears from it any more; that it stops besides only spares the test its vain attempts to dial.
        node.stop().subscribe(none -> {}, failure -> {});
    }

    private Node start(PeerTransport transport, ContractStore store, Node... dialled) {
        NodeSpec spec = Node.create()
                .config(config)
                .transport(transport)
                .store(store)
                .schedulers(new NodeSchedulers(time, time, time, time))
                .world(new TimeSource(new VirtualClock(time), () -> time.now(TimeUnit.NANOSECONDS)), random);
        for (Node other : dialled) {
            spec = spec.peers(address(other));
        }
        Node node = within(Duration.ofSeconds(1), spec.start());
        transports.put(node, transport);
        return node;
    }

    private PeerAddress address(Node node) {
        return InMemoryNetwork.addressOf(Objects.requireNonNull(transports.get(node)));
    }
}
