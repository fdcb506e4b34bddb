package dev.tributary.app.store;

import dev.tributary.app.archive.ArchiveContents;
import dev.tributary.app.archive.ArchiveException;
import dev.tributary.app.archive.Defect;
import dev.tributary.app.archive.Restore;
import dev.tributary.app.archive.RestoreReport;
import dev.tributary.app.config.AppConfig;
import dev.tributary.app.directory.DataDirectory;
import dev.tributary.core.value.Bytes;
import dev.tributary.transport.identity.NodeIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Restores an archive into an empty data directory. */
@Command(
        name = "restore",
        description = {
            "Writes the contracts of an archive, and its identity if it has one, into an empty data directory, which a"
                    + " node can then be started with. Without an identity in the archive the node gets a new one.",
            "What does not match its digest or its id is named and left out, and the exit code is 1 then."
        })
final class RestoreCommand extends StoreCommand {

    @Parameters(paramLabel = "ARCHIVE", description = "a directory or a tar file of 'backup' or 'store export'")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private Path archive;

    @Option(
            names = "--new-identity",
            description = "do not use the identity in the archive: the node that was backed up may still run")
    private boolean isNewIdentity;

    RestoreCommand(StoreSettings settings) {
        super(settings);
    }

    record Restored(String peer, int contracts, long stateBytes, List<Defect> refused) {}

    @Override
    int run(AppConfig config) throws IOException {
        try (ArchiveContents contents = ArchiveContents.open(archive);
                DataDirectory directory = DataDirectory.open(config.dataDirectory())) {
            if (directory.hasContracts() || directory.hasKey()) {
                throw new ArchiveException("the data directory " + config.dataDirectory()
                        + " is not empty: name another one with --data-directory, or add to it with 'tributary store"
                        + " import'");
            }
            Optional<NodeIdentity> archived =
                    isNewIdentity ? Optional.empty() : contents.identity().map(this::decode);
            archived.ifPresent(key -> directory.writeKey(key.encode()));
            NodeIdentity identity = archived.orElseGet(() -> NewIdentity.create(directory, config));
            return withStore(directory, config, store -> print(identity, Restore.run(contents, store, false)));
        }
    }

    private NodeIdentity decode(Bytes key) {
        try {
            return NodeIdentity.decode(key.toArray());
        } catch (RuntimeException damaged) {
            throw new ArchiveException(
                    "the identity in the archive " + archive + " is damaged (" + damaged.getMessage()
                            + "): restore without it by --new-identity",
                    damaged);
        }
    }

    private int print(NodeIdentity identity, RestoreReport report) {
        String peer = identity.peerId().toString();
        print(
                new Restored(peer, report.restored(), report.stateBytes(), report.refused()),
                "%d contracts restored, %d bytes of states; the node is %s"
                        .formatted(report.restored(), report.stateBytes(), peer));
        return report("refused", report.refused());
    }
}
