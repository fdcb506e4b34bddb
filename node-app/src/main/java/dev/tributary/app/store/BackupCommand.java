package dev.tributary.app.store;

import dev.tributary.app.archive.ArchiveException;
import dev.tributary.app.archive.Backup;
import dev.tributary.app.config.AppConfig;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.identity.NodeIdentity;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Backs up a running node. */
@Command(
        name = "backup",
        description = {
            "Copies the contracts of a running node into an archive, while it goes on.",
            "Each contract is consistent in itself, and everything acknowledged before the backup began is in it. A"
                    + " further backup into the same directory writes only the states that changed.",
            "Restore it with 'tributary restore'. For a stopped node: 'tributary store export'."
        })
final class BackupCommand extends StoreCommand {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Mixin
    private final BackupOptions options = new BackupOptions();

    @Option(
            names = "--api",
            paramLabel = "URL",
            defaultValue = NodeAddress.DEFAULT,
            description = "URL of the node's client API; also TRIBUTARY_API (default: ws://127.0.0.1:7509)")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String api;

    BackupCommand(StoreSettings settings) {
        super(settings);
    }

    @Override
    int run(AppConfig config) throws IOException {
        return NodeAddress.with(api, node -> {
            Optional<NodeIdentity> identity = options.identity(config);
            identity.ifPresent(each -> requireSameNode(node, each, config));
            return options.print(this, Backup.run(new NodeSource(node), options.plan(version(), identity)));
        });
    }

    /** The key is read from a directory, and the contracts come from a node: they must belong together. */
    private static void requireSameNode(NodeClient node, NodeIdentity identity, AppConfig config) {
        String peer;
        try {
            peer = JSON.readTree(
                            Objects.requireNonNull(node.fetchPage("/status").block()))
                    .path("peer")
                    .asString("");
        } catch (JacksonException malformed) {
            throw new ArchiveException("the status of the node is malformed", malformed);
        }
        if (!peer.equals(identity.peerId().toString())) {
            throw new ArchiveException(
                    "--with-identity: the data directory " + config.dataDirectory() + " is that of node "
                            + identity.peerId() + ", and the node asked is " + peer
                            + ": name its directory with --data-directory, or its URL with --api");
        }
    }
}
