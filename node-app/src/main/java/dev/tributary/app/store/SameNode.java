package dev.tributary.app.store;

import dev.tributary.app.archive.ArchiveException;
import dev.tributary.app.config.AppConfig;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.identity.NodeIdentity;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The check of a backup with the node's key: the key is read from a directory, the contracts come from a node. */
final class SameNode {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SameNode() {}

    /** Throws {@link ArchiveException} if the node has another identity than the one of its data directory. Blocks. */
    static void require(NodeClient node, NodeIdentity identity, AppConfig config) {
        String peer = peer(Objects.requireNonNull(node.fetchPage("/status").block()));
        if (!peer.equals(identity.peerId().toString())) {
            throw new ArchiveException(
                    "--with-identity: the data directory " + config.dataDirectory() + " is that of node "
                            + identity.peerId() + ", and the node asked is " + peer
                            + ": name its directory with --data-directory, or its URL with --api");
        }
    }

    private static String peer(String status) {
        try {
            return JSON.readTree(status).path("peer").asString("");
        } catch (JacksonException malformed) {
            throw new ArchiveException("the status of the node is malformed", malformed);
        }
    }
}
