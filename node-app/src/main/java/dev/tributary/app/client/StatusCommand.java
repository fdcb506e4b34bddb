package dev.tributary.app.client;

import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.transport.client.remote.NodeClient;
import java.util.Locale;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** Shows a summary of a running node. */
@Command(name = "status", description = "Shows a summary of a running node.")
final class StatusCommand extends ClientCommand {

    StatusCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run(NodeClient node) {
        JsonNode page = NodePages.status(node);
        if (json()) {
            print(page);
            return SUCCESS;
        }
        line("peer id", page.path("peer").asString(""));
        line("address", page.path("address").asString(""));
        line("location", page.path("location").asString(""));
        line(
                "ring",
                page.path("ring").asString("").toLowerCase(Locale.ROOT) + ", "
                        + page.path("neighbours").size() + " neighbours");
        line(
                "stored",
                page.path("store").path("contracts").asString("") + " contracts, "
                        + page.path("store").path("stateBytes").asString("") + " bytes of state");
        JsonNode hosting = page.path("hosting");
        line(
                "hosting",
                hosting.path("bytes").asString("") + " of "
                        + hosting.path("budget").asString("") + " bytes, "
                        + hosting.path("pinned").asString("") + " contracts pinned, "
                        + hosting.path("diverged").asString("") + " diverged");
        line(
                "operations",
                page.path("operations").path("clients").asString("") + " of clients, "
                        + page.path("operations").path("remote").asString("") + " of peers in progress");
        line(
                "loop",
                page.path("loop").path("state").asString("").toLowerCase(Locale.ROOT) + ", "
                        + page.path("loop").path("handled").asString("") + " events");
        for (JsonNode stall : page.path("stalls").path("current")) {
            line(
                    "stalled",
                    stall.path("part").asString("") + ", "
                            + stall.path("verdict").asString("").toLowerCase(Locale.ROOT) + ": "
                            + stall.path("work").asString("") + "; "
                            + stall.path("cause").asString(""));
        }
        JsonNode plan = page.path("memoryPlan");
        line(
                "memory",
                "heap " + size(plan, "heap") + ", of which " + size(plan, "reserve") + " for the node itself and "
                        + size(plan, "transit") + " for what is in transit (" + MemoryPlan.size(inTransit(plan))
                        + " now); direct " + size(plan, "direct"));
        line("version", page.path("version").asString(""));
        out().flush();
        return SUCCESS;
    }

    private static String size(JsonNode plan, String name) {
        return MemoryPlan.size(plan.path(name).asLong(0));
    }

    private static long inTransit(JsonNode plan) {
        long sum = 0;
        for (JsonNode use : plan.path("uses")) {
            sum += use.path("inTransit").asBoolean(false) ? use.path("used").asLong(0) : 0;
        }
        return sum;
    }

    private void line(String name, String value) {
        out().printf("%-10s  %s%n", name, Printable.line(value));
    }
}
