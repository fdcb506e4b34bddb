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
 * How many hops a lookup needs, how long it takes and how often it succeeds in networks of 100 to 100 000 nodes: by
 * distance alone, and learned, in networks whose nodes are alike and in some where a few are slow or fail. Prints a table
 * and leaves it as {@code routing-scale.csv} with a plot, {@code routing-scale.svg}, in the directory {@code target}.
 *
 * <p>Run it with {@code mvn -q -pl node-core test-compile exec:exec@routing-scale}; it takes ten minutes
 * or more. {@code -Dsizes=100,1000} for other sizes; {@code -Dlessons=3000000} for more lookups to learn from, and fewer
 * than ten for each node to leave the learning out.
 */
public final class RoutingScale {

    private static final int COUNTED = 10_000;
    private static final long SEED = 42;

    /** Lookups a node to learn from: fewer teach nothing, more teach nothing new. */
    private static final long LEAST_PRACTICE = 10;

    private static final long MOST_PRACTICE = 300;

    /** The defaults of a node. */
    private static final TopologyRule USUAL = new TopologyRule(25, 200, Nearest.SPACING);

    private static final TopologyRule SMALL = new TopologyRule(8, 24, Nearest.SPACING);
    private static final TopologyRule USUAL_FIXED = new TopologyRule(25, 200, Nearest.FIXED);

    private final List<ScaleRow> rows = new ArrayList<>();
    private final long lessons;

    private RoutingScale(long lessons) {
        this.lessons = lessons;
    }

    public static void main(String[] args) throws IOException {
        int[] sizes = Arrays.stream(
                        System.getProperty("sizes", "100,1000,10000,100000").split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
        RoutingScale scale = new RoutingScale(Long.getLong("lessons", 1_000_000));
        // Not counted: what is loaded and compiled meanwhile would be taken for the nodes' heap.
        scale.measure(100, row -> {});
        System.out.println(ScaleRow.header());
        for (int nodes : sizes) {
            scale.measure(nodes, scale::report);
        }
        scale.write(Path.of(System.getProperty("output", "target")));
    }

    private void measure(int nodes, Consumer<ScaleRow> reporter) {
        for (TopologyRule rule : List.of(USUAL_FIXED, SMALL, USUAL)) {
            long before = usedHeap();
            Topology topology = Topology.smallWorld(nodes, rule, SEED);
            long heap = (usedHeap() - before) / nodes;
            reporter.accept(measure(topology, rule, Weather.FAIR, Routing.DISTANCE, heap));
            if (rule.equals(USUAL) && practice(nodes) >= LEAST_PRACTICE * nodes) {
                reporter.accept(measure(topology, rule, Weather.FAIR, Routing.LEARNED, heap));
                for (Weather weather : List.of(Weather.SLOW_NODES, Weather.FAILING_NODES)) {
                    reporter.accept(measure(topology, rule, weather, Routing.DISTANCE, heap));
                    reporter.accept(measure(topology, rule, weather, Routing.LEARNED, heap));
                }
            }
        }
    }

    private ScaleRow measure(Topology topology, TopologyRule rule, Weather weather, Routing routing, long heap) {
        long before = usedHeap();
        int nodes = topology.nodes();
        Lookups lookups = routing == Routing.LEARNED
                ? Lookups.learned(topology, weather, SEED)
                : Lookups.byDistance(topology, weather, SEED);
        double events =
                lookups.run(routing == Routing.LEARNED ? practice(nodes) : 0).exchanges() / (double) nodes;
        long learned = (usedHeap() - before) / nodes;
        Lookups.Tally tally = lookups.run(COUNTED);
        return new ScaleRow(nodes, rule, topology.meanNeighbours(), weather, routing, events, heap + learned, tally);
    }

    private int practice(int nodes) {
        return (int) Math.min(lessons, MOST_PRACTICE * nodes);
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
        int fewest = rows.get(0).nodes();
        int most = rows.get(rows.size() - 1).nodes();
        return new HopsPlot(fewest, most)
                .with(line("log2(N)^2", false, USUAL, Routing.DISTANCE, row -> ScaleRow.squaredLogarithm(row.nodes())))
                .with(line("by distance, median", false, USUAL, Routing.DISTANCE, RoutingScale::median))
                .with(line("by distance, p99", true, USUAL, Routing.DISTANCE, RoutingScale::rare))
                .with(line("learned, median", false, USUAL, Routing.LEARNED, RoutingScale::median))
                .with(line("learned, p99", true, USUAL, Routing.LEARNED, RoutingScale::rare))
                .with(line("8..24 neighbours, p99", true, SMALL, Routing.DISTANCE, RoutingScale::rare))
                .with(line("draws from 0.001, p99", true, USUAL_FIXED, Routing.DISTANCE, RoutingScale::rare));
    }

    private Line line(
            String name, boolean dashed, TopologyRule rule, Routing routing, ToDoubleFunction<ScaleRow> hops) {
        List<Point> points = rows.stream()
                .filter(row -> row.rule().equals(rule)
                        && row.routing() == routing
                        && row.weather().equals(Weather.FAIR))
                .map(row -> new Point(row.nodes(), hops.applyAsDouble(row)))
                .toList();
        return new Line(name, dashed, points);
    }

    private static double median(ScaleRow row) {
        return row.tally().hops(50);
    }

    private static double rare(ScaleRow row) {
        return row.tally().hops(99);
    }

    private static long usedHeap() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
