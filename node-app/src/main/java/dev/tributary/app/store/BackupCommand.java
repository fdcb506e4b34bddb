package dev.tributary.app.store;

import dev.tributary.app.archive.Backup;
import dev.tributary.app.config.AppConfig;
import dev.tributary.transport.identity.NodeIdentity;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    @Mixin
    private final BackupOptions options = new BackupOptions();

    @Mixin
    private final NodeOption node = new NodeOption();

    BackupCommand(StoreSettings settings) {
        super(settings);
    }

    @Override
    int run(AppConfig config) throws IOException {
        return node.with(client -> {
            Optional<NodeIdentity> identity = options.identity(config);
            identity.ifPresent(each -> SameNode.require(client, each, config));
            return options.print(this, Backup.run(new NodeSource(client), options.plan(version(), identity)));
        });
    }
}
