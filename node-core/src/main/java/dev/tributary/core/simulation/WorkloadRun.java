package dev.tributary.core.simulation;

import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.simulation.OperationMix.Kind;
import dev.tributary.core.simulation.OutcomeCounter.Outcome;
import dev.tributary.core.simulation.report.HistogramBuilder;
import dev.tributary.core.simulation.report.SimulationReport;
import dev.tributary.core.simulation.report.SimulationReport.Outcomes;
import dev.tributary.core.simulation.report.SimulationReport.UpdateDelivery;
import dev.tributary.core.simulation.time.SimulatedTime;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A running workload: starts each operation at its time and tracks it until its end. */
final class WorkloadRun {

    /** Maximum time to wait after the last operation has started: longer than the deadline of any operation. */
    private static final Duration OUTCOME_TIMEOUT = Duration.ofMinutes(3);

    /** Timeout of a subscriber's first state: a subscription itself has none, so this is the deadline of a GET. */
    private static final Duration FIRST_STATE_TIMEOUT = Duration.ofMinutes(1);

    private final SimulatedNetwork network;
    private final Workload workload;
    private final SplittableRandom random;
    private final Map<Kind, OutcomeCounter> tallies = new EnumMap<>(Kind.class);
    private final SimulatedSubscribers followers;
    private final SortedMap<String, Long> reasons = new TreeMap<>();
    private final HistogramBuilder putHops = new HistogramBuilder();
    private final HistogramBuilder getHops = new HistogramBuilder();
    private final List<WorkloadContract> subjects = new ArrayList<>();
    private final List<WorkloadContract> stored = new ArrayList<>();
    private @Nullable UpdateDelivery delivery;
    private long stale;
    private int begun;
    private int ended;

    WorkloadRun(SimulatedNetwork network, Workload workload, SplittableRandom random) {
        this.network = network;
        this.workload = workload;
        this.random = random;
        this.followers = new SimulatedSubscribers(network);
        for (Kind kind : Kind.values()) {
            tallies.put(kind, new OutcomeCounter());
        }
    }

    /**
     * Advances time until all operations have ended, or until long after their deadlines.
     *
     * @param every the virtual time between two progress reports
     */
    void run(Duration every, Consumer<WorkloadProgress> listener) {
        SimulatedTime time = network.time();
        for (int i = 0; i < workload.operations(); i++) {
            network.after(workload.interval().multipliedBy(i), this::begin);
        }
        Duration end = time.elapsed()
                .plus(workload.interval().multipliedBy(workload.operations()))
                .plus(OUTCOME_TIMEOUT);
        while (!isOver() && time.elapsed().compareTo(end) < 0) {
            time.runUntil(this::isOver, every);
            listener.accept(new WorkloadProgress(time.elapsed(), begun, ended, workload.operations()));
        }
        if (workload.mix().hasUpdatesOrSubscriptions()) {
            delivery = followers.finish(stored);
        }
    }

    private boolean isOver() {
        return begun == workload.operations() && ended == begun;
    }

    SimulationReport.Operations operations() {
        return new SimulationReport.Operations(
                outcomes(Kind.PUT),
                outcomes(Kind.GET),
                outcomes(Kind.UPDATE),
                outcomes(Kind.SUBSCRIBE),
                stale,
                reasons,
                putHops.build(),
                getHops.build());
    }

    private Outcomes outcomes(Kind kind) {
        return tally(kind).outcomes();
    }

    /** The results of updates and subscriptions, if the workload has any. */
    Optional<UpdateDelivery> delivery() {
        return Optional.ofNullable(delivery);
    }

    /** The contracts of which a PUT was acknowledged. */
    List<WorkloadContract> stored() {
        return stored;
    }

    private void begin() {
        begun++;
        List<Integer> up = network.up();
        Kind kind = workload.mix().kindOf(random.nextDouble());
        if (stored.isEmpty()) {
            kind = Kind.PUT;
        }
        tally(kind).begin();
        if (up.isEmpty()) {
            end(kind, Outcome.NODE_CRASHED);
            return;
        }
        int node = up.get(random.nextInt(up.size()));
        switch (kind) {
            case PUT -> put(node);
            case GET -> get(node, randomStored());
            case UPDATE -> update(node, randomStored());
            case SUBSCRIBE -> subscribe(node, randomStored());
        }
    }

    private void put(int node) {
        WorkloadContract subject =
                random.nextDouble() < workload.rewriteShare() && !stored.isEmpty() ? randomStored() : newSubject();
        int version = subject.nextVersion();
        track(
                node,
                Kind.PUT,
                network.client(node)
                        .put(subject.contract(), subject.state(version))
                        .map(receipt -> {
                            acknowledge(subject, version, receipt);
                            return Outcome.SUCCESS;
                        }));
    }

    private void get(int node, WorkloadContract subject) {
        int newestBefore = subject.newestAcknowledged();
        track(node, Kind.GET, network.client(node).get(subject.contract().id()).map(result -> {
            if (result instanceof GetResult.Found found) {
                getHops.add(found.hops());
                stale += subject.contains(found.value(), newestBefore) ? 0 : 1;
                return Outcome.SUCCESS;
            }
            return Outcome.NOT_FOUND;
        }));
    }

    private void update(int node, WorkloadContract subject) {
        int version = subject.nextVersion();
        subject.markActive();
        track(
                node,
                Kind.UPDATE,
                network.client(node)
                        .update(subject.contract().id(), new StateChange.Full(subject.state(version)))
                        .map(receipt -> {
                            subject.acknowledge(version);
                            return Outcome.SUCCESS;
                        })
                        .onErrorReturn(ContractNotFoundException.class, Outcome.NOT_FOUND));
    }

    private void subscribe(int node, WorkloadContract subject) {
        SimulatedSubscriber follower = followers.add(subject, node);
        track(
                node,
                Kind.SUBSCRIBE,
                follower.firstState()
                        .thenReturn(Outcome.SUCCESS)
                        .timeout(FIRST_STATE_TIMEOUT, Mono.just(Outcome.DEADLINE_EXCEEDED), network.time()));
    }

    private void acknowledge(WorkloadContract subject, int version, PutReceipt receipt) {
        putHops.add(receipt.hops());
        if (subject.newestAcknowledged() == 0) {
            stored.add(subject);
        }
        subject.acknowledge(version);
    }

    private WorkloadContract newSubject() {
        WorkloadContract created = new WorkloadContract(network.seed(), subjects.size(), workload.stateBytes());
        subjects.add(created);
        return created;
    }

    private void track(int node, Kind kind, Mono<Outcome> operation) {
        Mono<Outcome> nodeCrashed = network.crashed(node).thenReturn(Outcome.NODE_CRASHED);
        Mono.firstWithSignal(operation.onErrorResume(this::outcomeOf), nodeCrashed)
                .subscribe(
                        ending -> end(kind, ending),
                        unexpected -> network.after(Duration.ZERO, () -> {
                            throw new IllegalStateException("an operation ended with an unexpected error", unexpected);
                        }));
    }

    private void end(Kind kind, Outcome ending) {
        tally(kind).end(ending);
        ended++;
    }

    private Mono<Outcome> outcomeOf(Throwable failure) {
        if (!(failure instanceof NodeException known)) {
            return Mono.error(failure);
        }
        String code =
                known.kind() == NodeException.Kind.REMOTE_FAILURE ? " " + ((RemoteFailureException) known).code() : "";
        reasons.merge(known.getClass().getSimpleName() + code, 1L, Long::sum);
        return Mono.just(
                known.kind() == NodeException.Kind.DEADLINE_EXCEEDED ? Outcome.DEADLINE_EXCEEDED : Outcome.REFUSED);
    }

    private WorkloadContract randomStored() {
        return stored.get(random.nextInt(stored.size()));
    }

    private OutcomeCounter tally(Kind kind) {
        return Objects.requireNonNull(tallies.get(kind));
    }
}
