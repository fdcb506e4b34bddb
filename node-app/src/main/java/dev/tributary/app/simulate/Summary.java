package dev.tributary.app.simulate;

import dev.tributary.core.simulation.report.Histogram;
import dev.tributary.core.simulation.report.SimulationReport;
import dev.tributary.core.simulation.report.SimulationReport.Outcomes;
import dev.tributary.core.simulation.report.SimulationReport.UpdateDelivery;
import java.io.PrintWriter;
import java.util.Locale;

/** Prints a report as a human-readable table. */
public final class Summary {

    private Summary() {}

    /** Prints the table. */
    public static void print(SimulationReport report, PrintWriter out) {
        line(out, "", "requested", "success", "not found", "refused", "deadline", "node lost", "no outcome");
        outcomes(out, "PUT", report.operations().puts());
        outcomes(out, "GET", report.operations().gets());
        report.updateDelivery().ifPresent(delivery -> {
            outcomes(out, "UPDATE", report.operations().updates());
            outcomes(out, "SUBSCRIBE", report.operations().subscriptions());
        });
        out.println();
        line(out, "", "median", "p99", "max", "mean");
        histogram(out, "PUT hops", report.operations().putHops());
        histogram(out, "GET hops", report.operations().getHops());
        histogram(out, "replicas/contract", report.replicas().copies());
        histogram(out, "neighbours/node", report.topology().neighbours());
        out.println();
        double requested = report.outcomes().requested();
        out.printf(
                Locale.ROOT,
                "%.1f messages and %.0f bytes per operation; %d stale; %d contracts diverged; %d of %d nodes up;"
                        + " %d crashes; %d nodes that were never idle%n",
                report.traffic().messages() / requested,
                report.traffic().bytes() / requested,
                report.operations().stale(),
                report.replicas().diverged(),
                report.nodes().up(),
                report.nodes().total(),
                report.nodes().crashes(),
                report.leftovers().neverIdle());
        report.updateDelivery().ifPresent(delivery -> print(delivery, out));
        report.operations().reasons().forEach((reason, count) -> out.printf("  %d operations: %s%n", count, reason));
        out.printf(
                "%d events in %.1f s of virtual time, fingerprint %s%n",
                report.run().events(),
                report.run().virtualTime().toMillis() / 1000.0,
                report.run().fingerprint());
        out.flush();
    }

    private static void print(UpdateDelivery delivery, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%d contracts updated or subscribed to: %d out of sync and %d updates lost, %.1f s after the last"
                        + " operation; %d subscribers, %d of them stale; %d states delivered%n",
                delivery.contracts(),
                delivery.outOfSync(),
                delivery.lost(),
                delivery.settlingTime().toMillis() / 1000.0,
                delivery.subscribers(),
                delivery.staleSubscribers(),
                delivery.statesDelivered());
    }

    private static void outcomes(PrintWriter out, String name, Outcomes counts) {
        line(
                out,
                name,
                counts.requested(),
                counts.success(),
                counts.notFound(),
                counts.refused(),
                counts.deadline(),
                counts.nodeCrashed(),
                counts.noOutcome());
    }

    private static void histogram(PrintWriter out, String name, Histogram samples) {
        String mean = String.format(Locale.ROOT, "%.2f", samples.mean());
        line(out, name, samples.median(), samples.percentile(99), samples.max(), mean);
    }

    private static void line(PrintWriter out, String name, Object... columns) {
        StringBuilder line = new StringBuilder(String.format("%-20s", name));
        for (Object column : columns) {
            line.append(String.format("%12s", column));
        }
        out.println(line.toString().stripTrailing());
    }
}
