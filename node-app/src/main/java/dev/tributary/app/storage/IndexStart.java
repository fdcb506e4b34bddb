package dev.tributary.app.storage;

import dev.tributary.app.storage.index.CommitRecord;
import dev.tributary.app.storage.index.UnknownFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Opens the index at the start of a node: creates it in an empty directory, and rebuilds it if it is damaged or went back
 * and the configuration says so. An index of the first format is opened as it is, and its next commit has the format of
 * today.
 */
final class IndexStart {

    private static final String REMEDY =
            ". Nothing was changed. Restore index.mv, generation and bodies together from one"
                    + " backup, or start once with storage.when-damaged = continue to go on with what is readable";

    private final Path file;
    private final Disk disk;
    private final StorageConfig config;
    private @Nullable String damage;

    IndexStart(Path file, Disk disk, StorageConfig config) {
        this.file = file;
        this.disk = disk;
        this.config = config;
    }

    /**
     * Opens the index and makes durable what it contains.
     *
     * @throws IOException that names the defect and the remedy
     */
    OpenedIndex open(GenerationFile generation, BlobFiles blobs, Quarantine quarantine) throws IOException {
        CommitRecord known = generation.read();
        if (Files.notExists(file) && !generation.exists() && blobs.isEmpty()) {
            ContractIndex.create(file, disk, config, CommitRecord.first(), empty -> {});
        }
        OpenedIndex opened = openOrRebuild(known, blobs, quarantine);
        ContractIndex index = opened.index();
        try {
            index.sync();
            if (index.isFirstFormat()) {
                index.commit();
                index.sync();
            }
            return opened;
        } catch (RuntimeException e) {
            index.abandon();
            throw e;
        }
    }

    /** What was wrong with the index that was rebuilt; null if it was not rebuilt. */
    @Nullable
    String damage() {
        return damage;
    }

    private OpenedIndex openOrRebuild(@Nullable CommitRecord known, BlobFiles blobs, Quarantine quarantine)
            throws IOException {
        String defect;
        try {
            requireContent();
            return new IndexOpener(file, disk, config).open(known, null);
        } catch (UnknownFormatException e) {
            throw e;
        } catch (IOException e) {
            if (config.whenDamaged() == WhenDamaged.REFUSE) {
                throw new IOException(e.getMessage() + REMEDY, e);
            }
            defect = String.valueOf(e.getMessage());
        }
        damage = defect;
        CommitRecord before = known == null ? CommitRecord.first() : known;
        new IndexSalvage(file, disk, config, blobs).run(before, quarantine, defect);
        return new IndexOpener(file, disk, config).open(null, null);
    }

    private void requireContent() throws IOException {
        if (Files.notExists(file)) {
            throw new IOException("the index is missing, but there are other files of the store");
        }
        if (Files.size(file) == 0) {
            throw new IOException("the file is empty: it was truncated");
        }
    }
}
