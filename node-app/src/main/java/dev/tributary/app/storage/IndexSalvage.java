package dev.tributary.app.storage;

import dev.tributary.app.storage.index.CommitRecord;
import dev.tributary.app.storage.index.IndexFile;
import dev.tributary.core.storage.UnreadableRange;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a damaged index by one of all entries that can still be read, from the newest version and the few older ones. The
 * damaged file is kept in the quarantine, and stays the index until the new one is complete.
 */
final class IndexSalvage {

    private static final Logger log = LoggerFactory.getLogger(IndexSalvage.class);

    /** Maximum number of versions to read: the space of older ones is reused. */
    private static final int MAX_VERSIONS = 6;

    /** Maximum number of parts that are logged. */
    private static final int MAX_LOGGED = 20;

    private final Path file;
    private final Disk disk;
    private final StorageConfig config;
    private final BlobFiles blobs;
    private final List<UnreadableRange> lost = new ArrayList<>();
    private int contracts;

    IndexSalvage(Path file, Disk disk, StorageConfig config, BlobFiles blobs) {
        this.file = file;
        this.disk = disk;
        this.config = config;
        this.blobs = blobs;
    }

    /**
     * Replaces the file.
     *
     * @param before the commit that the new index continues after
     */
    void run(CommitRecord before, Quarantine quarantine, String reason) throws IOException {
        if (Files.exists(file)) {
            quarantine.keepCopy(file, reason);
        }
        ContractIndex.create(file, disk, config, before, this::copyAll);
        lost.stream()
                .limit(MAX_LOGGED)
                .forEach(range -> log.warn(
                        "part of the index not read in its newest version {} reason=\"{}\"",
                        range.contracts(),
                        range.reason()));
        log.warn(
                "index rebuilt from what is readable index={} contracts={} unread-parts={} reason=\"{}\"",
                file,
                contracts,
                lost.size(),
                reason);
    }

    private void copyAll(ContractIndex target) {
        Set<Long> rejected = new LinkedHashSet<>();
        for (int version = 0; version < MAX_VERSIONS; version++) {
            IndexFile damaged;
            try {
                if (Files.notExists(file) || Files.size(file) == 0) {
                    return;
                }
                damaged = ContractIndex.damagedFile(file, disk, rejected);
            } catch (IOException | RuntimeException e) {
                log.debug("damaged index not opened index={}", file, e);
                return;
            }
            List<UnreadableRange> unreadable = copy(damaged, target);
            if (version == 0) {
                lost.addAll(unreadable);
            }
            long newest = damaged.newestChunk();
            damaged.close();
            if (newest < 0 || !rejected.add(newest)) {
                return;
            }
        }
    }

    /** Copies the entries that the target does not have from a newer version. Returns the parts that cannot be read. */
    private List<UnreadableRange> copy(IndexFile damaged, ContractIndex target) {
        try {
            ContractIndex source = ContractIndex.open(damaged, config);
            try {
                source.forEachReadableProgram((hash, bytes) -> {
                    ProgramRecord program = programOf(bytes);
                    if (program != null && target.program(hash) == null) {
                        target.putProgram(hash, program);
                    }
                });
                return source.forEachReadableContract((id, bytes) -> copy(id, bytes, target));
            } finally {
                source.abandon();
            }
        } catch (IOException | RuntimeException | StackOverflowError e) {
            log.debug("version of the damaged index not read to its end index={}", file, e);
            return List.of(new UnreadableRange(null, null, String.valueOf(e.getMessage())));
        }
    }

    private void copy(ContractInstanceId name, byte[] bytes, ContractIndex target) {
        ContractRecord record;
        try {
            record = ContractRecord.decode(bytes);
        } catch (IOException e) {
            return;
        }
        ContractInstanceId id = record.parameters() instanceof Blob.InlineBlob inline
                ? ContractInstanceId.of(record.code(), new Parameters(inline.bytes()))
                : name;
        if (target.contract(id) == null
                && record.digest() != null
                && blobs.exists(record.parameters())
                && blobs.exists(record.state())) {
            target.putContract(id, record);
            contracts++;
        }
    }

    private @Nullable ProgramRecord programOf(byte[] bytes) {
        try {
            ProgramRecord program = ProgramRecord.decode(bytes);
            return blobs.exists(program.code()) ? program : null;
        } catch (IOException e) {
            return null;
        }
    }
}
