package dev.tributary.app.storage;

import dev.tributary.app.storage.index.CommitRecord;
import dev.tributary.app.storage.index.UnknownFormatException;
import dev.tributary.core.error.FatalErrors;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.storage.StoreHealth;
import dev.tributary.core.storage.StoreSpace;
import dev.tributary.core.storage.StoreUsage;
import dev.tributary.transport.files.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's directory: {@code index.mv}, {@code generation}, {@code bodies/} and {@code quarantine/}. Methods block, and
 * are for one thread unless stated otherwise. A failed index is closed and opened again at its last durable commit; if it
 * is damaged, it is opened for reading only.
 */
final class ContractFiles {

    private static final Logger log = LoggerFactory.getLogger(ContractFiles.class);

    /** Minimum pause between errors in the log about failed writes. */
    private static final Duration REPORT_INTERVAL = Duration.ofMinutes(1);

    /** Pause before an index that is only read is opened whole again: the disk may have failed to read it. */
    private static final Duration REOPEN_PAUSE = Duration.ofMinutes(1);

    private final Path indexFile;
    private final Disk disk;
    private final StorageConfig config;
    private final BlobFiles blobs;
    private final Quarantine quarantine;
    private final GenerationFile generation;
    private final CodeCache recentCode;
    private final KnownDamage damage = new KnownDamage();
    private final WriteGate gate;

    /** Files that no record refers to since the last commit. */
    private final List<Blob.FileBlob> replaced = new ArrayList<>();

    /** Files of changes that failed, to delete when the index is open without them. */
    private final List<Blob.FileBlob> unwanted = new ArrayList<>();

    private volatile @Nullable ContractIndex index;
    private volatile StoreUsage usage = new StoreUsage(0, 0);
    private volatile boolean isWhole = true;
    private StoreTotals totals = StoreTotals.empty();
    private CommitRecord lastCommit = CommitRecord.first();
    private long nextReportAt = System.nanoTime();

    /** Whether the index is damaged and open for reading only. */
    private boolean isReadOnly;

    private long reopenAt;

    private ContractFiles(Path directory, Disk disk, StorageConfig config) {
        this.indexFile = directory.resolve("index.mv");
        this.disk = disk;
        this.config = config;
        this.quarantine = new Quarantine(directory.resolve("quarantine"), disk);
        this.generation = new GenerationFile(directory.resolve("generation"), disk);
        this.blobs = new BlobFiles(directory.resolve("bodies"), disk, quarantine, config);
        this.recentCode = new CodeCache(
                Math.min(config.cacheBytes(), MemoryPlan.ofThisProcess().bytes(MemoryUse.STORE_CODE)));
        this.gate = new WriteGate(directory.resolve("bodies"), disk, System::nanoTime);
    }

    /** Opens the directory, or creates an empty one. */
    static ContractFiles open(Path directory, Disk disk, StorageConfig config) {
        ContractFiles files = new ContractFiles(directory, disk, config);
        try {
            if (Files.notExists(directory)) {
                OwnerOnly.createDirectories(directory);
                disk.sync(directory.toAbsolutePath().resolveSibling(""));
            }
            OwnerOnly.createDirectories(directory.resolve("bodies"));
            files.start();
            return files;
        } catch (IOException | RuntimeException e) {
            throw new StorageException("cannot open the store " + files.indexFile, e);
        }
    }

    /**
     * Opens a directory that {@link #open} refused, for reading only; changes nothing.
     *
     * @throws StorageException the refusal, if nothing of the index can be read
     */
    static ContractFiles openDamaged(Path directory, Disk disk, StorageConfig config, StorageException refusal) {
        ContractFiles files = new ContractFiles(directory, disk, config);
        ContractIndex readable = refusal.getCause() instanceof UnknownFormatException
                ? null
                : DamagedIndex.open(files.indexFile, disk, config);
        if (readable == null) {
            throw refusal;
        }
        files.index = readable;
        files.isWhole = false;
        files.isReadOnly = true;
        files.reopenAt = System.nanoTime() + Duration.ofDays(1).toNanos(); // the caller only reads
        files.gate.setDamage(String.valueOf(refusal.getMessage()));
        return files;
    }

    /** Opens the index, and moves away files that no record refers to. */
    private void start() throws IOException {
        IndexStart start = new IndexStart(indexFile, disk, config);
        OpenedIndex found = start.open(generation, blobs, quarantine);
        ContractIndex opened = found.index();
        try {
            totals = found.totals();
            isWhole = totals.isWhole();
            totals.sweep(opened, blobs, start.damage());
            if (start.damage() == null) {
                quarantine.expire(Instant.now());
            }
            lastCommit = opened.lastCommit();
            generation.replace(lastCommit);
        } catch (IOException | RuntimeException e) {
            opened.abandon();
            throw e;
        }
        usage = totals.usage();
        index = opened;
    }

    /** A reader of these files. Safe to call from any thread. */
    ContractReader reader() {
        return new ContractReader(this::openIndex, blobs, recentCode, damage);
    }

    /** Lists what is in these files. Safe to call from any thread. */
    ContractLister lister() {
        return new ContractLister(this::openIndex, blobs, damage);
    }

    /** The code cache. Safe to call from any thread. */
    CodeCache recentCode() {
        return recentCode;
    }

    /** Whether all records were whole when the index was opened. Safe to call from any thread. */
    boolean isWhole() {
        return isWhole;
    }

    /** The totals of the store. Safe to call from any thread. */
    StoreUsage usage() {
        return usage;
    }

    /** Whether commits are taken. Safe to call from any thread. */
    StoreHealth health() {
        return gate.health();
    }

    /** Refuses a commit at once while the writer waits for the disk. Safe to call from any thread. */
    void requireMovingDisk() {
        String standstill = gate.standstill();
        if (standstill != null) {
            gate.addRefused(1);
            throw new StorageException("the store refuses commits: " + standstill);
        }
    }

    /** What index, bodies and quarantine occupy, and what is free. Safe to call from any thread. */
    StoreSpace space() {
        long allocated = blobs.allocated() + indexFile.toFile().length() + quarantine.bytes();
        return new StoreSpace(allocated, gate.free());
    }

    /** Looks whether commits can be taken, after which {@link #health} is up to date. */
    void check() {
        reopenIfDue();
        gate.check();
    }

    /** Makes the changes durable together, or fails those that are not durable. */
    void apply(List<PendingChange> changes) {
        reopenIfDue();
        String refusal = gate.check();
        List<PendingChange> admitted = refusal == null ? changes : admissible(changes, refusal);
        if (admitted.isEmpty()) {
            gate.addRefused(changes.size());
            return;
        }
        gate.onCommitStart();
        List<Blob.FileBlob> written = List.of();
        try {
            ContractIndex open = requireIndex();
            CommitBatch batch = new CommitBatch(open, blobs, totals, damage);
            written = batch.writtenBlobs();
            admitted.forEach(batch::apply);
            batch.commit();
            lastCommit = open.lastCommit();
            replaced.addAll(batch.replacedBlobs());
            usage = totals.usage();
            admitted.forEach(this::cacheCode);
        } catch (Throwable e) { // any error: the writer continues with the next changes
            FatalErrors.report(e);
            StorageException failure = new StorageException("cannot write to the store " + indexFile, rootOf(e));
            admitted.forEach(change -> change.failWith(failure));
            gate.onFailure(rootOf(e));
            unwanted.addAll(written);
            recover(e);
        } finally {
            gate.onCommitEnd();
            gate.addRefused(
                    (int) changes.stream().filter(PendingChange::hasFailed).count());
        }
    }

    /** Fails the commits, and returns the removals: they make room, from the reserve. */
    private List<PendingChange> admissible(List<PendingChange> changes, String refusal) {
        StorageException refused = new StorageException("the store refuses commits: " + refusal);
        changes.stream().filter(change -> !isAdmissible(change)).forEach(change -> change.failWith(refused));
        return changes.stream().filter(this::isAdmissible).toList();
    }

    private boolean isAdmissible(PendingChange change) {
        return change.content() == null && !isReadOnly;
    }

    /** Deletes the blobs that the last changes replaced, and compacts. Called after the changes are answered. */
    void cleanUp() {
        ContractIndex open = index;
        if (open == null || isReadOnly) {
            return;
        }
        markGeneration();
        replaced.forEach(blobs::delete);
        replaced.clear();
        try {
            open.compactPeriodically();
        } catch (RuntimeException e) {
            recover(e);
        }
    }

    /** Closes the index. */
    void close() {
        ContractIndex open = index;
        index = null;
        if (open != null) {
            try {
                if (isReadOnly) {
                    open.abandon();
                    return;
                }
                open.close();
                generation.sync(open.lastCommit());
            } catch (IOException | RuntimeException e) {
                throw new StorageException("cannot close the store " + indexFile, e);
            }
        }
    }

    /** Notes the last commit beside the index; without syncing, as the next start only needs a lower limit. */
    private void markGeneration() {
        if (config.durability() != Durability.SYNC) {
            return; // the index may still go back
        }
        try {
            generation.write(lastCommit);
        } catch (IOException e) {
            log.debug("generation not written index={}", indexFile, e);
        }
    }

    private ContractIndex openIndex() {
        ContractIndex open = index;
        if (open == null) {
            throw new StorageException("the store " + indexFile + " failed and has not been reopened yet");
        }
        return open;
    }

    /** The open index; opened again at the last commit that succeeded, if it failed. */
    private ContractIndex requireIndex() throws IOException {
        ContractIndex open = index;
        if (open != null) {
            return open;
        }
        OpenedIndex found = new IndexOpener(indexFile, disk, config).open(lastCommit, lastCommit);
        open = found.index();
        totals = found.totals();
        isWhole = totals.isWhole();
        usage = totals.usage();
        unwanted.forEach(blobs::delete);
        unwanted.clear();
        index = open;
        return open;
    }

    /** Closes the failed index and tries to reopen it at once, since reads need it even if no write follows. */
    private void recover(Throwable failure) {
        logFailure(failure);
        ContractIndex failed = index;
        index = null;
        if (failed != null) {
            failed.abandon();
        }
        try {
            requireIndex();
        } catch (IOException | RuntimeException e) {
            log.debug("store reopen failed index={}", indexFile, e);
            openForReading(e);
        }
    }

    /** Opens the index as it is, so that what is not damaged stays readable. If that fails, the next change tries again. */
    private void openForReading(Throwable defect) {
        reopenAt = System.nanoTime() + REOPEN_PAUSE.toNanos();
        try {
            index = ContractIndex.open(ContractIndex.file(indexFile, disk, config, List.of()), config);
            isReadOnly = true;
            gate.setDamage(defect.getMessage()
                    + ". Start again with storage.when-damaged = continue to go on with what is readable");
        } catch (IOException | RuntimeException e) {
            log.debug("damaged index not opened index={}", indexFile, e);
        }
    }

    /** Opens an index that is only read whole again. */
    private void reopenIfDue() {
        ContractIndex open = index;
        if (!isReadOnly || open == null || System.nanoTime() - reopenAt < 0) {
            return;
        }
        index = null;
        isReadOnly = false;
        gate.setDamage(null);
        open.abandon();
        try {
            requireIndex();
        } catch (IOException | RuntimeException e) {
            log.debug("store reopen failed index={}", indexFile, e);
            openForReading(e);
        }
    }

    /** Logs an error at most once per interval: a full disk may fail every commit for hours. */
    private void logFailure(Throwable failure) {
        long now = System.nanoTime();
        if (now - nextReportAt < 0) {
            log.debug("store write failed index={}", indexFile, failure);
            return;
        }
        nextReportAt = now + REPORT_INTERVAL.toNanos();
        log.error(
                "store write failed, new commits are refused and stored contracts stay readable index={}",
                indexFile,
                failure);
    }

    /** The root cause: the index library wraps the disk's error. */
    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private void cacheCode(PendingChange change) {
        PendingChange.Content content = change.content();
        if (content != null) {
            recentCode.put(content.code());
        }
    }
}
