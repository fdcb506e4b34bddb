package dev.tributary.app.store;

import dev.tributary.app.archive.ArchiveContents;
import dev.tributary.app.archive.ArchivedContract;
import dev.tributary.app.archive.ContractSource;
import dev.tributary.app.archive.Defect;
import dev.tributary.app.config.AppConfig;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Reads every contract and reports what cannot be read. */
@Command(
        name = "verify",
        description = {
            "Reads every contract of a stopped node, or of an archive, and compares it with its digest and its id.",
            "Prints what cannot be read, with the file and the reason, and exits with 1 then. Changes nothing."
        })
final class VerifyCommand extends StoreCommand {

    @Parameters(arity = "0..1", paramLabel = "ARCHIVE", description = "verify this archive instead of a node")
    private @Nullable Path archive;

    @Mixin
    private final SourceOption source = new SourceOption();

    VerifyCommand(StoreSettings settings) {
        super(settings);
    }

    record VerifyReport(int contracts, long stateBytes, List<Defect> unreadable) {}

    @Override
    int run(AppConfig config) throws IOException {
        Path path = archive;
        if (path == null) {
            return source.with(config, opened -> print(verify(opened)));
        }
        try (ArchiveContents contents = ArchiveContents.open(path)) {
            return print(verify(contents));
        }
    }

    private static VerifyReport verify(ContractSource source) {
        ContractSource.Listing listing = source.list();
        List<ContractInstanceId> ids = new ArrayList<>(listing.unreadable());
        listing.entries().stream().map(StoreEntry::key).forEach(key -> ids.add(key.id()));
        List<Defect> unreadable = new ArrayList<>(listing.hidden());
        int read = 0;
        long bytes = 0;
        for (ContractInstanceId id : ids) {
            try {
                Optional<StoredContract> stored = source.read(id);
                if (stored.isPresent()
                        && !stored.get().state().digest().equals(stored.get().digest())) {
                    unreadable.add(new Defect(id.toString(), "its state has another SHA-256 than its record says"));
                } else if (stored.isPresent()) {
                    read++;
                    bytes += stored.get().state().size();
                }
            } catch (NodeException damaged) {
                unreadable.add(Defect.of(id, damaged));
            }
        }
        return new VerifyReport(read, bytes, unreadable);
    }

    private static VerifyReport verify(ArchiveContents contents) {
        List<Defect> unreadable = new ArrayList<>(contents.defects());
        int read = 0;
        long bytes = 0;
        for (ArchivedContract contract : contents.contracts()) {
            try {
                bytes += contents.read(contract).state().size();
                read++;
            } catch (IOException damaged) {
                unreadable.add(Defect.of(contract.key(), damaged));
            }
        }
        return new VerifyReport(read, bytes, unreadable);
    }

    private int print(VerifyReport report) {
        print(
                report,
                "%d contracts read, %d bytes of states; %d cannot be read"
                        .formatted(
                                report.contracts(),
                                report.stateBytes(),
                                report.unreadable().size()));
        return report("cannot read", report.unreadable());
    }
}
