package dev.tributary.core;

import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.TimeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a node is made of. Immutable: every method returns another specification, so that one may be shared and varied.
 * Only the transport has no default.
 */
public final class NodeSpec {

    /** For transaction ids and jitter, which are no secrets: a secure source reads a device, and blocks the loop. */
    private static final RandomGenerator FAST_RANDOM =
            () -> ThreadLocalRandom.current().nextLong();

    private final NodeConfig config;
    private final @Nullable PeerTransport transport;
    private final @Nullable ContractStore store;
    private final List<ContractRuntime> runtimes;
    private final List<PeerContact> peers;
    private final List<PeerContact> acquaintances;
    private final @Nullable NodeSchedulers schedulers;
    private final TimeSource time;
    private final RandomGenerator random;

    private NodeSpec(
            NodeConfig config,
            @Nullable PeerTransport transport,
            @Nullable ContractStore store,
            List<ContractRuntime> runtimes,
            List<PeerContact> peers,
            List<PeerContact> acquaintances,
            @Nullable NodeSchedulers schedulers,
            TimeSource time,
            RandomGenerator random) {
        this.config = config;
        this.transport = transport;
        this.store = store;
        this.runtimes = List.copyOf(runtimes);
        this.peers = List.copyOf(peers);
        this.acquaintances = List.copyOf(acquaintances);
        this.schedulers = schedulers;
        this.time = time;
        this.random = random;
    }

    static NodeSpec create() {
        return new NodeSpec(
                NodeConfig.defaults(),
                null,
                null,
                List.of(JavaContractRuntime.standard()),
                List.of(),
                List.of(),
                null,
                TimeSource.system(),
                FAST_RANDOM);
    }

    public NodeSpec config(NodeConfig config) {
        return new NodeSpec(config, transport, store, runtimes, peers, acquaintances, schedulers, time, random);
    }

    /** How the node reaches its peers, and who it is to them. The node closes it. */
    public NodeSpec transport(PeerTransport transport) {
        return new NodeSpec(config, transport, store, runtimes, peers, acquaintances, schedulers, time, random);
    }

    /** Where contracts are kept; a fresh store in memory by default. The node closes it. */
    public NodeSpec store(ContractStore store) {
        return new NodeSpec(config, transport, store, runtimes, peers, acquaintances, schedulers, time, random);
    }

    /** One more runtime for contracts, asked before those that are there. */
    public NodeSpec runtime(ContractRuntime runtime) {
        List<ContractRuntime> all = new ArrayList<>(List.of(runtime));
        all.addAll(runtimes);
        return new NodeSpec(config, transport, store, all, peers, acquaintances, schedulers, time, random);
    }

    /** More gateways, whoever answers at these addresses. */
    public NodeSpec peers(PeerAddress... more) {
        return peers(Arrays.stream(more).map(PeerContact::at).toList());
    }

    /** More gateways: peers that are dialled whenever the node has fewer neighbours than it should. */
    public NodeSpec peers(Collection<PeerContact> more) {
        List<PeerContact> all = new ArrayList<>(peers);
        all.addAll(more);
        return new NodeSpec(config, transport, store, runtimes, all, acquaintances, schedulers, time, random);
    }

    /** Peers that were neighbours before, dialled when the node has none: so a restart needs no gateway. */
    public NodeSpec acquaintances(Collection<PeerContact> known) {
        return new NodeSpec(config, transport, store, runtimes, peers, List.copyOf(known), schedulers, time, random);
    }

    /** Threads that the caller owns, and closes; by default the node has its own. */
    public NodeSpec schedulers(NodeSchedulers schedulers) {
        return new NodeSpec(config, transport, store, runtimes, peers, acquaintances, schedulers, time, random);
    }

    /** Clocks and randomness, for simulations; the system's own by default. Neither may block, both are used by threads at once. */
    public NodeSpec world(TimeSource time, RandomGenerator random) {
        return new NodeSpec(config, transport, store, runtimes, peers, acquaintances, schedulers, time, random);
    }

    /**
     * Starts a node for each subscription and emits it when peers can reach it. Errors if the transport cannot be opened;
     * nothing is left behind then. A transport and a store serve one node: a specification with its own is started once.
     *
     * @throws IllegalStateException at once, if there is no transport
     */
    public Mono<Node> start() {
        PeerTransport chosen = transport;
        if (chosen == null) {
            throw new IllegalStateException("a node needs a transport");
        }
        return Mono.defer(() -> {
            NodeSchedulers threads = schedulers == null ? NodeSchedulers.own(config.contracts()) : schedulers;
            ContractStore keeper = store == null ? InMemoryContractStore.create() : store;
            RunningNode node = new RunningNode(
                    config, chosen, keeper, runtimes, peers, acquaintances, threads, schedulers == null, time, random);
            return node.start();
        });
    }
}
