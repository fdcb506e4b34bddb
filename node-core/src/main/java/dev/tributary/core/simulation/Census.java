package dev.tributary.core.simulation;

import dev.tributary.core.NodeStatus;
import dev.tributary.core.loop.TableSizes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.State;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Looks at all nodes of a simulated network that are up, at one moment. */
final class Census {

    /** Links that are nearer than this are all alike: no ring is that dense. */
    private static final int NEAREST = 30;

    private final SimulatedNetwork network;
    private final List<Integer> up;
    private final List<NodeStatus> statuses;

    Census(SimulatedNetwork network) {
        this.network = network;
        this.up = network.up();
        this.statuses = up.stream().map(node -> network.client(node).status()).toList();
    }

    int up() {
        return up.size();
    }

    Histogram neighbours() {
        Histogram.Builder counts = new Histogram.Builder();
        statuses.forEach(status -> counts.add(status.neighbours().size()));
        return counts.build();
    }

    /** Each link once, by the power of two that its distance is below. */
    Histogram distances() {
        Histogram.Builder counts = new Histogram.Builder();
        for (NodeStatus status : statuses) {
            RingLocation here = status.self().location();
            for (NodeStatus.Neighbour neighbour : status.neighbours()) {
                PeerId peer = neighbour.peer();
                if (status.self().compareTo(peer) < 0) {
                    counts.add(band(here.distanceTo(peer.location())));
                }
            }
        }
        return counts.build();
    }

    /** How many nodes hold each of these. */
    Histogram copies(List<Subject> subjects) {
        Histogram.Builder counts = new Histogram.Builder();
        subjects.forEach(subject -> counts.add(states(subject.contract().id()).size()));
        return counts.build();
    }

    /** How many of these are not held alike everywhere. */
    int diverged(List<Subject> subjects) {
        return (int) subjects.stream()
                .filter(subject -> {
                    Set<State> different =
                            new HashSet<>(states(subject.contract().id()));
                    return different.size() > 1;
                })
                .count();
    }

    /** What is in the tables of these nodes, added up. */
    SortedMap<String, Long> tables(List<Integer> nodes) {
        SortedMap<String, Long> sums = new TreeMap<>();
        for (RecordComponent component : TableSizes.class.getRecordComponents()) {
            sums.put(
                    component.getName(),
                    nodes.stream()
                            .filter(network::isUp)
                            .mapToLong(node -> size(
                                    component, network.client(node).status().tables()))
                            .sum());
        }
        return sums;
    }

    long lateReplies() {
        return statuses.stream()
                .mapToLong(status -> status.tables().lateReplies())
                .sum();
    }

    private List<State> states(ContractInstanceId id) {
        return up.stream()
                .flatMap(node -> network.held(node, id).stream())
                .map(stored -> stored.state())
                .toList();
    }

    private static int band(double distance) {
        return Math.min(NEAREST, -1 - Math.getExponent(distance));
    }

    private static long size(RecordComponent component, TableSizes tables) {
        try {
            return ((Number) component.getAccessor().invoke(tables)).longValue();
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("cannot read " + component, broken);
        }
    }
}
