package dev.tributary.core.simulation;

import dev.tributary.core.NodeStatus;
import dev.tributary.core.engine.TableSizes;
import dev.tributary.core.simulation.report.Histogram;
import dev.tributary.core.simulation.report.HistogramBuilder;
import dev.tributary.core.simulation.report.SimulationReport;
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

/** A snapshot of all running nodes of a simulated network. */
final class NetworkSnapshot {

    /** Highest distance band: all links shorter than 2^-30 count in it, because no ring is that dense. */
    private static final int MAX_BAND = 30;

    private final SimulatedNetwork network;
    private final List<Integer> up;
    private final List<NodeStatus> statuses;

    NetworkSnapshot(SimulatedNetwork network) {
        this.network = network;
        this.up = network.up();
        this.statuses = up.stream().map(node -> network.client(node).status()).toList();
    }

    int up() {
        return up.size();
    }

    SimulationReport.Topology topology() {
        return new SimulationReport.Topology(neighbours(), distances());
    }

    /** The replicas of these contracts. */
    SimulationReport.Replicas replicas(List<WorkloadContract> subjects) {
        return new SimulationReport.Replicas(copies(subjects), diverged(subjects));
    }

    /** The tables of these nodes, which were never idle. */
    SimulationReport.Leftovers leftovers(List<Integer> neverIdle) {
        return new SimulationReport.Leftovers(tables(neverIdle), neverIdle.size(), lateReplies());
    }

    /** The number of neighbours of each node. */
    Histogram neighbours() {
        HistogramBuilder counts = new HistogramBuilder();
        statuses.forEach(status -> counts.add(status.neighbours().size()));
        return counts.build();
    }

    /** The links by distance band, each link once; band k holds distances in [2^-(k+1), 2^-k). */
    private Histogram distances() {
        HistogramBuilder counts = new HistogramBuilder();
        for (NodeStatus status : statuses) {
            RingLocation here = status.self().location();
            for (NodeStatus.Neighbour neighbour : status.neighbours()) {
                PeerId peer = neighbour.peer();
                if (status.self().compareTo(peer) < 0) {
                    counts.add(distanceBand(here.distanceTo(peer.location())));
                }
            }
        }
        return counts.build();
    }

    /** The number of nodes that store each of these contracts. */
    private Histogram copies(List<WorkloadContract> subjects) {
        HistogramBuilder counts = new HistogramBuilder();
        subjects.forEach(subject -> counts.add(states(subject.contract().id()).size()));
        return counts.build();
    }

    /** The number of these contracts whose replicas differ. */
    private int diverged(List<WorkloadContract> subjects) {
        return (int) subjects.stream()
                .filter(subject -> {
                    Set<State> distinct =
                            new HashSet<>(states(subject.contract().id()));
                    return distinct.size() > 1;
                })
                .count();
    }

    private static long memory(TableSizes tables) {
        return tables.memory().stream().mapToLong(TableSizes.Memory::used).sum();
    }

    /** The table sizes of these nodes, summed up by table. */
    private SortedMap<String, Long> tables(List<Integer> nodes) {
        List<TableSizes> tables = nodes.stream()
                .filter(network::isUp)
                .map(node -> network.client(node).status().tables())
                .toList();
        SortedMap<String, Long> sums = new TreeMap<>();
        addSums(TableSizes.class, tables, sums);
        sums.put("memory", tables.stream().mapToLong(NetworkSnapshot::memory).sum());
        return sums;
    }

    /** Adds the sum over these records of each number, by its name, nested records included. */
    private static void addSums(Class<?> type, List<?> records, SortedMap<String, Long> sums) {
        for (RecordComponent component : type.getRecordComponents()) {
            List<Object> values =
                    records.stream().map(each -> read(component, each)).toList();
            if (component.getType().isRecord()) {
                addSums(component.getType(), values, sums);
            } else if (component.getType().isPrimitive()) {
                sums.put(
                        component.getName(),
                        values.stream()
                                .mapToLong(value -> ((Number) value).longValue())
                                .sum());
            }
        }
    }

    private static Object read(RecordComponent component, Object from) {
        try {
            return component.getAccessor().invoke(from);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("cannot read " + component, failure);
        }
    }

    /** The number of replies that arrived after their request had ended, over all nodes. */
    private long lateReplies() {
        return statuses.stream()
                .mapToLong(status -> status.tables().lateReplies())
                .sum();
    }

    private List<State> states(ContractInstanceId id) {
        return up.stream()
                .flatMap(node -> network.storedContract(node, id).stream())
                .map(stored -> stored.state())
                .toList();
    }

    private static int distanceBand(double distance) {
        return Math.min(MAX_BAND, -1 - Math.getExponent(distance));
    }
}
