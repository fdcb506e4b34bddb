package dev.tributary.core;

import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.contract.wasm.ContractLog;
import dev.tributary.core.contract.wasm.WasmContractRuntime;
import dev.tributary.core.contract.wasm.WasmLimits;
import dev.tributary.core.engine.NodeEnvironment;
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
 * Builds and starts a node. Immutable: every method returns a new builder, so one can be shared and varied. Only the
 * transport has no default.
 */
public final class NodeBuilder {

    /** Random source for transaction ids and jitter, which are not secret; a secure one would block the loop on I/O. */
    private static final RandomGenerator FAST_RANDOM =
            () -> ThreadLocalRandom.current().nextLong();

    private NodeConfig config = NodeConfig.defaults();
    private @Nullable PeerTransport transport;
    private @Nullable ContractStore store;
    private List<ContractRuntime> runtimes = List.of(JavaContractRuntime.standard());
    private @Nullable WasmLimits wasm;
    private List<PeerContact> gateways = List.of();
    private List<PeerContact> knownPeers = List.of();
    private @Nullable NodeSchedulers schedulers;
    private TimeSource time = TimeSource.system();
    private RandomGenerator random = FAST_RANDOM;

    NodeBuilder() {}

    public NodeBuilder config(NodeConfig config) {
        return with(copy -> copy.config = config);
    }

    /** The transport, with the node's identity. The node closes it. */
    public NodeBuilder transport(PeerTransport transport) {
        return with(copy -> copy.transport = transport);
    }

    /** The contract store; a new in-memory store by default. The node closes it. */
    public NodeBuilder store(ContractStore store) {
        return with(copy -> copy.store = store);
    }

    /** Runs contracts in WebAssembly, with the network's default limits. */
    public NodeBuilder wasm() {
        return wasm(WasmLimits.defaults());
    }

    /**
     * Runs contracts in WebAssembly. The node opens its own runtime at start, used after all added runtimes, and closes
     * it after the stop. Off by default: the runtime has its own threads, and on a JVM that would miscompile contracts
     * it changes how the whole JVM compiles, or the start errors with {@link IllegalStateException}.
     */
    public NodeBuilder wasm(WasmLimits limits) {
        return with(copy -> copy.wasm = limits);
    }

    /** Adds a contract runtime, used before the present ones. The caller closes it after the node has stopped. */
    public NodeBuilder runtime(ContractRuntime runtime) {
        return with(copy -> copy.runtimes = joined(List.of(runtime), runtimes));
    }

    /** Adds bootstrap peers by address, with any identity. */
    public NodeBuilder bootstrapPeers(PeerAddress... more) {
        return bootstrapPeers(Arrays.stream(more).map(PeerContact::at).toList());
    }

    /** Adds bootstrap peers, which the node dials while it has fewer neighbours than the minimum. */
    public NodeBuilder bootstrapPeers(Collection<PeerContact> more) {
        return with(copy -> copy.gateways = joined(gateways, more));
    }

    /** Neighbours of earlier runs, dialled while the node is isolated, so that a restart needs no gateway. */
    public NodeBuilder knownPeers(Collection<PeerContact> known) {
        return with(copy -> copy.knownPeers = List.copyOf(known));
    }

    /** Schedulers owned and closed by the caller; by default the node has its own. */
    public NodeBuilder schedulers(NodeSchedulers schedulers) {
        return with(copy -> copy.schedulers = schedulers);
    }

    /** Clock and random source, for simulations; the system's by default. Both must be non-blocking and thread-safe. */
    public NodeBuilder environment(TimeSource time, RandomGenerator random) {
        return with(copy -> {
            copy.time = time;
            copy.random = random;
        });
    }

    /** Returns a changed copy; the only place that modifies a builder, before it is published. */
    private NodeBuilder with(Consumer<NodeBuilder> change) {
        NodeBuilder copy = new NodeBuilder();
        copy.config = config;
        copy.transport = transport;
        copy.store = store;
        copy.runtimes = runtimes;
        copy.wasm = wasm;
        copy.gateways = gateways;
        copy.knownPeers = knownPeers;
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
     * Starts a node for each subscription and emits it when peers can reach it. Errors if the transport cannot be
     * opened; all resources are released then. A transport and a store serve one node, so a builder that has them is
     * started only once.
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
        NodeSchedulers threads = schedulers == null ? NodeSchedulers.create(config.contracts()) : schedulers;
        List<ContractRuntime> all = new ArrayList<>(runtimes);
        own.ifPresent(all::add);
        Mono<Void> release = (schedulers == null ? threads.dispose() : Mono.<Void>empty())
                .then(Mono.fromRunnable(() -> own.ifPresent(WasmContractRuntime::close)));
        NodeEnvironment environment =
                new NodeEnvironment(chosen, keeper, all, gateways, knownPeers, threads, time, random);
        return new RunningNode(config, environment, release).start();
    }

    /** Contracts get secure random bytes, unless a random source was set for reproducible runs. */
    private Optional<WasmContractRuntime> openWasm() {
        RandomGenerator bytes = random.equals(FAST_RANDOM) ? new SecureRandom() : random;
        return Optional.ofNullable(wasm)
                .map(limits -> WasmContractRuntime.open(limits, time, bytes, ContractLog.toLogger()));
    }
}
