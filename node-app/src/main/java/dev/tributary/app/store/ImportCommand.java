package dev.tributary.app.store;

import dev.tributary.app.archive.ArchiveContents;
import dev.tributary.app.archive.Restore;
import dev.tributary.app.archive.RestoreReport;
import dev.tributary.app.config.AppConfig;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds the contracts of an archive to a store. */
@Command(
        name = "import",
        description = {
            "Adds the contracts of an archive to the store of a stopped node; its identity stays.",
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

    ImportCommand(StoreSettings settings) {
        super(settings);
    }

    @Override
    int run(AppConfig config) throws IOException {
        try (ArchiveContents contents = ArchiveContents.open(archive)) {
            return withStore(config, store -> {
                RestoreReport report = Restore.run(contents, store, isReplacing);
                print(
                        report,
                        "%d contracts imported, %d unchanged, %d kept with another state"
                                .formatted(report.restored(), report.unchanged(), report.kept()));
                return report("refused", report.refused());
            });
        }
    }
}
