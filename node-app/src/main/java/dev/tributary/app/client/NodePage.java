package dev.tributary.app.client;

import dev.tributary.transport.client.remote.NodeClient;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a node says of itself on its pages for programs. */
final class NodePage {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private NodePage() {}

    /** The node itself. */
    static JsonNode status(NodeClient node) {
        return read(node, "/status", "peer");
    }

    /** What it holds. */
    static JsonNode contracts(NodeClient node) {
        return read(node, "/contracts", "contracts");
    }

    /** Throws {@link ForeignPageException} if there is no such page, or one of something else. */
    private static JsonNode read(NodeClient node, String path, String member) {
        String text = Objects.requireNonNull(node.page(path).block());
        try {
            JsonNode page = JSON.readTree(text);
            if (page.has(member)) {
                return page;
            }
        } catch (JacksonException noJson) {
            throw new ForeignPageException(path, noJson);
        }
        throw new ForeignPageException(path, null);
    }
}
