package dev.tributary.core.simulation;

import dev.tributary.core.simulation.report.SimulationReport.UpdateDelivery;
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
final class SimulatedSubscribers {

    /** Maximum time until all replicas are in sync: two renewals, which every update takes at most, and a margin. */
    private static final Duration MAX_SETTLING = Duration.ofMinutes(5);

    /** Pause between two checks. */
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);

    private final SimulatedNetwork network;
    private final Map<WorkloadContract, List<SimulatedSubscriber>> followers = new LinkedHashMap<>();
    private final Disposable.Composite subscriptions = Disposables.composite();

    SimulatedSubscribers(SimulatedNetwork network) {
        this.network = network;
    }

    /** Adds a subscriber and subscribes it. */
    SimulatedSubscriber add(WorkloadContract subject, int node) {
        SimulatedSubscriber follower = new SimulatedSubscriber(subject, node);
        followers.computeIfAbsent(subject, unused -> new ArrayList<>()).add(follower);
        subject.markActive();
        subscriptions.add(follower.subscribe(network));
        return follower;
    }

    /**
     * Advances time until all replicas are in sync or the maximum has passed, and then cancels all subscriptions.
     *
     * @param subjects the contracts of which a PUT was acknowledged
     */
    UpdateDelivery finish(List<WorkloadContract> subjects) {
        Duration beginning = network.time().elapsed();
        List<WorkloadContract> outOfSync = new ArrayList<>(subjects);
        outOfSync.removeIf(subject -> !subject.isActive() || isInSync(subject));
        while (!outOfSync.isEmpty() && network.time().elapsed().minus(beginning).compareTo(MAX_SETTLING) < 0) {
            network.time().advance(CHECK_INTERVAL);
            outOfSync.removeIf(this::isInSync);
        }
        UpdateDelivery delivery = new UpdateDelivery(
                (int) subjects.stream().filter(WorkloadContract::isActive).count(),
                outOfSync.size(),
                outOfSync.stream().mapToInt(this::lostUpdates).sum(),
                (int) all().filter(SimulatedSubscriber::isActive).count(),
                (int) outOfSync.stream()
                        .flatMap(this::activeSubscribers)
                        .filter(this::isStale)
                        .count(),
                all().mapToLong(SimulatedSubscriber::statesReceived).sum(),
                network.time().elapsed().minus(beginning));
        subscriptions.dispose();
        return delivery;
    }

    /** Whether the root, the subscribers and their nodes have the same state, with all acknowledged versions in it. */
    private boolean isInSync(WorkloadContract subject) {
        Optional<State> root = rootState(subject);
        return root.isPresent()
                && subject.missingVersions(root.get()) == 0
                && activeSubscribers(subject)
                        .allMatch(
                                follower -> root.equals(follower.latestState()) && root.equals(storedState(follower)));
    }

    private Stream<SimulatedSubscriber> activeSubscribers(WorkloadContract subject) {
        return followers.getOrDefault(subject, List.of()).stream().filter(SimulatedSubscriber::isActive);
    }

    private Stream<SimulatedSubscriber> all() {
        return followers.values().stream().flatMap(List::stream);
    }

    private boolean isStale(SimulatedSubscriber follower) {
        return !rootState(follower.contract()).equals(follower.latestState());
    }

    private int lostUpdates(WorkloadContract subject) {
        return rootState(subject).map(subject::missingVersions).orElse(subject.newestAcknowledged());
    }

    /** The state at the root: the running node nearest to the contract's location. */
    private Optional<State> rootState(WorkloadContract subject) {
        RingLocation target = subject.contract().key().location();
        return network.up().stream()
                .min(Comparator.comparingDouble(
                        node -> network.id(node).location().distanceTo(target)))
                .flatMap(node -> storedState(node, subject.contract().id()));
    }

    private Optional<State> storedState(SimulatedSubscriber follower) {
        return storedState(follower.node(), follower.contract().contract().id());
    }

    private Optional<State> storedState(int node, ContractInstanceId id) {
        return network.storedContract(node, id).map(StoredContract::state);
    }
}
