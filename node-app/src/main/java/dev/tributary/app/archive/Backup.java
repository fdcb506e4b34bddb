package dev.tributary.app.archive;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Copies the contracts of a source into an archive. Each contract is consistent in itself: its state is one that the
 * source had after the backup began, or the last one before. Into a directory with an earlier backup only states are
 * written whose digest differs.
 */
public final class Backup {

    private final ContractSource source;
    private final ArchiveTarget target;
    private final ArchiveReader existing;
    private final Set<CodeHash> codeWritten = new HashSet<>();
    private final List<ArchiveEntry> superseded = new ArrayList<>();
    private final Set<ContractInstanceId> kept = new HashSet<>();
    private final List<Defect> failures = new ArrayList<>();
    private int written;
    private int unchanged;
    private long bytes;

    private Backup(ContractSource source, ArchiveTarget target) {
        this.source = source;
        this.target = target;
        this.existing = target.existing();
    }

    /**
     * What to back up, and how.
     *
     * @param path a directory, or a file that ends with {@code .tar}
     * @param program version of this program
     * @param identity the node's encoded identity, or null to leave it out
     * @param isPruning whether contracts are removed from the archive that the source does not have
     */
    public record Plan(Path path, String program, @Nullable Bytes identity, boolean isPruning) {}

    /**
     * Runs a backup. Blocks.
     *
     * @throws ArchiveException if the archive cannot be written; it then has what it had before, and perhaps more
     */
    public static BackupReport run(ContractSource source, Plan plan) {
        try (ArchiveTarget target = Archives.forWriting(plan.path())) {
            return new Backup(source, target).run(plan);
        } catch (IOException e) {
            throw new ArchiveException("cannot write the archive " + plan.path() + ": " + Archives.reason(e), e);
        }
    }

    private BackupReport run(Plan plan) throws IOException {
        requireKnownFormat(plan.path());
        ContractSource.Listing listing = source.list();
        write(ArchiveEntry.MANIFEST, manifest(plan));
        Bytes identity = plan.identity();
        if (identity != null) {
            write(ArchiveEntry.IDENTITY, identity);
        }
        failures.addAll(listing.defects());
        List<StoreEntry> entries = new ArrayList<>(listing.entries());
        // Contracts of one code stand together, so that a source reads each code once.
        entries.sort(Comparator.comparing((StoreEntry each) -> each.key().code().bytes())
                .thenComparing(each -> each.key().id().bytes()));
        for (StoreEntry entry : entries) {
            try {
                copy(entry);
            } catch (NodeException unreadable) {
                failures.add(Defect.of(entry.key(), unreadable));
            }
        }
        // What hides contracts makes them look removed.
        int removed = finish(plan.isPruning() && listing.hidden().isEmpty() ? listing : null);
        return new BackupReport(kept.size(), written, unchanged, bytes, removed, failures);
    }

    private void requireKnownFormat(Path path) throws IOException {
        if (existing.size(ArchiveEntry.MANIFEST) >= 0) {
            String format =
                    SealedText.decode(existing.read(ArchiveEntry.MANIFEST)).value(ArchiveContents.FORMAT_KEY);
            if (!format.equals(Integer.toString(ArchiveContents.FORMAT))) {
                throw new ArchiveException("the archive " + path + " has format " + format
                        + ", and this program writes format " + ArchiveContents.FORMAT + ": name another directory");
            }
        }
    }

    private static Bytes manifest(Plan plan) {
        return SealedText.encode(List.of(
                ArchiveContents.FORMAT_KEY + " " + ArchiveContents.FORMAT,
                "program " + plan.program(),
                "created " + Instant.now()));
    }

    private void copy(StoreEntry entry) throws IOException {
        ContractKey key = entry.key();
        ArchivedContract earlier = earlier(entry);
        if (earlier != null && earlier.digest().equals(entry.digest())) {
            ArchivedContract now = earlier.updated(entry);
            if (!now.equals(earlier)) {
                write(ArchiveEntry.contract(key.id()), now.encode());
            }
            unchanged++;
            kept.add(key.id());
            return;
        }
        Optional<StoredContract> stored = source.read(key.id());
        if (stored.isPresent()) {
            write(stored.get(), earlier);
            kept.add(key.id());
        }
    }

    /** The contract in the archive, if its code and its state are there too. */
    private @Nullable ArchivedContract earlier(StoreEntry entry) throws IOException {
        ContractInstanceId id = entry.key().id();
        ArchiveEntry metadata = ArchiveEntry.contract(id);
        if (existing.size(metadata) < 0
                || existing.size(ArchiveEntry.code(entry.key().code())) != entry.codeBytes()) {
            return null;
        }
        try {
            ArchivedContract earlier = ArchivedContract.decode(existing.read(metadata));
            boolean isWhole = earlier.key().equals(entry.key())
                    && existing.size(ArchiveEntry.state(id, earlier.digest())) == earlier.stateBytes();
            return isWhole ? earlier : null;
        } catch (IOException damaged) {
            return null;
        }
    }

    private void write(StoredContract stored, @Nullable ArchivedContract earlier) throws IOException {
        ContractInstanceId id = stored.contract().id();
        ContractCode code = stored.contract().code();
        ArchiveEntry codeEntry = ArchiveEntry.code(code.hash());
        if (codeWritten.add(code.hash())
                && existing.size(codeEntry) != code.bytes().size()) {
            write(codeEntry, code.bytes());
        }
        // The state before the metadata that names it, and the old state stays until the new metadata is durable.
        write(ArchiveEntry.state(id, stored.digest()), stored.state().bytes());
        write(ArchiveEntry.contract(id), ArchivedContract.of(stored).encode());
        if (earlier != null && !earlier.digest().equals(stored.digest())) {
            superseded.add(ArchiveEntry.state(id, earlier.digest()));
        }
        written++;
    }

    /** Writes the last entry, then removes what it does not need. Returns the number of removed contracts. */
    private int finish(ContractSource.@Nullable Listing pruneTo) throws IOException {
        Set<String> gone = pruneTo == null ? Set.of() : missingIn(pruneTo);
        Set<String> inventory = new TreeSet<>(earlierIds());
        kept.forEach(id -> inventory.add(id.toString()));
        inventory.removeAll(gone);
        List<String> lines = new ArrayList<>(List.of("completed " + Instant.now(), "contracts " + inventory.size()));
        inventory.forEach(id -> lines.add("contract " + id));
        target.complete(SealedText.encode(lines));
        for (ArchiveEntry state : superseded) {
            target.remove(state);
        }
        if (pruneTo != null) {
            prune(gone);
        }
        return gone.size();
    }

    private Set<String> earlierIds() {
        return existing.names().stream()
                .filter(name -> name.startsWith(ArchiveEntry.CONTRACTS))
                .map(name -> name.substring(ArchiveEntry.CONTRACTS.length()))
                .collect(Collectors.toSet());
    }

    private Set<String> missingIn(ContractSource.Listing listing) {
        Set<String> missing = earlierIds();
        listing.entries().forEach(entry -> missing.remove(entry.key().toString()));
        listing.unreadable().forEach(id -> missing.remove(id.toString()));
        return missing;
    }

    /** Removes these contracts, with their states, and code without contracts. */
    private void prune(Set<String> gone) throws IOException {
        for (String id : gone) {
            target.remove(ArchiveEntry.named(ArchiveEntry.CONTRACTS + id).orElseThrow());
        }
        try (ArchiveReader now = target.existing()) {
            Set<String> needed = new HashSet<>();
            for (String name : now.names()) {
                if (name.startsWith(ArchiveEntry.CONTRACTS)
                        && !addParts(now.read(ArchiveEntry.named(name).orElseThrow()), needed)) {
                    return;
                }
            }
            for (String name : now.names()) {
                boolean isPart = name.startsWith(ArchiveEntry.STATES) || name.startsWith(ArchiveEntry.CODE);
                if (isPart && !needed.contains(name)) {
                    target.remove(ArchiveEntry.named(name).orElseThrow());
                }
            }
        }
    }

    /** Adds the entries that this contract needs; false if its metadata is damaged, so that they are unknown. */
    private static boolean addParts(Bytes metadata, Set<String> needed) {
        try {
            ArchivedContract contract = ArchivedContract.decode(metadata);
            needed.add(
                    ArchiveEntry.state(contract.key().id(), contract.digest()).name());
            needed.add(ArchiveEntry.code(contract.key().code()).name());
            return true;
        } catch (IOException damaged) {
            return false;
        }
    }

    private void write(ArchiveEntry entry, Bytes content) throws IOException {
        target.write(entry, content);
        boolean isContent = entry.kind() == ArchiveEntry.Kind.STATE || entry.kind() == ArchiveEntry.Kind.CODE;
        bytes += isContent ? content.size() : 0;
    }
}
