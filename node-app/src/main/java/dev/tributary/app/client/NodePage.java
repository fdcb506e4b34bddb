package dev.tributary.app.client;

import dev.tributary.transport.client.remote.NodeClient;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a node says of itself on its page for programs. */
final class NodePage {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private NodePage() {}

    /** Reads the page; throws {@link IllegalStateException} if it is not one of ours. */
    static JsonNode read(NodeClient node) {
        String text = Objects.requireNonNull(node.page("/status").block());
        try {
            JsonNode page = JSON.readTree(text);
            if (page.path("peer").isString()) {
                return page;
            }
        } catch (JacksonException noJson) {
            throw new IllegalStateException("what answers has no status page of a node", noJson);
        }
        throw new IllegalStateException("what answers has no status page of a node");
    }
}
