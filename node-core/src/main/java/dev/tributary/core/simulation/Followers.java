package dev.tributary.core.simulation;

import dev.tributary.core.simulation.SimulationReport.Living;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** All who subscribe in the course of a workload, and whether they and their nodes keep in step with the contracts' roots. */
final class Followers {

    /** Two renewals, the longest that a change may take to everybody, and a little. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final Duration LOOK = Duration.ofMillis(100);

    private final SimulatedNetwork network;
    private final Map<Subject, List<Follower>> followers = new LinkedHashMap<>();
    private final Disposable.Composite subscriptions = Disposables.composite();

    Followers(SimulatedNetwork network) {
        this.network = network;
    }

    /** One more, who listens already. */
    Follower add(Subject subject, int node) {
        Follower follower = new Follower(subject, node);
        followers.computeIfAbsent(subject, unused -> new ArrayList<>()).add(follower);
        subject.live();
        subscriptions.add(follower.follow(network));
        return follower;
    }

    /**
     * Moves time on until all are in step, or long after they should be, and then sends the followers home.
     *
     * @param subjects contracts of which a PUT was acknowledged
     */
    Living end(List<Subject> subjects) {
        Duration begin = network.time().elapsed();
        List<Subject> late = new ArrayList<>(subjects);
        late.removeIf(subject -> !subject.living() || inStep(subject));
        while (!late.isEmpty() && network.time().elapsed().minus(begin).compareTo(LONGEST) < 0) {
            network.time().advance(LOOK);
            late.removeIf(this::inStep);
        }
        Living living = new Living(
                (int) subjects.stream().filter(Subject::living).count(),
                late.size(),
                late.stream().mapToInt(this::lost).sum(),
                (int) all().filter(Follower::isLive).count(),
                (int) late.stream()
                        .flatMap(this::following)
                        .filter(this::isStale)
                        .count(),
                all().mapToLong(Follower::shown).sum(),
                network.time().elapsed().minus(begin));
        subscriptions.dispose();
        return living;
    }

    /** Whether the root, the nodes of its followers and these themselves all have the same, and nothing is missing in it. */
    private boolean inStep(Subject subject) {
        Optional<State> root = rootState(subject);
        return root.isPresent()
                && subject.missing(root.get()) == 0
                && following(subject)
                        .allMatch(follower -> root.equals(follower.latest()) && root.equals(held(follower)));
    }

    private Stream<Follower> following(Subject subject) {
        return followers.getOrDefault(subject, List.of()).stream().filter(Follower::isLive);
    }

    private Stream<Follower> all() {
        return followers.values().stream().flatMap(List::stream);
    }

    private boolean isStale(Follower follower) {
        return !rootState(follower.subject()).equals(follower.latest());
    }

    private int lost(Subject subject) {
        return rootState(subject).map(subject::missing).orElse(subject.acknowledged());
    }

    /** What the node holds that is nearest to the contract's location. */
    private Optional<State> rootState(Subject subject) {
        RingLocation place = subject.contract().key().location();
        return network.up().stream()
                .min(Comparator.comparingDouble(
                        node -> network.id(node).location().distanceTo(place)))
                .flatMap(node -> held(node, subject.contract().id()));
    }

    private Optional<State> held(Follower follower) {
        return held(follower.node(), follower.subject().contract().id());
    }

    private Optional<State> held(int node, ContractInstanceId id) {
        return network.held(node, id).map(StoredContract::state);
    }
}
