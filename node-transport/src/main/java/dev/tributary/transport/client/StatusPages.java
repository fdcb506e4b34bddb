package dev.tributary.transport.client;

import dev.tributary.core.Node;
import dev.tributary.core.NodeStatus;
import dev.tributary.core.engine.TableSizes;
import dev.tributary.core.loop.LoopSnapshot;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpReply;
import dev.tributary.transport.client.http.JsonObject;
import java.util.Map;
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
                "/v1", alive,
                "/v2", alive,
                "/v1/version", request -> Mono.just(HttpReply.json(200, version())),
                "/status", request -> Mono.fromCallable(() -> HttpReply.json(200, status(node.status()))),
                "/health/live", request -> Mono.fromCallable(this::live),
                "/health/ready", request -> Mono.fromCallable(this::ready));
    }

    private String version() {
        return new JsonObject().put("version", config.version()).toString();
    }

    /** Fails while the event loop is stalled, so that a supervisor may restart the node. */
    private HttpReply live() {
        return health(node.status(), true);
    }

    private HttpReply ready() {
        NodeStatus status = node.status();
        return health(status, status.neighbours().size() >= config.readyNeighbours());
    }

    private static HttpReply health(NodeStatus status, boolean hasEnoughNeighbours) {
        boolean isHealthy = status.loop().state() != LoopSnapshot.State.STALLED && hasEnoughNeighbours;
        JsonObject body = new JsonObject()
                .put("ok", isHealthy)
                .put("loop", status.loop().state())
                .put("ring", status.membership().joinState())
                .put("neighbours", status.neighbours().size());
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
                .put("transientLinks", status.membership().transientLinks())
                .put(
                        "neighbours",
                        status.neighbours().stream().map(StatusPages::neighbour).toList())
                .put("loop", loop(status.loop()))
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
                                .put("stateBytes", status.contracts().store().stateBytes()))
                .put(
                        "hosting",
                        new JsonObject()
                                .put("contracts", status.contracts().hosting().contracts())
                                .put("bytes", status.contracts().hosting().bytes())
                                .put("budget", status.contracts().hosting().budget())
                                .put("roots", status.contracts().hosting().roots())
                                .put(
                                        "underReplicated",
                                        status.contracts().hosting().underReplicated()))
                .put(
                        "contractCalls",
                        new JsonObject()
                                .put("finished", status.contracts().calls().finished())
                                .put("failed", status.contracts().calls().failed())
                                .put(
                                        "longestMicros",
                                        status.contracts().calls().longest().toNanos() / 1000))
                .toString();
    }

    private static JsonObject neighbour(NodeStatus.Neighbour neighbour) {
        return new JsonObject()
                .put("peer", neighbour.peer())
                .put("address", neighbour.address())
                .put("direction", neighbour.direction())
                .put("location", neighbour.location().value());
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
                .put("longestHandlerMicros", loop.longestHandler().toNanos() / 1000);
    }
}
