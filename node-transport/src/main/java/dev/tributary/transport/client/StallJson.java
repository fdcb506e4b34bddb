package dev.tributary.transport.client;

import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.core.value.NodeEvent.PartStalled.Verdict;
import dev.tributary.core.watchdog.StallStatus;
import dev.tributary.transport.client.http.JsonObject;
import java.util.List;

/** What the watchdog has found, for the pages of the node. */
final class StallJson {

    private StallJson() {}

    /** The counters, and the stalls that have not ended with stack and cause. */
    static JsonObject full(StallStatus stalls) {
        JsonObject counts = new JsonObject();
        for (Verdict verdict : Verdict.values()) {
            counts.put(verdict.label(), stalls.count(verdict));
        }
        return new JsonObject()
                .put("lostWakeUps", stalls.lostWakeUps())
                .put("counts", counts)
                .put(
                        "current",
                        stalls.current().stream().map(StallJson::withStack).toList());
    }

    /** The stalls that have not ended, without what is for the operator only. */
    static List<JsonObject> brief(StallStatus stalls) {
        return stalls.current().stream().map(StallJson::brief).toList();
    }

    private static JsonObject brief(PartStalled stall) {
        return new JsonObject().put("part", stall.part()).put("verdict", stall.verdict());
    }

    private static JsonObject withStack(PartStalled stall) {
        return brief(stall)
                .put("work", stall.work())
                .put("waiting", stall.waiting())
                .put("cause", stall.cause())
                .put("stack", String.join(" < ", stall.stack()));
    }
}
