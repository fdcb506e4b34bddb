package dev.tributary.app.store;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.directory.DataDirectory;
import dev.tributary.transport.identity.NodeIdentity;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Accepts a copied data directory. */
@Command(
        name = "adopt",
        description = {
            "Accepts a data directory that is a copy of another one, so that a node can be started with it.",
            "Without --new-identity the original must never be used again: two nodes with one identity disturb each"
                    + " other."
        })
final class AdoptCommand extends StoreCommand {

    @Option(
            names = "--new-identity",
            description = "give the copy another identity, so that the original may be used too; the copied key is kept"
                    + " under another name")
    private boolean isNewIdentity;

    AdoptCommand(StoreSettings settings) {
        super(settings);
    }

    record AdoptReport(String peer, @Nullable String keyMovedTo) {}

    @Override
    int run(AppConfig config) throws IOException {
        try (DataDirectory directory = existing(config)) {
            Path aside = isNewIdentity && directory.hasKey() ? directory.setKeyAside() : null;
            NodeIdentity identity = DataDirectory.readKey(directory.path(), NodeIdentity::decode)
                    .orElseGet(() -> NewIdentity.create(directory, config));
            directory.adopt();
            AdoptReport report = new AdoptReport(identity.peerId().toString(), aside == null ? null : aside.toString());
            print(
                    report,
                    "adopted; the node is " + report.peer() + (aside == null ? "" : "; the key before is " + aside));
            return DONE;
        }
    }
}
