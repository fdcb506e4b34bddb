package dev.tributary.transport.client;

import dev.tributary.core.Node;
import dev.tributary.core.loop.record.HandledEvent;
import dev.tributary.core.loop.record.KindSummary;
import dev.tributary.core.loop.record.LoopRecord;
import dev.tributary.core.loop.record.RecordLines;
import dev.tributary.core.loop.record.TimeHistogram;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import dev.tributary.transport.client.http.JsonObject;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * What the loop has handled, as JSON: with the query {@code last=MILLISECONDS} the events of that time, without one all
 * that are kept, and in any case the times by kind since the start. Scripts in a browser are refused, since the page
 * tells what this node's clients did.
 */
final class LoopPage implements HttpPage {

    static final String PATH = "/loop";

    private static final String LAST = "last=";

    /** Maximum number of digits of the milliseconds. */
    private static final int MAX_DIGITS = 9;

    private final Node node;

    LoopPage(Node node) {
        this.node = node;
    }

    @Override
    public Mono<HttpReply> handle(HttpQuery request) {
        return Mono.fromCallable(() -> reply(request).withHeader("Cache-Control", "no-store"));
    }

    private HttpReply reply(HttpQuery request) {
        if (request.isFromBrowser()) {
            return HttpReply.text(403, "this page is for commands, not for web pages");
        }
        String query = request.query();
        if (query.isEmpty()) {
            return HttpReply.json(200, json(node.loopRecord(Duration.ofNanos(Long.MAX_VALUE))));
        }
        String millis = query.startsWith(LAST) ? query.substring(LAST.length()) : "";
        if (!millis.matches("[0-9]{1," + MAX_DIGITS + "}")) {
            return HttpReply.text(400, "the query must be last=MILLISECONDS, at most " + MAX_DIGITS + " digits");
        }
        return HttpReply.json(200, json(node.loopRecord(Duration.ofMillis(Long.parseLong(millis)))));
    }

    /** The latest events of a copy. */
    static JsonObject latest(LoopRecord copy) {
        List<HandledEvent> events = copy.events();
        return new JsonObject()
                .put("taken", copy.taken())
                .put(
                        "events",
                        events.subList(Math.max(0, events.size() - RecordLines.MAX_EVENTS), events.size()).stream()
                                .map(LoopPage::event)
                                .toList());
    }

    private static String json(LoopRecord copy) {
        return new JsonObject()
                .put("taken", copy.taken())
                .put("capacity", copy.capacity())
                .put("recorded", copy.recorded())
                .put("events", copy.events().stream().map(LoopPage::event).toList())
                .put("kinds", copy.kinds().stream().map(LoopPage::kind).toList())
                .toString();
    }

    private static JsonObject event(HandledEvent event) {
        return new JsonObject()
                .put("ageNanos", event.age().toNanos())
                .put("source", event.source())
                .put("kind", event.kind())
                .put("peer", event.peer())
                .put("transaction", event.transaction())
                .put("waitingNanos", event.waiting().toNanos())
                .put("handlingNanos", event.handling().toNanos());
    }

    private static JsonObject kind(KindSummary kind) {
        return new JsonObject()
                .put("source", kind.source())
                .put("kind", kind.kind())
                .put("waiting", times(kind.waiting()))
                .put("handling", times(kind.handling()));
    }

    /** Each bucket is a pair: the largest time in it, and how often a time was in it. */
    private static JsonObject times(TimeHistogram times) {
        return new JsonObject()
                .put("maxNanos", times.maxNanos())
                .put(
                        "buckets",
                        times.counts().entrySet().stream()
                                .map(bucket -> List.of(bucket.getKey(), bucket.getValue()))
                                .toList());
    }
}
