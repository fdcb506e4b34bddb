package dev.tributary.core.simulation;

import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.simulation.OperationMix.Kind;
import dev.tributary.core.simulation.SimulationReport.Living;
import dev.tributary.core.simulation.SimulationReport.Outcomes;
import dev.tributary.core.simulation.Tally.Ending;
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
    private final Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);
    private final Followers followers;
    private final SortedMap<String, Long> reasons = new TreeMap<>();
    private final Histogram.Builder putHops = new Histogram.Builder();
    private final Histogram.Builder getHops = new Histogram.Builder();
    private final List<Subject> subjects = new ArrayList<>();
    private final List<Subject> stored = new ArrayList<>();
    private @Nullable Living living;
    private long stale;
    private int begun;
    private int ended;

    WorkloadRun(SimulatedNetwork network, Workload workload, SplittableRandom random) {
        this.network = network;
        this.workload = workload;
        this.random = random;
        this.followers = new Followers(network);
        for (Kind kind : Kind.values()) {
            tallies.put(kind, new Tally());
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
        if (workload.mix().isLiving()) {
            living = followers.end(stored);
        }
    }

    private boolean isOver() {
        return begun == workload.operations() && ended == begun;
    }

    Outcomes outcomes(Kind kind) {
        return tally(kind).outcomes();
    }

    /** The results of updates and subscriptions, if the workload has any. */
    Optional<Living> living() {
        return Optional.ofNullable(living);
    }

    long stale() {
        return stale;
    }

    SortedMap<String, Long> reasons() {
        return reasons;
    }

    Histogram putHops() {
        return putHops.build();
    }

    Histogram getHops() {
        return getHops.build();
    }

    /** The contracts of which a PUT was acknowledged. */
    List<Subject> stored() {
        return stored;
    }

    private void begin() {
        begun++;
        List<Integer> up = network.up();
        Kind kind = workload.mix().draw(random.nextDouble());
        if (stored.isEmpty()) {
            kind = Kind.PUT;
        }
        tally(kind).begin();
        if (up.isEmpty()) {
            end(kind, Ending.ASKER_LOST);
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
        Subject subject =
                random.nextDouble() < workload.rewriteShare() && !stored.isEmpty() ? randomStored() : newSubject();
        int version = subject.nextVersion();
        track(
                node,
                Kind.PUT,
                network.client(node)
                        .put(subject.contract(), subject.state(version))
                        .map(receipt -> {
                            acknowledge(subject, version, receipt);
                            return Ending.SUCCESS;
                        }));
    }

    private void get(int node, Subject subject) {
        int newestBefore = subject.acknowledged();
        track(
                node,
                Kind.GET,
                network.client(node).get(subject.contract().id()).map(result -> {
                    if (result instanceof GetResult.Found found) {
                        getHops.add(found.hops());
                        stale += subject.has(found.value(), newestBefore) ? 0 : 1;
                        return Ending.SUCCESS;
                    }
                    return Ending.NOT_FOUND;
                }));
    }

    private void update(int node, Subject subject) {
        int version = subject.nextVersion();
        subject.live();
        track(
                node,
                Kind.UPDATE,
                network.client(node)
                        .update(subject.contract().id(), new StateChange.Full(subject.state(version)))
                        .map(receipt -> {
                            subject.acknowledge(version);
                            return Ending.SUCCESS;
                        })
                        .onErrorReturn(ContractNotFoundException.class, Ending.NOT_FOUND));
    }

    private void subscribe(int node, Subject subject) {
        Follower follower = followers.add(subject, node);
        track(
                node,
                Kind.SUBSCRIBE,
                follower.first()
                        .thenReturn(Ending.SUCCESS)
                        .timeout(FIRST_STATE_TIMEOUT, Mono.just(Ending.DEADLINE), network.time()));
    }

    private void acknowledge(Subject subject, int version, PutReceipt receipt) {
        putHops.add(receipt.hops());
        if (subject.acknowledged() == 0) {
            stored.add(subject);
        }
        subject.acknowledge(version);
    }

    private Subject newSubject() {
        Subject created = new Subject(network.seed(), subjects.size(), workload.stateBytes());
        subjects.add(created);
        return created;
    }

    private void track(int node, Kind kind, Mono<Ending> operation) {
        Mono<Ending> nodeCrashed = network.death(node).thenReturn(Ending.ASKER_LOST);
        Mono.firstWithSignal(operation.onErrorResume(this::outcomeOf), nodeCrashed)
                .subscribe(
                        ending -> end(kind, ending),
                        unexpected -> network.after(Duration.ZERO, () -> {
                            throw new IllegalStateException("an operation ended with an unexpected error", unexpected);
                        }));
    }

    private void end(Kind kind, Ending ending) {
        tally(kind).end(ending);
        ended++;
    }

    private Mono<Ending> outcomeOf(Throwable failure) {
        if (!(failure instanceof NodeException)) {
            return Mono.error(failure);
        }
        String code = failure instanceof RemoteFailureException remote ? " " + remote.code() : "";
        reasons.merge(failure.getClass().getSimpleName() + code, 1L, Long::sum);
        return Mono.just(failure instanceof DeadlineExceededException ? Ending.DEADLINE : Ending.REFUSED);
    }

    private Subject randomStored() {
        return stored.get(random.nextInt(stored.size()));
    }

    private Tally tally(Kind kind) {
        return Objects.requireNonNull(tallies.get(kind));
    }
}
