package dev.tributary.core.loop.record;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a record of the loop in a bounded number of lines, for one entry of the log. */
public final class RecordLines {

    /** Maximum number of events that are written, the latest ones. */
    public static final int MAX_EVENTS = 20;

    /** Maximum number of kinds that are written, the most frequent ones. */
    private static final int MAX_KINDS = 12;

    private static final int MAX_SENDERS = 5;

    private RecordLines() {}

    /** At most 38 lines, each {@code key=value ...} and a line break: the latest events, oldest first, the kinds, and who sent most. */
    public static String of(LoopRecord copy) {
        List<String> lines = new ArrayList<>();
        List<HandledEvent> events = copy.events();
        events.stream()
                .skip(Math.max(0, events.size() - MAX_EVENTS))
                .map(RecordLines::line)
                .forEach(lines::add);
        copy.kinds().stream()
                .sorted(Comparator.comparingLong(KindSummary::count).reversed())
                .limit(MAX_KINDS)
                .map(RecordLines::line)
                .forEach(lines::add);
        copy.topSenders(MAX_SENDERS)
                .forEach(sender -> lines.add("sender=" + sender.peer() + " events=" + sender.events()));
        return lines.stream()
                .map(line -> System.lineSeparator() + "    " + line)
                .collect(Collectors.joining());
    }

    private static String line(HandledEvent event) {
        return "age-us=" + micros(event.age())
                + " source=" + event.source()
                + " kind=" + event.kind()
                + (event.peer() == null ? "" : " peer=" + event.peer())
                + (event.transaction() == null ? "" : " tx=" + event.transaction())
                + " waiting-us=" + micros(event.waiting())
                + " handling-us=" + micros(event.handling());
    }

    private static String line(KindSummary kind) {
        return "source=" + kind.source()
                + " kind=" + kind.kind()
                + " events=" + kind.count()
                + " waiting-p50-us=" + kind.waiting().percentile(0.5) / 1000
                + " waiting-p99-us=" + kind.waiting().percentile(0.99) / 1000
                + " waiting-max-us=" + kind.waiting().maxNanos() / 1000
                + " handling-p50-us=" + kind.handling().percentile(0.5) / 1000
                + " handling-p99-us=" + kind.handling().percentile(0.99) / 1000
                + " handling-max-us=" + kind.handling().maxNanos() / 1000;
    }

    private static long micros(Duration time) {
        return time.toNanos() / 1000;
    }
}
