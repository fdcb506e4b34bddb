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

/** The subscribers of a workload, and whether they and their nodes are in sync with the roots of the contracts. */
final class Followers {

    /** Maximum time until all replicas are in sync: two renewals, which every update takes at most, and a margin. */
    private static final Duration MAX_SETTLING = Duration.ofMinutes(5);

    /** Pause between two checks. */
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);

    private final SimulatedNetwork network;
    private final Map<Subject, List<Follower>> followers = new LinkedHashMap<>();
    private final Disposable.Composite subscriptions = Disposables.composite();

    Followers(SimulatedNetwork network) {
        this.network = network;
    }

    /** Adds a subscriber and subscribes it. */
    Follower add(Subject subject, int node) {
        Follower follower = new Follower(subject, node);
        followers.computeIfAbsent(subject, unused -> new ArrayList<>()).add(follower);
        subject.live();
        subscriptions.add(follower.follow(network));
        return follower;
    }

    /**
     * Advances time until all replicas are in sync or the maximum has passed, and then cancels all subscriptions.
     *
     * @param subjects the contracts of which a PUT was acknowledged
     */
    Living end(List<Subject> subjects) {
        Duration beginning = network.time().elapsed();
        List<Subject> outOfSync = new ArrayList<>(subjects);
        outOfSync.removeIf(subject -> !subject.living() || isInSync(subject));
        while (!outOfSync.isEmpty() && network.time().elapsed().minus(beginning).compareTo(MAX_SETTLING) < 0) {
            network.time().advance(CHECK_INTERVAL);
            outOfSync.removeIf(this::isInSync);
        }
        Living living = new Living(
                (int) subjects.stream().filter(Subject::living).count(),
                outOfSync.size(),
                outOfSync.stream().mapToInt(this::lostUpdates).sum(),
                (int) all().filter(Follower::isLive).count(),
                (int) outOfSync.stream()
                        .flatMap(this::activeSubscribers)
                        .filter(this::isStale)
                        .count(),
                all().mapToLong(Follower::shown).sum(),
                network.time().elapsed().minus(beginning));
        subscriptions.dispose();
        return living;
    }

    /** Whether the root, the subscribers and their nodes have the same state, with all acknowledged versions in it. */
    private boolean isInSync(Subject subject) {
        Optional<State> root = rootState(subject);
        return root.isPresent()
                && subject.missing(root.get()) == 0
                && activeSubscribers(subject)
                        .allMatch(follower -> root.equals(follower.latest()) && root.equals(storedState(follower)));
    }

    private Stream<Follower> activeSubscribers(Subject subject) {
        return followers.getOrDefault(subject, List.of()).stream().filter(Follower::isLive);
    }

    private Stream<Follower> all() {
        return followers.values().stream().flatMap(List::stream);
    }

    private boolean isStale(Follower follower) {
        return !rootState(follower.subject()).equals(follower.latest());
    }

    private int lostUpdates(Subject subject) {
        return rootState(subject).map(subject::missing).orElse(subject.acknowledged());
    }

    /** The state at the root: the running node nearest to the contract's location. */
    private Optional<State> rootState(Subject subject) {
        RingLocation target = subject.contract().key().location();
        return network.up().stream()
                .min(Comparator.comparingDouble(
                        node -> network.id(node).location().distanceTo(target)))
                .flatMap(node -> storedState(node, subject.contract().id()));
    }

    private Optional<State> storedState(Follower follower) {
        return storedState(follower.node(), follower.subject().contract().id());
    }

    private Optional<State> storedState(int node, ContractInstanceId id) {
        return network.held(node, id).map(StoredContract::state);
    }
}
