package dev.tributary.app.storage;

import dev.tributary.app.storage.index.IndexFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens an index that is damaged, to read it. Nothing may be written to it. */
final class DamagedIndex {

    private static final Logger log = LoggerFactory.getLogger(DamagedIndex.class);

    /** Maximum number of versions to read: the space of older ones is reused. */
    private static final int MAX_VERSIONS = 6;

    private DamagedIndex() {}

    /** The version in which most contracts can be read, the newest of these; null if none can be opened. */
    static @Nullable ContractIndex open(Path file, Disk disk, StorageConfig config) {
        Set<Long> rejected = new LinkedHashSet<>();
        Set<Long> best = null;
        int most = -1;
        for (int version = 0; version < MAX_VERSIONS; version++) {
            IndexFile attempt = file(file, disk, rejected);
            if (attempt == null) {
                break;
            }
            long newest = attempt.newestChunk();
            int readable = count(attempt, config);
            if (readable > most) {
                most = readable;
                best = new LinkedHashSet<>(rejected);
            }
            if (newest < 0 || !rejected.add(newest)) {
                break;
            }
        }
        IndexFile chosen = best == null ? null : file(file, disk, best);
        return chosen == null ? null : index(chosen, config);
    }

    /** The file without the rejected versions; null if it cannot be opened. */
    private static @Nullable IndexFile file(Path file, Disk disk, Set<Long> rejected) {
        try {
            boolean isEmpty = Files.notExists(file) || Files.size(file) == 0;
            return isEmpty ? null : ContractIndex.damagedFile(file, disk, rejected);
        } catch (IOException | RuntimeException e) {
            log.debug("damaged index not opened index={}", file, e);
            return null;
        }
    }

    /** The number of contracts that can be read; -1 if the version is no index. Closes the file. */
    private static int count(IndexFile file, StorageConfig config) {
        ContractIndex index = index(file, config);
        if (index == null) {
            return -1;
        }
        int[] count = new int[1];
        index.forEachReadableContract((id, record) -> count[0]++);
        index.abandon();
        return count[0];
    }

    private static @Nullable ContractIndex index(IndexFile file, StorageConfig config) {
        try {
            return ContractIndex.open(file, config);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            log.debug("version of the damaged index not opened", e);
            file.close();
            return null;
        }
    }
}
