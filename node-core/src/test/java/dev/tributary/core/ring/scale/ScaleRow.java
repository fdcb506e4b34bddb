package dev.tributary.core.ring.scale;

import java.util.List;
import java.util.Locale;

/**
 * The results of one network with one way of routing.
 *
 * @param neighbours mean number of neighbours of a node
 * @param eventsPerNode mean number of training exchanges of a node before the measurement
 * @param heapPerNode heap of a node's ring and routing history, in bytes
 */
record ScaleRow(
        int nodes,
        TopologyRule rule,
        double neighbours,
        NodeFaults faults,
        Routing routing,
        double eventsPerNode,
        long heapPerNode,
        Lookups.Statistics statistics) {

    /** How the next hop is chosen. */
    enum Routing {
        DISTANCE,
        LEARNED
    }

    /** One column: its name, its width on the screen, and the format of its values. */
    private record Column(String name, int width, String format) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("nodes", 7, "%d"),
            new Column("neighbours", 24, "%s"),
            new Column("mean", 6, "%.1f"),
            new Column("network", 12, "%s"),
            new Column("routing", 9, "%s"),
            new Column("events/node", 12, "%.0f"),
            new Column("hops p50", 9, "%d"),
            new Column("hops p99", 9, "%d"),
            new Column("log2(N)^2", 10, "%.0f"),
            new Column("beyond 10", 10, "%.4f"),
            new Column("ms mean", 9, "%.0f"),
            new Column("ms p50", 8, "%.0f"),
            new Column("ms p99", 8, "%.0f"),
            new Column("success", 8, "%.4f"),
            new Column("at first", 9, "%.4f"),
            new Column("heap/node", 10, "%d"));

    static String header() {
        StringBuilder line = new StringBuilder();
        COLUMNS.forEach(column -> line.append(pad(column.name(), column.width())));
        return line.toString();
    }

    String line() {
        StringBuilder line = new StringBuilder();
        List<String> values = values();
        for (int i = 0; i < values.size(); i++) {
            line.append(pad(values.get(i), COLUMNS.get(i).width()));
        }
        return line.toString();
    }

    static String csvHeader() {
        return String.join(",", COLUMNS.stream().map(Column::name).toList());
    }

    String csv() {
        return String.join(",", values());
    }

    /** Returns the known bound of greedy routing with few neighbours, up to a constant factor. */
    static double squaredLogarithm(int nodes) {
        double bits = Math.log(nodes) / Math.log(2);
        return bits * bits;
    }

    private List<String> values() {
        Object[] values = {
            nodes,
            rule,
            neighbours,
            faults.name(),
            routing.name().toLowerCase(Locale.ROOT),
            eventsPerNode,
            statistics.hops(50),
            statistics.hops(99),
            squaredLogarithm(nodes),
            statistics.fractionAbove(10),
            statistics.meanMillis(),
            statistics.millis(50),
            statistics.millis(99),
            statistics.success(),
            statistics.firstAttempt(),
            heapPerNode
        };
        String[] formatted = new String[values.length];
        for (int i = 0; i < values.length; i++) {
            formatted[i] = String.format(Locale.ROOT, COLUMNS.get(i).format(), values[i]);
        }
        return List.of(formatted);
    }

    private static String pad(String text, int width) {
        return " ".repeat(Math.max(1, width - text.length())) + text;
    }
}
