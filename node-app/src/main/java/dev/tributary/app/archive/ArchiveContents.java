package dev.tributary.app.archive;

import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of an archive, verified: an id is the hash of code and parameters, a state has its digest. Content is
 * untrusted; what does not match is a {@link Defect}, and the rest stays usable. Methods block; for one thread.
 */
public final class ArchiveContents implements Closeable {

    /** The format that this program writes. It reads this one and earlier ones. */
    static final int FORMAT = 1;

    static final String FORMAT_KEY = "tributary-archive";

    private final Path path;
    private final ArchiveReader reader;
    private final List<Defect> defects = new ArrayList<>();
    private final List<ArchivedContract> contracts = new ArrayList<>();
    private @Nullable ContractCode recentCode;

    private ArchiveContents(Path path, ArchiveReader reader) {
        this.path = path;
        this.reader = reader;
    }

    /**
     * Opens an archive, and reads the metadata of its contracts.
     *
     * @throws ArchiveException that names the file and the remedy, if it is no archive or one of an unknown format
     */
    public static ArchiveContents open(Path path) {
        ArchiveReader reader = Archives.forReading(path);
        try {
            ArchiveContents contents = new ArchiveContents(path, reader);
            contents.requireFormat();
            contents.defects.addAll(reader.refused());
            contents.readMetadata();
            contents.checkInventory();
            return contents;
        } catch (IOException e) {
            close(reader);
            throw new ArchiveException("cannot read the archive " + path + ": " + Archives.reason(e), e);
        } catch (RuntimeException e) {
            close(reader);
            throw e;
        }
    }

    private void requireFormat() throws IOException {
        if (reader.size(ArchiveEntry.MANIFEST) < 0) {
            String found = reader.refused().stream()
                    .map(defect -> ": " + defect.name() + ": " + defect.reason())
                    .findFirst()
                    .orElse("");
            throw new ArchiveException(path + " is no archive, it has no entry 'manifest'" + found);
        }
        SealedText manifest = SealedText.decode(reader.read(ArchiveEntry.MANIFEST));
        String format = manifest.value(FORMAT_KEY);
        if (!format.equals(Integer.toString(FORMAT))) {
            throw new ArchiveException("the archive " + path + " has format " + format + ", written by version "
                    + manifest.optional("program").orElse("unknown") + "; this program reads format " + FORMAT
                    + ": use that version or a later one");
        }
    }

    private void readMetadata() throws IOException {
        for (String name : reader.names()) {
            ArchiveEntry entry = ArchiveEntry.named(name).orElseThrow();
            if (entry.kind() != ArchiveEntry.Kind.CONTRACT) {
                continue;
            }
            String id = name.substring(ArchiveEntry.CONTRACTS.length());
            try {
                ArchivedContract contract = ArchivedContract.decode(reader.read(entry));
                if (!contract.key().id().toString().equals(id)) {
                    throw new IOException("it describes contract " + contract.key());
                }
                contracts.add(contract);
            } catch (IOException damaged) {
                defects.add(Defect.of(name, damaged));
            }
        }
        // Contracts of one code stand together, so that the code is read and hashed once.
        contracts.sort(Comparator.comparing(
                        (ArchivedContract each) -> each.key().code().bytes())
                .thenComparing(each -> each.key().id().bytes()));
    }

    /** Names the contracts that the archive should have and has not: its files may be lost, or its end cut off. */
    private void checkInventory() {
        try {
            Set<String> found = new HashSet<>(reader.names());
            SealedText.decode(reader.read(ArchiveEntry.COMPLETE)).all("contract").stream()
                    .filter(id -> !found.contains(ArchiveEntry.CONTRACTS + id))
                    .forEach(id -> defects.add(new Defect(id, "the archive lists it, and has no entry for it")));
        } catch (NoSuchFileException missing) {
            defects.add(new Defect(
                    ArchiveEntry.COMPLETE.name(),
                    "it is missing: the backup did not end, or the archive is truncated; contracts may be missing"));
        } catch (IOException damaged) {
            defects.add(Defect.of(ArchiveEntry.COMPLETE.name(), damaged));
        }
    }

    /** The contracts whose metadata is intact; those of one code stand together. */
    public List<ArchivedContract> contracts() {
        return contracts;
    }

    /** What is missing, damaged, or no entry of an archive. */
    public List<Defect> defects() {
        return defects;
    }

    /** Reads a contract with its state. Fails with the defect if anything does not match. */
    public StoredContract read(ArchivedContract metadata) throws IOException {
        ContractInstanceId id = metadata.key().id();
        Contract contract = Contract.of(code(metadata.key().code()), metadata.parameters());
        ArchiveEntry entry = ArchiveEntry.state(id, metadata.digest());
        State state = new State(readPart("state", entry));
        if (!state.digest().equals(metadata.digest())) {
            throw new IOException("its state is damaged: the SHA-256 of " + entry.name() + " differs");
        }
        return new StoredContract(contract, state, metadata.digest(), metadata.changed(), metadata.demand());
    }

    private ContractCode code(CodeHash hash) throws IOException {
        ContractCode recent = recentCode;
        if (recent != null && recent.hash().equals(hash)) {
            return recent;
        }
        ContractCode code = ContractCode.of(readPart("code", ArchiveEntry.code(hash)));
        if (!code.hash().equals(hash)) {
            throw new IOException("its code is damaged: " + ArchiveEntry.CODE + hash + " has another hash");
        }
        recentCode = code;
        return code;
    }

    private Bytes readPart(String what, ArchiveEntry entry) throws IOException {
        try {
            return reader.read(entry);
        } catch (NoSuchFileException missing) {
            throw new IOException("its " + what + " is missing: " + entry.name(), missing);
        }
    }

    /** The encoded identity; empty if the archive has none. */
    public Optional<Bytes> identity() throws IOException {
        return reader.size(ArchiveEntry.IDENTITY) < 0
                ? Optional.empty()
                : Optional.of(reader.read(ArchiveEntry.IDENTITY));
    }

    @Override
    public void close() {
        close(reader);
    }

    private static void close(ArchiveReader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            throw new ArchiveException("cannot close the archive: " + e.getMessage(), e);
        }
    }
}
