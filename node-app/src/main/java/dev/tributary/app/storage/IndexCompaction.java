package dev.tributary.app.storage;

import dev.tributary.core.error.StorageException;
import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Copies the records of an index that is not in use into a new file, which then takes its place. */
final class IndexCompaction {

    private final Path file;
    private final Disk disk;
    private final StorageConfig config;

    IndexCompaction(Path file, Disk disk, StorageConfig config) {
        this.file = file;
        this.disk = disk;
        this.config = config;
    }

    /** Runs the compaction. A failure keeps the file as it was. Blocks. */
    void run() {
        try {
            Path copy = file.resolveSibling(file.getFileName() + ".compact");
            Files.deleteIfExists(copy);
            copyTo(copy);
            Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
            disk.sync(file.resolveSibling(""));
        } catch (IOException | RuntimeException e) {
            throw new StorageException("cannot compact the index " + file, e);
        }
    }

    private void copyTo(Path copy) throws IOException {
        ContractIndex from = ContractIndex.open(file, disk, config);
        try {
            ContractIndex to = ContractIndex.open(copy, disk, config);
            try {
                from.copyTo(to);
                to.close();
            } finally {
                to.abandon();
            }
        } finally {
            from.abandon();
        }
        OwnerOnly.tighten(copy);
    }
}
