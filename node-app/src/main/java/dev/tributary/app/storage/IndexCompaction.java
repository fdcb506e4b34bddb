package dev.tributary.app.storage;

import dev.tributary.core.error.StorageException;
import java.io.IOException;
import java.nio.file.Path;

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

    /** Runs the compaction, as one commit of the same records. A failure keeps the file as it was. Blocks. */
    void run() {
        try {
            GenerationFile generation = new GenerationFile(file.resolveSibling("generation"), disk);
            ContractIndex from = new IndexOpener(file, disk, config)
                    .open(generation.read(), null)
                    .index();
            try {
                ContractIndex.create(file, disk, config, from.lastCommit(), from::copyTo);
            } finally {
                from.abandon();
            }
        } catch (IOException | RuntimeException e) {
            throw new StorageException("cannot compact the index " + file, e);
        }
    }
}
