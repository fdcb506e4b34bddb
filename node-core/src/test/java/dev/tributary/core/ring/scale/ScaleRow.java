package dev.tributary.core.ring.scale;

import java.util.List;
import java.util.Locale;

/**
 * What one network with one way of routing did.
 *
 * @param neighbours how many a node has, on average
 * @param eventsPerNode how many exchanges a node had learned from when counting began, on average
 * @param heapPerNode bytes of heap for a node's ring, and what it learned
 */
record ScaleRow(
        int nodes,
        TopologyRule rule,
        double neighbours,
        Weather weather,
        Routing routing,
        double eventsPerNode,
        long heapPerNode,
        Lookups.Tally tally) {

    /** How the next hop is chosen. */
    enum Routing {
        DISTANCE,
        LEARNED
    }

    /** One column: its name, how wide it is on a screen, and how its value is written. */
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

    /** What greedy routing with few neighbours is known to need, up to a factor. */
    static double squaredLogarithm(int nodes) {
        double bits = Math.log(nodes) / Math.log(2);
        return bits * bits;
    }

    private List<String> values() {
        Object[] values = {
            nodes,
            rule,
            neighbours,
            weather.name(),
            routing.name().toLowerCase(Locale.ROOT),
            eventsPerNode,
            tally.hops(50),
            tally.hops(99),
            squaredLogarithm(nodes),
            tally.beyond(10),
            tally.meanMillis(),
            tally.millis(50),
            tally.millis(99),
            tally.success(),
            tally.firstAttempt(),
            heapPerNode
        };
        String[] written = new String[values.length];
        for (int i = 0; i < values.length; i++) {
            written[i] = String.format(Locale.ROOT, COLUMNS.get(i).format(), values[i]);
        }
        return List.of(written);
    }

    private static String pad(String text, int width) {
        return " ".repeat(Math.max(1, width - text.length())) + text;
    }
}
