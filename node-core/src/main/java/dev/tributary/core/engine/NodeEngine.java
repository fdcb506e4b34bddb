package dev.tributary.core.engine;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.ContractUsage;
import dev.tributary.core.contract.conformance.MergeLawUsage;
import dev.tributary.core.contract.conformance.Quarantine;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.NodeFailedException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.hosting.HostingStatus;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.loop.LoopSnapshot;
import dev.tributary.core.loop.record.LoopRecord;
import dev.tributary.core.membership.MembershipStatus;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.subscription.SubscriptionStatus;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.UpdateReceipt;
import dev.tributary.core.watchdog.StallStatus;
import dev.tributary.core.watchdog.Watched;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Starts and stops the parts of a node, takes the requests of its clients, and tells its status. */
public final class NodeEngine {

    /** Interval between two checks for running operations while the node stops. */
    private static final Duration IDLE_CHECK_INTERVAL = Duration.ofMillis(20);

    /** Timeout for handling the queued events after all sources are closed. */
    private static final Duration FINAL_DRAIN_TIMEOUT = Duration.ofSeconds(2);

    /** Timeout of the stop of a node that has failed. */
    private static final Duration FAILED_STOP_TIMEOUT = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(NodeEngine.class);

    private final NodeAssembly parts;
    private final PeerTransport transport;
    private final Scheduler timer;
    private final Sinks.Empty<Void> loopEnded = Sinks.empty();
    private final VitalTasks vital = new VitalTasks();
    private final EngineChecks checks;
    private final EngineStatus status;
    private final EngineWatch watch;
    private final Sinks.Empty<Void> stopping = Sinks.empty();
    private final Sinks.Empty<Void> drained = Sinks.empty();
    private volatile boolean started;

    /** An engine that does not run yet. */
    public NodeEngine(NodeAssembly parts) {
        this.parts = parts;
        this.transport = parts.environment.transport();
        this.timer = parts.environment.threads().timer();
        this.checks = new EngineChecks(parts, vital);
        this.status = new EngineStatus(parts);
        this.watch = new EngineWatch(parts);
    }

    /** Opens the transport, runs the loop, and emits the address that peers can dial. Subscribe once. */
    public Mono<PeerAddress> start() {
        return parts.contracts.restore().then(transport.open()).doOnNext(address -> {
            started = true;
            logMemory();
            vital.start("event loop", parts.loop.run().doFinally(end -> loopEnded.tryEmitEmpty()));
            parts.maintenance.start();
            watch.start();
            vital.start("progress check", checks.sampleProgress());
            vital.start("thread check", checks.checkThreads());
            vital.start("merge law monitor", parts.mergeLaws.run().doOnNext(this::publishQuarantine));
            vital.start("hosting tasks", parts.hostingTasks.run().takeUntilOther(stopping.asMono()));
            vital.start("subscription tasks", parts.subscriptionTasks.run().takeUntilOther(stopping.asMono()));
            vital.start("repair tasks", parts.repairTasks.run().takeUntilOther(stopping.asMono()));
            parts.nodeEvents.publish(new NodeEvent.Started(transport.self(), address));
        });
    }

    /**
     * Rejects new requests, waits for running operations up to the configured timeout, closes the links, and completes
     * when the loop has handled all accepted events.
     */
    public Mono<Void> stop() {
        return Mono.defer(() -> {
                    vital.expectEnds();
                    parts.loop.stop();
                    stopping.tryEmitEmpty();
                    parts.subscriptions.stopAccepting();
                    parts.channels.local().close();
                    parts.connectionSources.stop();
                    parts.maintenance.stop();
                    parts.peerRequests.refuse();
                    return vital.hasFailed() ? Mono.<Void>empty() : drain();
                })
                .then(Mono.fromRunnable(this::cancelRemaining))
                .then(transport.close())
                .onErrorResume(failure -> {
                    log.warn("transport close failed reason={}", failure.toString());
                    return Mono.empty();
                })
                .then(Mono.fromRunnable(parts.channels.transport()::close))
                .then(Mono.defer(() -> started && !vital.hasFailed() ? drainLastEvents() : Mono.<Void>empty()))
                .then(Mono.fromRunnable(this::release));
    }

    private Mono<Void> drain() {
        return parts.calls
                .whenCompleted()
                .then(untilIdle())
                .timeout(parts.config.loop().stopTimeout(), Mono.empty(), timer);
    }

    /**
     * Stops the node when a part of it ends that it cannot work without, and tells so when it has stopped, or after two
     * seconds, since the part may be needed for the stop.
     */
    public void stopOnFailure(Mono<Void> stop, Consumer<NodeFailedException> onStopped) {
        vital.failure()
                .subscribe(failure -> stop.timeout(
                                FAILED_STOP_TIMEOUT, parts.environment.threads().callbacks())
                        .doFinally(end -> onStopped.accept(failure))
                        .subscribe(
                                unused -> {},
                                error -> log.warn("stop of a failed node failed reason={}", error.toString())));
    }

    /** Whether a part of the node has ended that it cannot work without. */
    public boolean hasFailed() {
        return vital.hasFailed();
    }

    private Mono<Void> drainLastEvents() {
        return loopEnded.asMono().timeout(FINAL_DRAIN_TIMEOUT, Mono.empty(), timer);
    }

    /** Ends the watch, answers what is stored, and fails and cancels everything else that still runs. */
    private void cancelRemaining() {
        watch.close();
        parts.puts.answerStored();
        parts.calls.failAll();
        parts.subscriptions.shutdown();
        parts.tasks.cancel();
        drained.tryEmitEmpty();
    }

    /** Completes when a stop has ended the operations of clients, or has given them up. */
    public Mono<Void> onDrained() {
        return drained.asMono();
    }

    private void release() {
        vital.dispose();
        parts.nodeEvents.publish(new NodeEvent.Stopped());
        parts.nodeEvents.complete();
    }

    /** A task for a cancelled start: subscribes to the stop, so that it runs to its end, and only logs its failure. */
    public Runnable onStartCancelled(Mono<Void> stop) {
        return () -> stop.subscribe(unused -> {}, failure -> log.warn("stop after cancelled start failed", failure));
    }

    public Mono<PutReceipt> put(Contract contract, State state) {
        return parts.calls.call("PutRequested", () -> parts.puts.publish(contract, state));
    }

    public Mono<GetResult> get(ContractInstanceId id) {
        return parts.calls.call("GetRequested", () -> parts.gets.fetch(id));
    }

    public Mono<UpdateReceipt> update(ContractInstanceId id, StateChange change) {
        return parts.calls.call("UpdateRequested", () -> parts.updates.update(id, change));
    }

    /** Pins the contract, which is searched for first if this node does not hold it. */
    public Mono<ContractKey> pin(ContractInstanceId id) {
        return parts.calls.call(
                "PinRequested",
                () -> parts.contracts
                        .setPinned(id, true)
                        .switchIfEmpty(Mono.defer(() -> parts.gets.fetch(id).flatMap(this::pinFound))));
    }

    /** A found contract that is not hosted had no room. */
    private Mono<ContractKey> pinFound(GetResult result) {
        return switch (result.kind()) {
            case NOT_FOUND -> Mono.error(new ContractNotFoundException(result.id()));
            case FOUND -> {
                GetResult.Found found = (GetResult.Found) result;
                yield parts.contracts
                        .setPinned(found.id(), true)
                        .switchIfEmpty(Mono.error(() -> parts.contracts.noRoomError(found.contract(), found.value())));
            }
        };
    }

    public Mono<ContractKey> unpin(ContractInstanceId id) {
        return parts.calls.call(
                "UnpinRequested",
                () -> parts.contracts
                        .setPinned(id, false)
                        .switchIfEmpty(Mono.error(() -> new ContractNotFoundException(id))));
    }

    /** Removes the contract from this node; emits whether this node stored it. */
    public Mono<Boolean> drop(ContractInstanceId id) {
        return parts.calls.call("DropRequested", () -> parts.contracts.drop(id));
    }

    /** The contracts that this node holds, from memory. */
    public Flux<ContractInstanceId> contractIds() {
        return Flux.defer(() -> Flux.fromIterable(parts.contracts.ids()));
    }

    /** Pauses or resumes the reading of all copies. */
    public void setScrubPaused(boolean paused) {
        parts.repairTasks.setScrubPaused(paused);
    }

    public Flux<ContractUpdate> subscribe(ContractInstanceId id) {
        return parts.subscriptions.subscribe(id);
    }

    /** The node's events from now on; a subscriber that lags more than 256 behind loses the oldest. */
    public Flux<NodeEvent> events() {
        return parts.nodeEvents.events();
    }

    /** Completes when the node has at least this many neighbours. */
    public Mono<Void> awaitNeighbours(int neighbours) {
        // Subscribes before the first check, so a link in between is not missed.
        Flux<?> checks =
                Flux.merge(parts.nodeEvents.events().filter(NodeEvent.PeerAdded.class::isInstance), Mono.just("now"));
        return checks.filter(check -> parts.neighbours.links().size() >= neighbours)
                .next()
                .switchIfEmpty(Mono.error(NodeStoppedException::new))
                .then();
    }

    public LoopSnapshot loopSnapshot() {
        return parts.monitor.snapshot();
    }

    /** A copy of the latest events of the loop, none older than this, and the times of all. */
    public LoopRecord loopRecord(Duration maxAge) {
        return parts.monitor.recorder().copy(Integer.MAX_VALUE, maxAge);
    }

    /** Sends an event through all parts of the node; emits within five seconds and never errors. */
    public Mono<Liveness> liveness() {
        return parts.liveness.check();
    }

    /** What the watchdog has found. */
    public StallStatus stalls() {
        return watch.status();
    }

    /** Watches this part too. Any thread. */
    public void watch(Watched part) {
        watch.add(part);
    }

    public HostingStatus hostingStatus() {
        return parts.contracts.status();
    }

    public ContractUsage contractUsage() {
        return parts.executor.usage();
    }

    public MergeLawUsage mergeLawUsage() {
        return parts.mergeLaws.usage();
    }

    /** The delta from a state that a client knows to this one, computed by the contract. */
    public Mono<StateDelta> delta(Contract contract, State state, StateSummary known) {
        return parts.executor.delta(CallClass.CLIENT_LOCAL, contract, state, known);
    }

    public SubscriptionStatus subscriptionStatus() {
        return parts.subscriptions.status(parts.updates.changeCount());
    }

    public List<PeerLink> links() {
        return parts.neighbours.links();
    }

    /** The node's membership in the network. */
    public MembershipStatus membershipStatus() {
        return status.membership();
    }

    /** Sizes of the node's tables and queues, all of which are empty when the node is idle; and counters. */
    public TableSizes tableSizes() {
        return status.tableSizes();
    }

    /** Two lines at the start: the plan of all memory, and how much of it one peer may use. */
    private void logMemory() {
        log.info("memory plan {}", MemoryPlan.ofThisProcess());
        String budgets = tableSizes().memory().stream()
                .map(each -> each.name().replace(' ', '-') + "=" + MemoryPlan.size(each.limit()) + "/"
                        + MemoryPlan.size(each.perPeer()))
                .collect(Collectors.joining(" "));
        log.info("memory for peers, for all and for one {}", budgets);
    }

    private void publishQuarantine(Quarantine quarantine) {
        parts.nodeEvents.publish(new NodeEvent.ContractQuarantined(
                quarantine.code(), quarantine.instance(), quarantine.law().name(), quarantine.remaining()));
    }

    /** Completes when no operation of another node is running. Polls, since only a stopping node needs it. */
    private Mono<Void> untilIdle() {
        return Mono.delay(IDLE_CHECK_INTERVAL, timer)
                .repeat(() -> parts.tasks.count() > 0)
                .then();
    }
}
