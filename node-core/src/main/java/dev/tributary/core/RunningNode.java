package dev.tributary.core;

import dev.tributary.core.engine.Liveness;
import dev.tributary.core.engine.NodeAssembly;
import dev.tributary.core.engine.NodeEngine;
import dev.tributary.core.engine.NodeEnvironment;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.loop.record.LoopRecord;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PutOutcome;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.PutRequest;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.UpdateReceipt;
import dev.tributary.core.watchdog.StallStatus;
import dev.tributary.core.watchdog.Watched;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Implements {@link Node}: starts and stops the loop, the store and the schedulers together. */
final class RunningNode implements Node {

    /** Time that a stop waits for the store: a disk may hang. */
    private static final Duration STORE_CLOSE_TIMEOUT = Duration.ofSeconds(6);

    private static final Logger log = LoggerFactory.getLogger(RunningNode.class);

    private final PeerTransport transport;
    private final ContractStore store;
    private final int gateways;
    private final Scheduler callbacks;
    private final NodeEngine engine;
    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private final Mono<Void> stopping;
    private volatile @Nullable PeerAddress address;

    RunningNode(NodeConfig config, NodeEnvironment environment, Mono<Void> release) {
        this.transport = environment.transport();
        this.store = environment.store();
        this.gateways = environment.bootstrapPeers().size();
        this.callbacks = environment.threads().callbacks();
        this.engine = new NodeEngine(new NodeAssembly(environment, config));
        // The schedulers are disposed last, since closing the other parts needs them.
        this.stopping = Flux.concatDelayError(
                        engine.stop(),
                        closeStore(environment.threads().timer()),
                        release,
                        Mono.fromRunnable(this::onStopped))
                .then()
                .cache();
    }

    private Mono<Void> closeStore(Scheduler timer) {
        Mono<Void> patience = Mono.delay(STORE_CLOSE_TIMEOUT, timer)
                // A node that has lost its timer waits for the store alone.
                .onErrorResume(RejectedExecutionException.class, disposed -> Mono.never())
                .doOnNext(late -> log.error(
                        "store not closed, the node stops without it seconds={}", STORE_CLOSE_TIMEOUT.toSeconds()))
                .then();
        return Mono.firstWithSignal(store.close(), patience);
    }

    private void onStopped() {
        if (!engine.hasFailed()) {
            stopped.tryEmitEmpty();
        }
    }

    Mono<Node> start() {
        engine.stopOnFailure(stop(), stopped::tryEmitError);
        return engine.start()
                .map(boundAddress -> {
                    address = boundAddress;
                    return (Node) this;
                })
                .onErrorResume(failure -> stop().onErrorComplete().then(Mono.error(failure)))
                .doOnCancel(engine.onStartCancelled(stop()));
    }

    @Override
    public Mono<PutReceipt> put(Contract contract, State state) {
        return engine.put(contract, state).publishOn(callbacks);
    }

    @Override
    public Mono<GetResult> get(ContractInstanceId id) {
        return engine.get(id).publishOn(callbacks);
    }

    @Override
    public Mono<UpdateReceipt> update(ContractInstanceId id, StateChange change) {
        return engine.update(id, change).publishOn(callbacks);
    }

    @Override
    public Flux<ContractUpdate> subscribe(ContractInstanceId id) {
        return engine.subscribe(id);
    }

    @Override
    public Mono<StateDelta> delta(ContractInstanceId id, State state, StateSummary known) {
        return store.read(id)
                .switchIfEmpty(Mono.error(() -> new ContractNotFoundException(id)))
                .flatMap(held -> engine.delta(held.contract(), state, known))
                .publishOn(callbacks);
    }

    @Override
    public Mono<ContractKey> pin(ContractInstanceId id) {
        return engine.pin(id).publishOn(callbacks);
    }

    @Override
    public Mono<ContractKey> unpin(ContractInstanceId id) {
        return engine.unpin(id).publishOn(callbacks);
    }

    @Override
    public Mono<Boolean> drop(ContractInstanceId id) {
        return engine.drop(id).publishOn(callbacks);
    }

    @Override
    public void setScrubPaused(boolean paused) {
        engine.setScrubPaused(paused);
    }

    @Override
    public Flux<StoreEntry> storedContracts() {
        return store.entries().publishOn(callbacks);
    }

    @Override
    public Flux<ContractInstanceId> contractIds() {
        return engine.contractIds().publishOn(callbacks);
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
    public Mono<Void> awaitNeighbours(int neighbours) {
        return engine.awaitNeighbours(neighbours).publishOn(callbacks);
    }

    @Override
    public NodeStatus status() {
        return new NodeStatus(
                transport.self(),
                Objects.requireNonNull(address),
                engine.links().stream()
                        .map(link -> new NodeStatus.Neighbour(link.peer(), link.address(), link.direction()))
                        .toList(),
                gateways,
                engine.membershipStatus(),
                engine.loopSnapshot(),
                engine.tableSizes(),
                new NodeStatus.Contracts(
                        store.usage(),
                        store.health(),
                        engine.contractUsage(),
                        engine.mergeLawUsage(),
                        engine.hostingStatus(),
                        engine.subscriptionStatus()));
    }

    @Override
    public LoopRecord loopRecord(Duration maxAge) {
        return engine.loopRecord(maxAge);
    }

    @Override
    public Mono<Liveness> liveness() {
        return engine.liveness();
    }

    @Override
    public StallStatus stalls() {
        return engine.stalls();
    }

    @Override
    public void watch(Watched part) {
        engine.watch(part);
    }

    @Override
    public Flux<NodeEvent> events() {
        return engine.events().publishOn(callbacks);
    }

    @Override
    public Mono<Void> stop() {
        return stopping;
    }

    @Override
    public Mono<Void> onDrained() {
        return engine.onDrained();
    }

    @Override
    public Mono<Void> onStop() {
        return stopped.asMono();
    }
}
