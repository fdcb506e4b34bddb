package dev.tributary.core.simulation;

import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.simulation.SimulationReport.Outcomes;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.PutReceipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** A workload under way: its operations begin at their times, and each is watched until its end. */
final class WorkloadRun {

    /** Longer than any operation may take by its deadline. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final SimulatedNetwork network;
    private final Workload workload;
    private final SplittableRandom random;
    private final Map<Ending, Long> puts = new EnumMap<>(Ending.class);
    private final Map<Ending, Long> gets = new EnumMap<>(Ending.class);
    private final SortedMap<String, Long> reasons = new TreeMap<>();
    private final Histogram.Builder putHops = new Histogram.Builder();
    private final Histogram.Builder getHops = new Histogram.Builder();
    private final List<Subject> subjects = new ArrayList<>();
    private final List<Subject> stored = new ArrayList<>();
    private long stale;
    private int begun;
    private int ended;

    /** How an operation can end. */
    private enum Ending {
        SUCCESS,
        NOT_FOUND,
        REFUSED,
        DEADLINE,
        ASKER_LOST,
        NO_OUTCOME
    }

    WorkloadRun(SimulatedNetwork network, Workload workload, SplittableRandom random) {
        this.network = network;
        this.workload = workload;
        this.random = random;
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
    }

    private boolean over() {
        return begun == workload.operations() && ended == begun;
    }

    Outcomes puts() {
        return outcomes(puts);
    }

    Outcomes gets() {
        return outcomes(gets);
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
        boolean put = random.nextDouble() < workload.putShare() || stored.isEmpty();
        if (up.isEmpty()) {
            count(put ? puts : gets, Ending.ASKER_LOST);
            ended++;
            return;
        }
        int asker = up.get(random.nextInt(up.size()));
        if (put) {
            put(asker);
        } else {
            get(asker, stored.get(random.nextInt(stored.size())));
        }
    }

    private void put(int asker) {
        Subject subject = random.nextDouble() < workload.rewriteShare() && !stored.isEmpty()
                ? stored.get(random.nextInt(stored.size()))
                : newSubject();
        int version = subject.nextVersion();
        watch(
                asker,
                puts,
                network.client(asker)
                        .put(subject.contract(), subject.state(version))
                        .map(receipt -> {
                            acknowledge(subject, version, receipt);
                            return Ending.SUCCESS;
                        }));
    }

    private void get(int asker, Subject subject) {
        int promised = subject.acknowledged();
        watch(asker, gets, network.client(asker).get(subject.contract().id()).map(result -> {
            if (result instanceof GetResult.Found found) {
                getHops.add(found.hops());
                stale += subject.has(found.value(), promised) ? 0 : 1;
                return Ending.SUCCESS;
            }
            return Ending.NOT_FOUND;
        }));
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

    private void watch(int asker, Map<Ending, Long> kind, Mono<Ending> operation) {
        count(kind, Ending.NO_OUTCOME);
        Mono<Ending> lost = network.death(asker).thenReturn(Ending.ASKER_LOST);
        Mono.firstWithSignal(operation.onErrorResume(this::failed), lost)
                .subscribe(
                        ending -> {
                            kind.merge(Ending.NO_OUTCOME, -1L, Long::sum);
                            count(kind, ending);
                            ended++;
                        },
                        bug -> network.after(Duration.ZERO, () -> {
                            throw new IllegalStateException("an operation ended with an error of no known kind", bug);
                        }));
    }

    private Mono<Ending> failed(Throwable failure) {
        if (!(failure instanceof NodeException)) {
            return Mono.error(failure);
        }
        String code = failure instanceof RemoteFailureException remote ? " " + remote.code() : "";
        reasons.merge(failure.getClass().getSimpleName() + code, 1L, Long::sum);
        return Mono.just(failure instanceof DeadlineExceededException ? Ending.DEADLINE : Ending.REFUSED);
    }

    private static void count(Map<Ending, Long> kind, Ending ending) {
        kind.merge(ending, 1L, Long::sum);
    }

    private static Outcomes outcomes(Map<Ending, Long> counts) {
        return new Outcomes(
                counts.values().stream().mapToLong(Long::longValue).sum(),
                counts.getOrDefault(Ending.SUCCESS, 0L),
                counts.getOrDefault(Ending.NOT_FOUND, 0L),
                counts.getOrDefault(Ending.REFUSED, 0L),
                counts.getOrDefault(Ending.DEADLINE, 0L),
                counts.getOrDefault(Ending.ASKER_LOST, 0L),
                counts.getOrDefault(Ending.NO_OUTCOME, 0L));
    }
}
