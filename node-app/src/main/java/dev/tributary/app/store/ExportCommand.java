package dev.tributary.app.store;

import dev.tributary.app.archive.Backup;
import dev.tributary.app.config.AppConfig;
import dev.tributary.transport.identity.NodeIdentity;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Backs up a stopped node. */
@Command(
        name = "export",
        description = {
            "Copies the contracts of a stopped node into an archive, as 'tributary backup' does for a running one.",
            "A further export into the same directory writes only the states that changed."
        })
final class ExportCommand extends StoreCommand {

    @Mixin
    private final BackupOptions options = new BackupOptions();

    ExportCommand(StoreSettings settings) {
        super(settings);
    }

    @Override
    int run(AppConfig config) throws IOException {
        return withStoreToRead(config, store -> {
            Optional<NodeIdentity> identity = options.identity(config);
            return options.print(this, Backup.run(new StoreSource(store), options.plan(version(), identity)));
        });
    }
}
