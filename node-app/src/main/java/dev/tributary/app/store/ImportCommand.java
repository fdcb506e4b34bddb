package dev.tributary.app.store;

import dev.tributary.app.archive.ArchiveContents;
import dev.tributary.app.archive.ArchivedContract;
import dev.tributary.app.archive.Defect;
import dev.tributary.app.archive.Restore;
import dev.tributary.app.archive.RestoreReport;
import dev.tributary.app.config.AppConfig;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.NodeRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds the contracts of an archive to a store. */
@Command(
        name = "import",
        description = {
            "Adds the contracts of an archive to the store of a stopped node; its identity stays. With --api it puts them"
                    + " through a running node, which merges them with what the network has.",
            "What does not match its digest or its id is named and left out, and the exit code is 1 then. Into an empty"
                    + " data directory: 'tributary restore'."
        })
final class ImportCommand extends StoreCommand {

    @Parameters(paramLabel = "ARCHIVE", description = "a directory or a tar file of 'backup' or 'store export'")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private Path archive;

    @Option(
            names = "--replace",
            description = "replace contracts that are there with another state (default: they are kept)")
    private boolean isReplacing;

    @Option(
            names = "--api",
            paramLabel = "URL",
            description =
                    "put the contracts through the running node with this URL, instead of opening the data directory")
    private @Nullable String api;

    ImportCommand(StoreSettings settings) {
        super(settings);
    }

    @Override
    int run(AppConfig config) throws IOException {
        String url = api;
        if (url != null && isReplacing) {
            throw wrongUsage("--replace cannot be used with --api: a running node merges states");
        }
        try (ArchiveContents contents = ArchiveContents.open(archive)) {
            return url == null
                    ? withStore(config, store -> print(Restore.run(contents, store, isReplacing)))
                    : NodeAddress.with(url, node -> print(put(contents, node)));
        }
    }

    private static RestoreReport put(ArchiveContents contents, NodeClient node) {
        List<Defect> refused = new ArrayList<>(contents.defects());
        int put = 0;
        long bytes = 0;
        for (ArchivedContract contract : contents.contracts()) {
            try {
                StoredContract stored = contents.read(contract);
                node.put(stored.contract(), stored.state()).block();
                put++;
                bytes += stored.state().size();
            } catch (IOException | NodeException | NodeRefusedException defect) {
                refused.add(Defect.of(contract.key(), defect));
            }
        }
        return new RestoreReport(put, 0, 0, bytes, refused);
    }

    private int print(RestoreReport report) {
        print(
                report,
                "%d contracts imported, %d unchanged, %d kept with another state"
                        .formatted(report.restored(), report.unchanged(), report.kept()));
        return report("refused", report.refused());
    }
}
