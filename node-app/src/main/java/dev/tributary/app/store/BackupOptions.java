package dev.tributary.app.store;

import dev.tributary.app.archive.ArchiveException;
import dev.tributary.app.archive.Backup;
import dev.tributary.app.archive.BackupReport;
import dev.tributary.app.config.AppConfig;
import dev.tributary.app.directory.DataDirectory;
import dev.tributary.core.value.Bytes;
import dev.tributary.transport.identity.NodeIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of backup and export. */
final class BackupOptions {

    @Parameters(
            paramLabel = "ARCHIVE",
            description = "a directory, where only what changed is written, or a file that ends with .tar")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private Path archive;

    @Option(names = "--prune", description = "remove contracts from the archive that the node does not have any more")
    private boolean isPruning;

    @Option(
            names = "--with-identity",
            description = "also the node's key, from the data directory: keep the archive secret then")
    private boolean isWithIdentity;

    /** The node's key, if it was asked for. */
    Optional<NodeIdentity> identity(AppConfig config) {
        if (!isWithIdentity) {
            return Optional.empty();
        }
        Optional<NodeIdentity> identity = DataDirectory.readKey(config.dataDirectory(), NodeIdentity::decode);
        if (identity.isEmpty()) {
            throw new ArchiveException("--with-identity: there is no key file "
                    + DataDirectory.keyFileOf(config.dataDirectory())
                    + ": name the node's data directory with --data-directory");
        }
        return identity;
    }

    Backup.Plan plan(String version, Optional<NodeIdentity> identity) {
        @Nullable Bytes key = identity.map(each -> Bytes.wrap(each.encode())).orElse(null);
        return new Backup.Plan(archive, version, key, isPruning);
    }

    /** Prints the result; returns the exit code. */
    int print(StoreCommand command, BackupReport report) throws IOException {
        command.print(report, report.line(archive));
        return command.report("cannot read", report.failures());
    }
}
