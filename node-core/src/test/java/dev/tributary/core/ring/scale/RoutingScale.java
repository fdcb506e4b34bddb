package dev.tributary.core.ring.scale;

import dev.tributary.core.ring.scale.HopsPlot.Line;
import dev.tributary.core.ring.scale.HopsPlot.Point;
import dev.tributary.core.ring.scale.ScaleRow.Routing;
import dev.tributary.core.ring.scale.TopologyRule.Nearest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Measures hops, latency and success rate of lookups in networks of 100 to 100 000 nodes: by distance only and with
 * trained models, with equal nodes and with some slow or failing nodes. Prints a table and writes it as
 * {@code routing-scale.csv} with a plot, {@code routing-scale.svg}, to the directory {@code target}.
 *
 * <p>Run it with {@code mvn -q -pl node-core test-compile exec:exec@routing-scale}; it takes ten minutes or more.
 * {@code -Dsizes=100,1000} for other sizes; {@code -Dlessons=3000000} for more lookups to learn from, and fewer than
 * ten for each node to leave the learning out.
 */
public final class RoutingScale {

    private static final int MEASURED = 10_000;
    private static final long SEED = 42;

    /** Minimum and maximum number of training lookups per node: fewer have no effect, more have no further effect. */
    private static final long MIN_TRAINING = 10;

    private static final long MAX_TRAINING = 300;

    /** The defaults of a node. */
    private static final TopologyRule DEFAULT = new TopologyRule(25, 200, Nearest.SPACING);

    private static final TopologyRule SMALL = new TopologyRule(8, 24, Nearest.SPACING);
    private static final TopologyRule DEFAULT_FIXED = new TopologyRule(25, 200, Nearest.FIXED);

    private final List<ScaleRow> rows = new ArrayList<>();
    private final long maxLookups;

    private RoutingScale(long maxLookups) {
        this.maxLookups = maxLookups;
    }

    public static void main(String[] args) throws IOException {
        int[] sizes = Arrays.stream(
                        System.getProperty("sizes", "100,1000,10000,100000").split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
        RoutingScale scale = new RoutingScale(Long.getLong("lessons", 1_000_000));
        // Warm-up: class loading and compilation would otherwise be counted as heap of the nodes.
        scale.measure(100, row -> {});
        System.out.println(ScaleRow.header());
        for (int nodes : sizes) {
            scale.measure(nodes, scale::report);
        }
        scale.write(Path.of(System.getProperty("output", "target")));
    }

    private void measure(int nodes, Consumer<ScaleRow> reporter) {
        for (TopologyRule rule : List.of(DEFAULT_FIXED, SMALL, DEFAULT)) {
            long before = usedHeap();
            Topology topology = Topology.smallWorld(nodes, rule, SEED);
            long heap = (usedHeap() - before) / nodes;
            reporter.accept(measure(topology, rule, NodeFaults.NONE, Routing.DISTANCE, heap));
            if (rule.equals(DEFAULT) && training(nodes) >= MIN_TRAINING * nodes) {
                reporter.accept(measure(topology, rule, NodeFaults.NONE, Routing.LEARNED, heap));
                for (NodeFaults weather : List.of(NodeFaults.SLOW_NODES, NodeFaults.FAILING_NODES)) {
                    reporter.accept(measure(topology, rule, weather, Routing.DISTANCE, heap));
                    reporter.accept(measure(topology, rule, weather, Routing.LEARNED, heap));
                }
            }
        }
    }

    private ScaleRow measure(Topology topology, TopologyRule rule, NodeFaults weather, Routing routing, long heap) {
        long before = usedHeap();
        int nodes = topology.nodes();
        Lookups lookups = routing == Routing.LEARNED
                ? Lookups.learned(topology, weather, SEED)
                : Lookups.byDistance(topology, weather, SEED);
        double events =
                lookups.run(routing == Routing.LEARNED ? training(nodes) : 0).exchanges() / (double) nodes;
        long modelHeap = (usedHeap() - before) / nodes;
        Lookups.Statistics tally = lookups.run(MEASURED);
        return new ScaleRow(nodes, rule, topology.meanNeighbours(), weather, routing, events, heap + modelHeap, tally);
    }

    private int training(int nodes) {
        return (int) Math.min(maxLookups, MAX_TRAINING * nodes);
    }

    private void report(ScaleRow row) {
        rows.add(row);
        System.out.println(row.line());
    }

    private void write(Path directory) throws IOException {
        List<String> csv = new ArrayList<>(List.of(ScaleRow.csvHeader()));
        rows.forEach(row -> csv.add(row.csv()));
        Files.createDirectories(directory);
        Files.write(directory.resolve("routing-scale.csv"), csv);
        Files.writeString(directory.resolve("routing-scale.svg"), plot().svg());
        System.out.println("see routing-scale.csv and routing-scale.svg in " + directory);
    }

    private HopsPlot plot() {
        int minNodes = rows.get(0).nodes();
        int maxNodes = rows.get(rows.size() - 1).nodes();
        return new HopsPlot(minNodes, maxNodes)
                .with(line(
                        "log2(N)^2", false, DEFAULT, Routing.DISTANCE, row -> ScaleRow.squaredLogarithm(row.nodes())))
                .with(line("by distance, median", false, DEFAULT, Routing.DISTANCE, RoutingScale::median))
                .with(line("by distance, p99", true, DEFAULT, Routing.DISTANCE, RoutingScale::percentile99))
                .with(line("learned, median", false, DEFAULT, Routing.LEARNED, RoutingScale::median))
                .with(line("learned, p99", true, DEFAULT, Routing.LEARNED, RoutingScale::percentile99))
                .with(line("8..24 neighbours, p99", true, SMALL, Routing.DISTANCE, RoutingScale::percentile99))
                .with(line("draws from 0.001, p99", true, DEFAULT_FIXED, Routing.DISTANCE, RoutingScale::percentile99));
    }

    private Line line(
            String name, boolean dashed, TopologyRule rule, Routing routing, ToDoubleFunction<ScaleRow> hops) {
        List<Point> points = rows.stream()
                .filter(row -> row.rule().equals(rule)
                        && row.routing() == routing
                        && row.faults().equals(NodeFaults.NONE))
                .map(row -> new Point(row.nodes(), hops.applyAsDouble(row)))
                .toList();
        return new Line(name, dashed, points);
    }

    private static double median(ScaleRow row) {
        return row.statistics().hops(50);
    }

    private static double percentile99(ScaleRow row) {
        return row.statistics().hops(99);
    }

    private static long usedHeap() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
