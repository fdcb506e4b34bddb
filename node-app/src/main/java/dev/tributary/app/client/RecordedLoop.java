package dev.tributary.app.client;

import dev.tributary.core.loop.record.KindSummary;
import dev.tributary.core.loop.record.TimeHistogram;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What the loop of a running node has handled, as its page tells.
 *
 * @param taken when the node wrote the page
 * @param capacity maximum number of events that the node keeps
 * @param recorded number of events since the start of the node
 * @param events the latest events, oldest first
 * @param kinds the times of all events since the start of the node
 */
record RecordedLoop(Instant taken, int capacity, long recorded, List<Event> events, List<KindSummary> kinds) {

    /** An event; times in nanoseconds, texts empty if there are none. */
    record Event(long age, String source, String kind, String peer, String transaction, long waiting, long handling) {}

    /** @throws UnexpectedPageException if the page is not that of a node */
    static RecordedLoop parse(JsonNode page) {
        try {
            return new RecordedLoop(
                    Instant.parse(page.path("taken").asString("")),
                    page.path("capacity").asInt(0),
                    page.path("recorded").asLong(0),
                    page.path("events").valueStream().map(RecordedLoop::event).toList(),
                    page.path("kinds").valueStream().map(RecordedLoop::kind).toList());
        } catch (DateTimeParseException malformed) {
            throw new UnexpectedPageException(NodePages.LOOP, malformed);
        }
    }

    /** Whether the node has overwritten events that were handled within this time. */
    boolean isCutWithin(Duration last) {
        return recorded > capacity
                && events.size() >= capacity - 1
                && events.get(0).age() < last.toNanos();
    }

    private static Event event(JsonNode event) {
        return new Event(
                event.path("ageNanos").asLong(0),
                event.path("source").asString(""),
                event.path("kind").asString(""),
                event.path("peer").asString(""),
                event.path("transaction").asString(""),
                event.path("waitingNanos").asLong(0),
                event.path("handlingNanos").asLong(0));
    }

    private static KindSummary kind(JsonNode kind) {
        return new KindSummary(
                kind.path("source").asString(""),
                kind.path("kind").asString(""),
                times(kind.path("waiting")),
                times(kind.path("handling")));
    }

    private static TimeHistogram times(JsonNode times) {
        SortedMap<Long, Long> counts = new TreeMap<>();
        for (JsonNode bucket : times.path("buckets")) {
            counts.put(bucket.path(0).asLong(0), bucket.path(1).asLong(0));
        }
        return new TimeHistogram(counts, times.path("maxNanos").asLong(0));
    }
}
