package dev.tributary.core;

import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.contract.wasm.ContractLog;
import dev.tributary.core.contract.wasm.WasmContractRuntime;
import dev.tributary.core.contract.wasm.WasmLimits;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.TimeSource;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a node is made of. Immutable: every method returns another specification, so that one may be shared and varied.
 * Only the transport has no default.
 */
public final class NodeSpec {

    /** For transaction ids and jitter, which are no secrets: a secure source reads a device, and blocks the loop. */
    private static final RandomGenerator FAST_RANDOM =
            () -> ThreadLocalRandom.current().nextLong();

    private NodeConfig config = NodeConfig.defaults();
    private @Nullable PeerTransport transport;
    private @Nullable ContractStore store;
    private List<ContractRuntime> runtimes = List.of(JavaContractRuntime.standard());
    private @Nullable WasmLimits wasm;
    private List<PeerContact> gateways = List.of();
    private List<PeerContact> acquaintances = List.of();
    private @Nullable NodeSchedulers schedulers;
    private TimeSource time = TimeSource.system();
    private RandomGenerator random = FAST_RANDOM;

    private NodeSpec() {}

    static NodeSpec create() {
        return new NodeSpec();
    }

    public NodeSpec config(NodeConfig config) {
        return with(copy -> copy.config = config);
    }

    /** How the node reaches its peers, and who it is to them. The node closes it. */
    public NodeSpec transport(PeerTransport transport) {
        return with(copy -> copy.transport = transport);
    }

    /** Where contracts are kept; a fresh store in memory by default. The node closes it. */
    public NodeSpec store(ContractStore store) {
        return with(copy -> copy.store = store);
    }

    /** Runs contracts in WebAssembly, with the network's own limits. */
    public NodeSpec wasm() {
        return wasm(WasmLimits.DEFAULT);
    }

    /**
     * Runs contracts in WebAssembly. The node opens a runtime of its own when it starts, asked after those that were given,
     * and closes it when it has stopped. It is not there by default: it has threads of its own, and on a Java machine that
     * would miscompile contracts it changes how the whole machine compiles, or the start errors with
     * {@link IllegalStateException}.
     */
    public NodeSpec wasm(WasmLimits limits) {
        return with(copy -> copy.wasm = limits);
    }

    /** One more runtime for contracts, asked before those that are there. Whoever opened it closes it after the node. */
    public NodeSpec runtime(ContractRuntime runtime) {
        return with(copy -> copy.runtimes = joined(List.of(runtime), runtimes));
    }

    /** More gateways, whoever answers at these addresses. */
    public NodeSpec peers(PeerAddress... more) {
        return peers(Arrays.stream(more).map(PeerContact::at).toList());
    }

    /** More gateways: peers that are dialled whenever the node has fewer neighbours than it should. */
    public NodeSpec peers(Collection<PeerContact> more) {
        return with(copy -> copy.gateways = joined(gateways, more));
    }

    /** Peers that were neighbours before, dialled when the node has none: so a restart needs no gateway. */
    public NodeSpec acquaintances(Collection<PeerContact> known) {
        return with(copy -> copy.acquaintances = List.copyOf(known));
    }

    /** Threads that the caller owns, and closes; by default the node has its own. */
    public NodeSpec schedulers(NodeSchedulers schedulers) {
        return with(copy -> copy.schedulers = schedulers);
    }

    /** Clocks and randomness, for simulations; the system's own by default. Neither may block, both are used by threads at once. */
    public NodeSpec world(TimeSource time, RandomGenerator random) {
        return with(copy -> {
            copy.time = time;
            copy.random = random;
        });
    }

    /** The only place where a specification changes: a copy, before anybody else knows it. */
    private NodeSpec with(Consumer<NodeSpec> change) {
        NodeSpec copy = new NodeSpec();
        copy.config = config;
        copy.transport = transport;
        copy.store = store;
        copy.runtimes = runtimes;
        copy.wasm = wasm;
        copy.gateways = gateways;
        copy.acquaintances = acquaintances;
        copy.schedulers = schedulers;
        copy.time = time;
        copy.random = random;
        change.accept(copy);
        return copy;
    }

    private static <T> List<T> joined(Collection<T> first, Collection<T> others) {
        return Stream.concat(first.stream(), others.stream()).toList();
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
            ContractStore keeper = store == null ? InMemoryContractStore.create() : store;
            return Mono.fromCallable(this::openWasm)
                    .onErrorResume(failure -> Flux.concatDelayError(chosen.close(), keeper.close())
                            .then(Mono.error(failure)))
                    .flatMap(own -> start(chosen, keeper, own));
        });
    }

    private Mono<Node> start(PeerTransport chosen, ContractStore keeper, Optional<WasmContractRuntime> own) {
        NodeSchedulers threads = schedulers == null ? NodeSchedulers.own(config.contracts()) : schedulers;
        List<ContractRuntime> all = new ArrayList<>(runtimes);
        own.ifPresent(all::add);
        Mono<Void> release = (schedulers == null ? threads.dispose() : Mono.<Void>empty())
                .then(Mono.fromRunnable(() -> own.ifPresent(WasmContractRuntime::close)));
        return new RunningNode(config, chosen, keeper, all, gateways, acquaintances, threads, release, time, random)
                .start();
    }

    /** What contracts are given when they ask for random bytes may matter to them, unless somebody wants it repeated. */
    private Optional<WasmContractRuntime> openWasm() {
        RandomGenerator bytes = random.equals(FAST_RANDOM) ? new SecureRandom() : random;
        return Optional.ofNullable(wasm)
                .map(limits -> WasmContractRuntime.open(limits, time, bytes, ContractLog.toLogger()));
    }
}
