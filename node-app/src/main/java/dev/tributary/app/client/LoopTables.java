package dev.tributary.app.client;

import dev.tributary.core.loop.record.KindSummary;
import dev.tributary.core.loop.record.TimeHistogram;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Shows what the loop of a node has handled as tables. */
final class LoopTables {

    /** Name of the row that stands for all kinds of a source. */
    private static final String ALL = "all";

    private static final String NONE = "-";
    private static final int MAX_SENDERS = 5;

    /** Number of characters that tell a peer apart, as in the log. */
    private static final int BRIEF = 8;

    /** Upper limits of the columns of a histogram, in nanoseconds. */
    private static final List<Long> LIMITS = List.of(10_000L, 100_000L, 1_000_000L, 10_000_000L, 100_000_000L);

    private LoopTables() {}

    static List<String> events(List<RecordedLoop.Event> events) {
        TextTable table = new TextTable(5, "age", "source", "kind", "peer", "transaction", "waiting", "handling");
        events.forEach(event -> table.add(
                time(event.age()),
                event.source(),
                event.kind(),
                brief(event.peer()),
                event.transaction().isEmpty() ? NONE : event.transaction(),
                time(event.waiting()),
                time(event.handling())));
        return table.lines();
    }

    /** The times of these kinds, source by source. */
    static List<String> times(List<KindSummary> kinds, Duration elapsed) {
        TextTable table = new TextTable(
                2, "source", "kind", "events", "events/s", "waiting p50", "p99", "max", "handling p50", "p99", "max");
        bySource(kinds).forEach((source, ofSource) -> {
            add(table, sum(source, ofSource), elapsed);
            ofSource.stream()
                    .sorted(Comparator.comparingLong(KindSummary::count).reversed())
                    .forEach(kind -> add(table, kind, elapsed));
        });
        return table.lines();
    }

    /** How many events of each source waited how long, and how many took how long. */
    static List<String> histograms(List<KindSummary> kinds) {
        TextTable table =
                new TextTable(2, "source", "time", "<= 10 us", "<= 100 us", "<= 1 ms", "<= 10 ms", "<= 100 ms", "more");
        bySource(kinds).forEach((source, ofSource) -> {
            KindSummary all = sum(source, ofSource);
            table.add(cells(source, "waiting", all.waiting()));
            table.add(cells(source, "handling", all.handling()));
        });
        return table.lines();
    }

    /** The peers that sent most of these events; no line if none came from a peer. */
    static List<String> senders(List<RecordedLoop.Event> events) {
        Map<String, Long> counts = events.stream()
                .map(RecordedLoop.Event::peer)
                .filter(peer -> !peer.isEmpty())
                .collect(Collectors.groupingBy(peer -> peer, TreeMap::new, Collectors.counting()));
        if (counts.isEmpty()) {
            return List.of();
        }
        TextTable table = new TextTable(1, "who sends most", "events");
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(MAX_SENDERS)
                .forEach(sender -> table.add(sender.getKey(), sender.getValue().toString()));
        return table.lines();
    }

    /** The times of these events by kind. */
    static List<KindSummary> kindsOf(List<RecordedLoop.Event> events) {
        return events.stream()
                .collect(Collectors.groupingBy(event -> List.of(event.source(), event.kind())))
                .entrySet()
                .stream()
                .map(group -> new KindSummary(
                        group.getKey().get(0),
                        group.getKey().get(1),
                        TimeHistogram.of(group.getValue().stream().map(RecordedLoop.Event::waiting)),
                        TimeHistogram.of(group.getValue().stream().map(RecordedLoop.Event::handling))))
                .toList();
    }

    private static Map<String, List<KindSummary>> bySource(List<KindSummary> kinds) {
        return kinds.stream().collect(Collectors.groupingBy(KindSummary::source, TreeMap::new, Collectors.toList()));
    }

    private static KindSummary sum(String source, List<KindSummary> kinds) {
        return new KindSummary(
                source,
                ALL,
                kinds.stream().map(KindSummary::waiting).reduce(TimeHistogram.empty(), TimeHistogram::plus),
                kinds.stream().map(KindSummary::handling).reduce(TimeHistogram.empty(), TimeHistogram::plus));
    }

    private static void add(TextTable table, KindSummary kind, Duration elapsed) {
        table.add(
                kind.source(),
                kind.kind(),
                Long.toString(kind.count()),
                String.format(Locale.ROOT, "%.1f", kind.count() * 1e9 / Math.max(1, elapsed.toNanos())),
                time(kind.waiting().percentile(0.5)),
                time(kind.waiting().percentile(0.99)),
                time(kind.waiting().maxNanos()),
                time(kind.handling().percentile(0.5)),
                time(kind.handling().percentile(0.99)),
                time(kind.handling().maxNanos()));
    }

    private static String[] cells(String source, String name, TimeHistogram times) {
        String[] cells = new String[LIMITS.size() + 3];
        cells[0] = source;
        cells[1] = name;
        long before = 0;
        for (int i = 0; i < LIMITS.size(); i++) {
            long upTo = times.countUpTo(LIMITS.get(i));
            cells[i + 2] = Long.toString(upTo - before);
            before = upTo;
        }
        cells[LIMITS.size() + 2] = Long.toString(times.count() - before);
        return cells;
    }

    private static String brief(String peer) {
        return peer.isEmpty() ? NONE : peer.substring(0, Math.min(BRIEF, peer.length()));
    }

    static String time(long nanos) {
        if (nanos < 1_000) {
            return nanos + " ns";
        }
        if (nanos < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f us", nanos / 1e3);
        }
        return nanos < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f ms", nanos / 1e6)
                : String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
