package dev.tributary.app.client;

import dev.tributary.app.config.Quantity;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.core.loop.record.KindSummary;
import dev.tributary.core.loop.record.TimeHistogram;
import dev.tributary.transport.client.remote.NodeClient;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Shows what the event loop of a running node has handled. */
@Command(
        name = "loop",
        description = {
            "Shows what the event loop of a running node has handled lately: each event with the time that it waited and"
                    + " the time that its handler took, then both source by source, and which peers sent most.",
            "With --follow it shows the times of each second, source by source, until it is interrupted."
        })
final class LoopCommand extends ClientCommand {

    private static final Duration MAX_LAST = Duration.ofHours(24);
    private static final Duration REFRESH = Duration.ofSeconds(1);

    /** Moves the cursor of a terminal to its first line, and clears what follows. */
    private static final String CLEAR = "\u001b[H\u001b[J";

    @Option(
            names = "--last",
            paramLabel = "TIME",
            description = "events of this time before now, at most 24 h (default: 5 s)")
    private @Nullable String last;

    @Option(names = "--follow", description = "show the times of each second until interrupted")
    private boolean follow;

    @Option(names = "--count", paramLabel = "N", description = "with --follow: stop after N seconds (default: never)")
    private long count = Long.MAX_VALUE;

    LoopCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run(NodeClient node) {
        if (count < 1) {
            throw wrongUsage("--count = '" + count + "': must be 1 or more");
        }
        if (follow) {
            if (last != null) {
                throw wrongUsage("--last and --follow exclude each other");
            }
            follow(node);
        } else {
            showLast(node, parseLast(last == null ? "5 s" : last));
        }
        return SUCCESS;
    }

    private Duration parseLast(String text) {
        try {
            Duration given = Quantity.duration(text);
            if (given.isZero() || given.compareTo(MAX_LAST) > 0) {
                throw new IllegalArgumentException("must be more than zero and at most 24 h");
            }
            return given;
        } catch (IllegalArgumentException invalid) {
            throw wrongUsage("--last = '" + text + "': " + invalid.getMessage());
        }
    }

    private void showLast(NodeClient node, Duration time) {
        JsonNode page = NodePages.loop(node, time);
        if (json()) {
            print(page);
            return;
        }
        RecordedLoop loop = RecordedLoop.parse(page);
        printLines(LoopTables.events(loop.events()));
        printLines(List.of(""));
        printLines(LoopTables.times(LoopTables.kindsOf(loop.events()), time));
        printSenders(loop);
        if (loop.isCutWithin(time)) {
            printLines(List.of("the node keeps " + loop.capacity() + " events; the oldest is "
                    + LoopTables.time(loop.events().get(0).age()) + " old"));
        }
    }

    private void follow(NodeClient node) {
        RecordedLoop before = RecordedLoop.parse(NodePages.loop(node, REFRESH));
        // Stops when standard output is closed, such as the end of a pipe.
        for (long shown = 0; shown < count && !out().checkError(); shown++) {
            Mono.delay(REFRESH).block();
            JsonNode page = NodePages.loop(node, REFRESH);
            RecordedLoop now = RecordedLoop.parse(page);
            if (json()) {
                print(out(), page, false);
            } else {
                showSecond(before, now);
            }
            before = now;
        }
    }

    private void showSecond(RecordedLoop before, RecordedLoop now) {
        Duration elapsed = Duration.between(before.taken(), now.taken());
        List<KindSummary> kinds = since(before.kinds(), now.kinds());
        if (streams().terminal()) {
            out().print(CLEAR);
        }
        printLines(List.of(now.taken() + "  " + (now.recorded() - before.recorded()) + " events in "
                + LoopTables.time(elapsed.toNanos())));
        if (!kinds.isEmpty()) {
            printLines(LoopTables.times(kinds, elapsed));
            printLines(List.of(""));
            printLines(LoopTables.histograms(kinds));
        }
        printSenders(now);
        printLines(List.of(""));
    }

    /** The kinds that had events since then, with their times of these events only. */
    private static List<KindSummary> since(List<KindSummary> before, List<KindSummary> now) {
        return now.stream()
                .map(kind -> before.stream()
                        .filter(each -> each.source().equals(kind.source())
                                && each.kind().equals(kind.kind()))
                        .findFirst()
                        .map(each -> since(each, kind))
                        .orElse(kind))
                .filter(kind -> kind.count() > 0)
                .toList();
    }

    private static KindSummary since(KindSummary before, KindSummary now) {
        TimeHistogram waiting = now.waiting().since(before.waiting());
        return new KindSummary(now.source(), now.kind(), waiting, now.handling().since(before.handling()));
    }

    private void printSenders(RecordedLoop loop) {
        List<String> senders = LoopTables.senders(loop.events());
        if (!senders.isEmpty()) {
            printLines(List.of(""));
            printLines(senders);
        }
    }

    private void printLines(List<String> lines) {
        clearProgress();
        lines.forEach(out()::println);
        out().flush();
    }
}
