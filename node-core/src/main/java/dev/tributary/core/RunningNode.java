package dev.tributary.core;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.MergeLawMonitor;
import dev.tributary.core.engine.NodeEngine;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.loop.LoopSchedulers;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PutOutcome;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.PutRequest;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.UpdateReceipt;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Implements {@link Node}: starts and stops the loop, the store and the schedulers together. */
final class RunningNode implements Node {

    private final PeerTransport transport;
    private final ContractStore store;
    private final int gateways;
    private final NodeSchedulers schedulers;
    private final ContractExecutor executor;
    private final MergeLawMonitor laws;
    private final NodeEngine loop;
    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private final Mono<Void> stopping;
    private volatile @Nullable PeerAddress address;

    RunningNode(
            NodeConfig config,
            PeerTransport transport,
            ContractStore store,
            List<ContractRuntime> runtimes,
            List<PeerContact> gatewayContacts,
            List<PeerContact> knownPeers,
            NodeSchedulers schedulers,
            Mono<Void> release,
            TimeSource time,
            RandomGenerator random) {
        this.transport = transport;
        this.store = store;
        this.gateways = gatewayContacts.size();
        this.schedulers = schedulers;
        this.executor = new ContractExecutor(
                runtimes,
                config.contracts(),
                schedulers.contracts(),
                schedulers.timer(),
                time,
                id -> store.read(id).map(StoredContract::state));
        this.laws = new MergeLawMonitor(executor, config.conformance(), time, schedulers.timer(), random);
        this.loop = new NodeEngine(
                config.loop(),
                config.operations(),
                config.subscriptions(),
                config.ring(),
                transport,
                gatewayContacts,
                knownPeers,
                new HostedContracts(
                        store,
                        executor,
                        laws,
                        config.hosting(),
                        config.operations().replicas(),
                        transport.self(),
                        schedulers.timer(),
                        time,
                        random),
                new LoopSchedulers(schedulers.loop(), schedulers.timer(), schedulers.callbacks()),
                time,
                random);
        // The schedulers are disposed last, since closing the other parts needs them.
        this.stopping = Flux.concatDelayError(
                        loop.stop(), store.close(), release, Mono.fromRunnable(stopped::tryEmitEmpty))
                .then()
                .cache();
    }

    Mono<Node> start() {
        return loop.start()
                .map(boundAddress -> {
                    address = boundAddress;
                    return (Node) this;
                })
                .onErrorResume(failure -> stop().onErrorComplete().then(Mono.error(failure)))
                .doOnCancel(loop.onStartCancelled(stop()));
    }

    @Override
    public Mono<PutReceipt> put(Contract contract, State state) {
        return loop.put(contract, state).publishOn(schedulers.callbacks());
    }

    @Override
    public Mono<GetResult> get(ContractInstanceId id) {
        return loop.get(id).publishOn(schedulers.callbacks());
    }

    @Override
    public Mono<UpdateReceipt> update(ContractInstanceId id, StateChange change) {
        return loop.update(id, change).publishOn(schedulers.callbacks());
    }

    @Override
    public Flux<ContractUpdate> subscribe(ContractInstanceId id) {
        return loop.subscribe(id);
    }

    @Override
    public Mono<StateDelta> delta(ContractInstanceId id, State state, StateSummary known) {
        return store.read(id)
                .switchIfEmpty(Mono.error(() -> new ContractNotFoundException(id)))
                .flatMap(held -> executor.delta(CallClass.CLIENT_LOCAL, held.contract(), state, known))
                .publishOn(schedulers.callbacks());
    }

    @Override
    public Flux<StoreEntry> holdings() {
        return store.entries().publishOn(schedulers.callbacks());
    }

    @Override
    public Flux<PutOutcome> putAll(Publisher<PutRequest> requests, int concurrency) {
        return Flux.from(requests).flatMap(this::putOutcome, concurrency, 1);
    }

    private Mono<PutOutcome> putOutcome(PutRequest request) {
        return put(request.contract(), request.state())
                .<PutOutcome>map(receipt -> new PutOutcome.Stored(request, receipt))
                .onErrorResume(NodeException.class, error -> Mono.just(new PutOutcome.Failed(request, error)));
    }

    @Override
    public Mono<Void> onLinked(int neighbours) {
        return loop.awaitNeighbours(neighbours).publishOn(schedulers.callbacks());
    }

    @Override
    public NodeStatus status() {
        return new NodeStatus(
                transport.self(),
                Objects.requireNonNull(address),
                loop.links().stream()
                        .map(link -> new NodeStatus.Neighbour(link.peer(), link.address(), link.direction()))
                        .toList(),
                gateways,
                loop.membershipStatus(),
                loop.loopSnapshot(),
                loop.tableSizes(),
                store.usage(),
                executor.usage(),
                laws.usage(),
                loop.hostingStatus(),
                loop.subscriptionStatus());
    }

    @Override
    public Flux<NodeEvent> events() {
        return loop.events().publishOn(schedulers.callbacks());
    }

    @Override
    public Mono<Void> stop() {
        return stopping;
    }

    @Override
    public Mono<Void> onStop() {
        return stopped.asMono();
    }
}
