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

/** A workload under way: its operations begin at their times, and each is watched until its end. */
final class WorkloadRun {

    /** Longer than any operation may take by its deadline. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** A subscriber waits for ever; this is as long as any other client would for a contract that is somewhere. */
    private static final Duration FIRST_STATE = Duration.ofMinutes(1);

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
     * Moves time on until all operations have ended, or long after they should have.
     *
     * @param every how much virtual time passes between two words about the progress
     */
    void run(Duration every, Consumer<WorkloadProgress> listener) {
        SimulatedTime time = network.time();
        for (int i = 0; i < workload.operations(); i++) {
            network.after(workload.interval().multipliedBy(i), this::begin);
        }
        Duration end = time.elapsed()
                .plus(workload.interval().multipliedBy(workload.operations()))
                .plus(PATIENCE);
        while (!over() && time.elapsed().compareTo(end) < 0) {
            time.runUntil(this::over, every);
            listener.accept(new WorkloadProgress(time.elapsed(), begun, ended, workload.operations()));
        }
        if (workload.mix().isLiving()) {
            living = followers.end(stored);
        }
    }

    private boolean over() {
        return begun == workload.operations() && ended == begun;
    }

    Outcomes outcomes(Kind kind) {
        return tally(kind).outcomes();
    }

    /** What became of changes and subscribers, if there were to be any. */
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
        int asker = up.get(random.nextInt(up.size()));
        switch (kind) {
            case PUT -> put(asker);
            case GET -> get(asker, anyStored());
            case UPDATE -> update(asker, anyStored());
            case SUBSCRIBE -> subscribe(asker, anyStored());
        }
    }

    private void put(int asker) {
        Subject subject =
                random.nextDouble() < workload.rewriteShare() && !stored.isEmpty() ? anyStored() : newSubject();
        int version = subject.nextVersion();
        watch(
                asker,
                Kind.PUT,
                network.client(asker)
                        .put(subject.contract(), subject.state(version))
                        .map(receipt -> {
                            acknowledge(subject, version, receipt);
                            return Ending.SUCCESS;
                        }));
    }

    private void get(int asker, Subject subject) {
        int promised = subject.acknowledged();
        watch(
                asker,
                Kind.GET,
                network.client(asker).get(subject.contract().id()).map(result -> {
                    if (result instanceof GetResult.Found found) {
                        getHops.add(found.hops());
                        stale += subject.has(found.value(), promised) ? 0 : 1;
                        return Ending.SUCCESS;
                    }
                    return Ending.NOT_FOUND;
                }));
    }

    private void update(int asker, Subject subject) {
        int version = subject.nextVersion();
        subject.live();
        watch(
                asker,
                Kind.UPDATE,
                network.client(asker)
                        .update(subject.contract().id(), new StateChange.Full(subject.state(version)))
                        .map(receipt -> {
                            subject.acknowledge(version);
                            return Ending.SUCCESS;
                        })
                        .onErrorReturn(ContractNotFoundException.class, Ending.NOT_FOUND));
    }

    private void subscribe(int asker, Subject subject) {
        Follower follower = followers.add(subject, asker);
        watch(
                asker,
                Kind.SUBSCRIBE,
                follower.first()
                        .thenReturn(Ending.SUCCESS)
                        .timeout(FIRST_STATE, Mono.just(Ending.DEADLINE), network.time()));
    }

    private void acknowledge(Subject subject, int version, PutReceipt receipt) {
        putHops.add(receipt.hops());
        if (subject.acknowledged() == 0) {
            stored.add(subject);
        }
        subject.acknowledge(version);
    }

    private Subject newSubject() {
        Subject fresh = new Subject(network.seed(), subjects.size(), workload.stateBytes());
        subjects.add(fresh);
        return fresh;
    }

    private void watch(int asker, Kind kind, Mono<Ending> operation) {
        Mono<Ending> lost = network.death(asker).thenReturn(Ending.ASKER_LOST);
        Mono.firstWithSignal(operation.onErrorResume(this::failed), lost)
                .subscribe(
                        ending -> end(kind, ending),
                        bug -> network.after(Duration.ZERO, () -> {
                            throw new IllegalStateException("an operation ended with an error of no known kind", bug);
                        }));
    }

    private void end(Kind kind, Ending ending) {
        tally(kind).end(ending);
        ended++;
    }

    private Mono<Ending> failed(Throwable failure) {
        if (!(failure instanceof NodeException)) {
            return Mono.error(failure);
        }
        String code = failure instanceof RemoteFailureException remote ? " " + remote.code() : "";
        reasons.merge(failure.getClass().getSimpleName() + code, 1L, Long::sum);
        return Mono.just(failure instanceof DeadlineExceededException ? Ending.DEADLINE : Ending.REFUSED);
    }

    private Subject anyStored() {
        return stored.get(random.nextInt(stored.size()));
    }

    private Tally tally(Kind kind) {
        return Objects.requireNonNull(tallies.get(kind));
    }
}
