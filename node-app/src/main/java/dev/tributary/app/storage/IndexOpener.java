package dev.tributary.app.storage;

import dev.tributary.app.storage.index.CommitRecord;
import dev.tributary.app.storage.index.IndexDigest;
import dev.tributary.app.storage.index.IndexFile;
import dev.tributary.app.storage.index.UnknownFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the newest version of the index that is whole: all its entries can be read and match its last commit. A newer one
 * that is not was cut off by a power cut and never acknowledged, if it is the last commit; anything else is damage.
 */
final class IndexOpener {

    private static final Logger log = LoggerFactory.getLogger(IndexOpener.class);

    /** Maximum number of versions to try: the newest, and those whose space the index has not reused. */
    private static final int MAX_VERSIONS = 6;

    private final Path file;
    private final Disk disk;
    private final StorageConfig config;
    private final Set<Long> rejected = new LinkedHashSet<>();
    private long newestGeneration;
    private boolean sawDamagedRecord;
    private boolean toleratesDamagedRecords;

    IndexOpener(Path file, Disk disk, StorageConfig config) {
        this.file = file;
        this.disk = disk;
        this.config = config;
    }

    /**
     * Opens the index. Writes nothing before a version is accepted.
     *
     * @param known the last commit that is known to have been durable, or null
     * @param last the last commit that may be in the index, as later ones failed; or null
     * @throws IOException if no version is whole and at least as new as the known commit; its message names the defect
     */
    OpenedIndex open(@Nullable CommitRecord known, @Nullable CommitRecord last) throws IOException {
        try {
            return newestWhole(known, last);
        } catch (UnknownFormatException e) {
            throw e;
        } catch (IOException e) {
            if (!sawDamagedRecord) {
                throw e;
            }
            // No older version is without the damaged record: it fails its contract only.
            toleratesDamagedRecords = true;
            rejected.clear();
            return newestWhole(known, last);
        }
    }

    private OpenedIndex newestWhole(@Nullable CommitRecord known, @Nullable CommitRecord last) throws IOException {
        Throwable firstDefect = null;
        for (int version = 0; version < MAX_VERSIONS; version++) {
            IndexFile attempt = ContractIndex.file(file, disk, config, rejected);
            try {
                ContractIndex index = ContractIndex.open(attempt, config);
                try {
                    StoreTotals totals = StoreTotals.empty();
                    accept(attempt, index, index.scan(totals), known, last);
                    logRejected(index, firstDefect);
                    totals.logDamaged();
                    return new OpenedIndex(index, totals);
                } catch (IOException | RuntimeException | StackOverflowError e) {
                    index.abandon();
                    throw e;
                }
            } catch (UnknownFormatException e) {
                throw e;
            } catch (IOException | RuntimeException | StackOverflowError e) {
                firstDefect = firstDefect == null ? e : firstDefect;
                long newest = attempt.newestChunk();
                closeQuietly(attempt);
                if (newest < 0 || !rejected.add(newest)) {
                    break;
                }
            }
        }
        throw new IOException(firstDefect == null ? "it has no version" : firstDefect.getMessage(), firstDefect);
    }

    private void logRejected(ContractIndex index, @Nullable Throwable defect) {
        if (defect != null) {
            log.warn(
                    "unfinished commit ignored index={} generation={} reason=\"{}\"",
                    file,
                    index.lastCommit().generation(),
                    defect.getMessage());
        }
    }

    private void accept(
            IndexFile attempt,
            ContractIndex index,
            IndexDigest found,
            @Nullable CommitRecord known,
            @Nullable CommitRecord last)
            throws IOException {
        CommitRecord commit = index.recordedCommit();
        if (commit == null && known == null && index.isFirstFormat()) {
            index.resumeAfter(CommitRecord.first(), found);
            return;
        }
        if (commit == null && known != null && matches(known, found)) {
            commit = known; // only the entry about the commit is damaged
        }
        if (commit == null) {
            throw new IOException("the entry about its last commit is damaged");
        }
        newestGeneration = Math.max(newestGeneration, commit.generation());
        if (last != null && commit.generation() > last.generation()) {
            throw new IOException("commit " + commit.generation() + " failed");
        }
        boolean hasDamagedRecord = index.hasDamagedRecord(); // its contract fails, and the digest may be another
        if (commit.keys() != found.keys() || (commit.contents() != found.contents() && !hasDamagedRecord)) {
            throw new IOException("the index is damaged: its entries are not those of its last commit");
        }
        if (known == null && commit.generation() > 1 && !(rejected.isEmpty() && attempt.wasClosedAsIs())) {
            throw new IOException("the file 'generation' beside the index is missing or damaged, and the index was not"
                    + " closed as it is: nothing tells whether its last commit, number " + commit.generation()
                    + ", is the last one that was acknowledged");
        }
        if (known != null && known.storeId() != commit.storeId()) {
            throw new IOException("the index is that of another store than the file 'generation' beside it");
        }
        long expected = Math.max(known == null ? 0 : known.generation(), newestGeneration - 1);
        if (commit.generation() < expected) {
            throw new IOException("the index went back: its last commit is number " + commit.generation()
                    + ", and number " + expected + " was acknowledged");
        }
        boolean mayBeCutOff = known != null && commit.generation() > known.generation();
        if (hasDamagedRecord && mayBeCutOff && !toleratesDamagedRecords) {
            sawDamagedRecord = true;
            throw new IOException("a record is damaged");
        }
        index.resumeAfter(commit, found);
    }

    private static boolean matches(CommitRecord commit, IndexDigest found) {
        return commit.keys() == found.keys() && commit.contents() == found.contents();
    }

    private static void closeQuietly(IndexFile attempt) {
        try {
            attempt.close();
        } catch (RuntimeException e) {
            // already closed with its version
        }
    }
}
