package dev.tributary.core.simulation.report;

import dev.tributary.core.simulation.report.SimulationReport.Outcomes;
import dev.tributary.core.simulation.report.SimulationReport.UpdateDelivery;
import java.util.LinkedHashMap;
import java.util.Map;

/** A report as JSON: flat, with the keys in a fixed order. */
final class ReportJson {

    private ReportJson() {}

    static String of(SimulationReport report) {
        MessageCount traffic = report.traffic();
        long requested = report.outcomes().requested();
        SimulationReport.Operations operations = report.operations();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("seed", report.run().seed());
        json.put("nodes", report.nodes().total());
        json.put("gateways", report.nodes().gateways());
        json.put("nodesUp", report.nodes().up());
        json.put("operations", json(report.outcomes()));
        json.put("puts", json(operations.puts()));
        json.put("gets", json(operations.gets()));
        report.updateDelivery().ifPresent(delivery -> {
            json.put("updates", json(operations.updates()));
            json.put("subscriptions", json(operations.subscriptions()));
            json.put("updateDelivery", json(delivery));
        });
        json.put("stale", operations.stale());
        json.put("reasons", operations.reasons());
        json.put("putHops", json(operations.putHops()));
        json.put("getHops", json(operations.getHops()));
        json.put("messages", messages(report.messages()));
        json.put("messagesPerOperation", (double) traffic.messages() / requested);
        json.put("bytesPerOperation", (double) traffic.bytes() / requested);
        json.put("copies", json(report.replicas().copies()));
        json.put("diverged", report.replicas().diverged());
        json.put("neighbours", json(report.topology().neighbours()));
        json.put("distances", json(report.topology().distances()));
        json.put("tables", report.leftovers().tables());
        json.put("neverIdle", report.leftovers().neverIdle());
        json.put("lateReplies", report.leftovers().lateReplies());
        json.put("crashes", report.nodes().crashes());
        json.put("restarts", report.nodes().restarts());
        json.put("events", report.run().events());
        json.put("fingerprint", report.run().fingerprint());
        json.put("virtualMillis", report.run().virtualTime().toMillis());
        return Json.write(json);
    }

    private static Map<String, Object> json(Outcomes outcomes) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("requested", outcomes.requested());
        json.put("success", outcomes.success());
        json.put("notFound", outcomes.notFound());
        json.put("refused", outcomes.refused());
        json.put("deadline", outcomes.deadline());
        json.put("nodeCrashed", outcomes.nodeCrashed());
        json.put("noOutcome", outcomes.noOutcome());
        return json;
    }

    private static Map<String, Object> json(UpdateDelivery delivery) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("contracts", delivery.contracts());
        json.put("outOfSync", delivery.outOfSync());
        json.put("lost", delivery.lost());
        json.put("subscribers", delivery.subscribers());
        json.put("staleSubscribers", delivery.staleSubscribers());
        json.put("statesDelivered", delivery.statesDelivered());
        json.put("settlingMillis", delivery.settlingTime().toMillis());
        return json;
    }

    private static Map<String, Object> json(Histogram histogram) {
        Map<String, Object> counts = new LinkedHashMap<>();
        histogram.counts().forEach((number, count) -> counts.put(Integer.toString(number), count));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("min", histogram.min());
        json.put("median", histogram.median());
        json.put("mean", histogram.mean());
        json.put("p99", histogram.percentile(99));
        json.put("max", histogram.max());
        json.put("histogram", counts);
        return json;
    }

    private static Map<String, Object> messages(Map<String, MessageCount> messages) {
        Map<String, Object> json = new LinkedHashMap<>();
        messages.forEach((kind, count) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("messages", count.messages());
            one.put("bytes", count.bytes());
            json.put(kind, one);
        });
        return json;
    }
}
