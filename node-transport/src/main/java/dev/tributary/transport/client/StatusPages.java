package dev.tributary.transport.client;

import dev.tributary.core.Node;
import dev.tributary.core.NodeStatus;
import dev.tributary.core.contract.OverdueCall;
import dev.tributary.core.engine.Liveness;
import dev.tributary.core.engine.TableSizes;
import dev.tributary.core.hosting.HostingStatus;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.loop.LoopSnapshot;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpReply;
import dev.tributary.transport.client.http.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Status and health pages of the node, for people and probes. */
final class StatusPages {

    private final Node node;
    private final ApiServerConfig config;

    StatusPages(Node node, ApiServerConfig config) {
        this.node = node;
        this.config = config;
    }

    Map<String, HttpPage> byPath() {
        HttpPage alive = request -> Mono.just(HttpReply.empty(200));
        return Map.of(
                "/v1",
                alive,
                "/v2",
                alive,
                "/v1/version",
                request -> Mono.just(HttpReply.json(200, version())),
                "/status",
                request -> Mono.fromCallable(() -> HttpReply.json(200, status(node.status()))),
                LoopPage.PATH,
                new LoopPage(node),
                "/health/live",
                request -> node.liveness().map(this::live),
                "/health/ready",
                request -> Mono.fromCallable(this::ready));
    }

    private String version() {
        return new JsonObject().put("version", config.version()).toString();
    }

    /** Fails if an event does not get through all parts of the node, so that a supervisor may restart it. */
    private HttpReply live(Liveness liveness) {
        NodeStatus status = node.status();
        boolean isStalled = status.loop().state() == LoopSnapshot.State.STALLED;
        return health(status, liveness.isAlive() && !isStalled, liveness.silent());
    }

    private HttpReply ready() {
        NodeStatus status = node.status();
        boolean isStalled = status.loop().state() == LoopSnapshot.State.STALLED;
        boolean isWritable = status.contracts().health().isWritable();
        return health(status, !isStalled && isWritable && status.neighbours().size() >= config.readyNeighbours(), null);
    }

    /** @param silent the part that does not answer; null if all do, or if it was not asked for */
    private HttpReply health(NodeStatus status, boolean isHealthy, Liveness.@Nullable Part silent) {
        JsonObject body = new JsonObject()
                .put("ok", isHealthy)
                .put("loop", status.loop().state())
                .put("ring", status.membership().joinState())
                .put("neighbours", status.neighbours().size())
                .put("writable", status.contracts().health().isWritable());
        List<JsonObject> stalled = StallJson.brief(node.stalls());
        if (!stalled.isEmpty()) {
            body.put("stalled", stalled);
        }
        if (silent != null) {
            body.put("silent", silent);
        }
        return HttpReply.json(isHealthy ? 200 : 503, body.toString()).withHeader("Cache-Control", "no-store");
    }

    private String status(NodeStatus status) {
        return new JsonObject()
                .put("version", config.version())
                .put("peer", status.self())
                .put("address", status.address())
                .put("location", status.location().value())
                .put("ring", status.membership().joinState())
                .put(
                        "memory",
                        status.tables().memory().stream()
                                .map(StatusPages::memory)
                                .toList())
                .put("memoryPlan", memoryPlan(MemoryPlan.ofThisProcess()))
                .put("transientLinks", status.membership().transientLinks())
                .put(
                        "neighbours",
                        status.neighbours().stream().map(StatusPages::neighbour).toList())
                .put("loop", loop(status.loop()))
                .put("stalls", StallJson.full(node.stalls()))
                .put(
                        "operations",
                        new JsonObject()
                                .put("clients", status.tables().operations().clientOperations())
                                .put("remote", status.tables().operations().remoteOperations())
                                .put("exchanges", status.tables().operations().exchanges())
                                .put("lateReplies", status.tables().lateReplies()))
                .put(
                        "store",
                        new JsonObject()
                                .put("contracts", status.contracts().store().contracts())
                                .put("stateBytes", status.contracts().store().stateBytes())
                                .put("writable", status.contracts().health().isWritable())
                                .put("refusal", status.contracts().health().refusal())
                                .put(
                                        "refusedCommits",
                                        status.contracts().health().refusedCommits())
                                .put("slowCommits", status.contracts().health().slowCommits())
                                .put(
                                        "longestCommitMicros",
                                        status.contracts()
                                                        .health()
                                                        .longestCommit()
                                                        .toNanos()
                                                / 1000))
                .put("hosting", hosting(status.contracts().hosting()))
                .put(
                        "contractCalls",
                        new JsonObject()
                                .put("finished", status.contracts().calls().finished())
                                .put("failed", status.contracts().calls().failed())
                                .put(
                                        "overdueCalls",
                                        status.contracts().calls().queue().overdueCalls())
                                .put(
                                        "overdue",
                                        status.contracts().calls().queue().overdue().stream()
                                                .map(StatusPages::overdue)
                                                .toList())
                                .put(
                                        "longestMicros",
                                        status.contracts().calls().longest().toNanos() / 1000))
                .toString();
    }

    private static JsonObject hosting(HostingStatus hosting) {
        return new JsonObject()
                .put("contracts", hosting.contracts())
                .put("bytes", hosting.bytes())
                .put("budget", hosting.budget())
                .put("pinned", hosting.copies().pinned())
                .put("pinnedBytes", hosting.copies().pinnedBytes())
                .put("roots", hosting.roots())
                .put("underReplicated", hosting.underReplicated())
                .put("diverged", hosting.copies().diverged())
                .put("unconfirmedAnswers", hosting.copies().unconfirmed())
                .put("damaged", hosting.copies().damage().damaged())
                .put("damagedLost", hosting.copies().damage().lost())
                .put("damagedFound", hosting.copies().damage().found())
                .put("repaired", hosting.copies().damage().repaired())
                .put("scrubPaused", hosting.copies().damage().isScrubPaused());
    }

    private static JsonObject overdue(OverdueCall call) {
        return new JsonObject()
                .put("contract", call.contract())
                .put("thread", call.thread())
                .put("seconds", call.running().toSeconds())
                .put("stack", String.join(" < ", call.stack()));
    }

    private static JsonObject neighbour(NodeStatus.Neighbour neighbour) {
        return new JsonObject()
                .put("peer", neighbour.peer())
                .put("address", neighbour.address())
                .put("direction", neighbour.direction())
                .put("location", neighbour.location().value());
    }

    private static JsonObject memoryPlan(MemoryPlan plan) {
        return new JsonObject()
                .put("heap", plan.heap())
                .put("reserve", plan.reserve())
                .put("transit", plan.transit())
                .put("direct", plan.direct())
                .put("uses", plan.entries().stream().map(StatusPages::memoryUse).toList());
    }

    private static JsonObject memoryUse(MemoryPlan.Entry entry) {
        return new JsonObject()
                .put("name", entry.use().label())
                .put("used", entry.used())
                .put("limit", entry.ceiling())
                .put("inTransit", entry.isPooled());
    }

    private static JsonObject memory(TableSizes.Memory memory) {
        return new JsonObject()
                .put("name", memory.name())
                .put("used", memory.used())
                .put("limit", memory.limit())
                .put("perPeer", memory.perPeer());
    }

    private static JsonObject loop(LoopSnapshot loop) {
        return new JsonObject()
                .put("state", loop.state())
                .put("handled", loop.handled())
                .put("waiting", loop.waiting())
                .put("faults", loop.faults())
                .put("stalls", loop.stalls())
                .put("longestHandlerMicros", loop.longestHandler().toNanos() / 1000)
                .put("lastStall", loop.lastStall() == null ? null : LoopPage.latest(loop.lastStall()));
    }
}
