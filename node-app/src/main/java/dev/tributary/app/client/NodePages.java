package dev.tributary.app.client;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.remote.NodeClient;
import java.time.Duration;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the JSON pages of a node. */
final class NodePages {

    /** Path of the page about the event loop. */
    static final String LOOP = "/loop";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private NodePages() {}

    /** Returns the status of the node. */
    static JsonNode status(NodeClient node) {
        return read(node, "/status", "peer");
    }

    /** Returns the contracts that the node stores. */
    static JsonNode contracts(NodeClient node) {
        return read(node, "/contracts", "contracts");
    }

    /** Returns the events that the node's loop has handled within this time, and the times of all. */
    static JsonNode loop(NodeClient node, Duration last) {
        return read(node, LOOP + "?last=" + last.toMillis(), "events");
    }

    /** Has the node run a GET, and returns how sure the answer is. */
    static JsonNode explain(NodeClient node, ContractInstanceId id) {
        return read(node, "/explain?key=" + id, "found");
    }

    /** Pins the contract. */
    static void pin(NodeClient node, ContractInstanceId id) {
        node.command("/pins?pin=" + id).block();
    }

    /** Unpins the contract. */
    static void unpin(NodeClient node, ContractInstanceId id) {
        node.command("/pins?unpin=" + id).block();
    }

    /** Fetches a page. Throws {@link UnexpectedPageException} if the page is not that of a node. */
    private static JsonNode read(NodeClient node, String path, String member) {
        String text = Objects.requireNonNull(node.fetchPage(path).block());
        try {
            JsonNode page = JSON.readTree(text);
            if (page.has(member)) {
                return page;
            }
        } catch (JacksonException malformed) {
            throw new UnexpectedPageException(path, malformed);
        }
        throw new UnexpectedPageException(path, null);
    }
}
