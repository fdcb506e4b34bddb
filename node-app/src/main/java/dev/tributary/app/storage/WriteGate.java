package dev.tributary.app.storage;

import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.storage.StoreHealth;
import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Decides whether the store takes commits: not while the disk has less free space than the reserve, which removals and
 * the index need, and after a failed commit not before a small file can be written again. Also times the commits. The
 * writer thread calls it; {@link #health} is safe to call from any thread.
 */
final class WriteGate {

    /** Maximum number of bytes of the disk that commits leave free. */
    private static final long MAX_RESERVE = 64L << 20;

    /** Part of the disk that commits leave free, if that is less. */
    private static final int RESERVE_DIVISOR = 20;

    /** Size of the file that is written to see whether the disk takes data again. */
    private static final int TRIAL_BYTES = 64 << 10;

    /** Duration of a commit that is counted and logged as slow. */
    private static final Duration SLOW = Duration.ofSeconds(1);

    /** Duration after which a commit that has not ended makes the store refuse: the disk stands still. */
    static final Duration STUCK = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(WriteGate.class);

    private final Path directory;
    private final Disk disk;
    private final LongSupplier nanos;
    private final RateLimitedLog refusals;
    private final RateLimitedLog slowness;
    private volatile @Nullable String refusal;
    private volatile @Nullable String lastFailure;
    private volatile @Nullable String damage;
    private final AtomicLong refusedCommits = new AtomicLong();
    private final AtomicLong slowCommits = new AtomicLong();
    private volatile long longestNanos;
    private volatile long commitStart;
    private volatile boolean isCommitting;

    WriteGate(Path directory, Disk disk, LongSupplier nanos) {
        this.directory = directory;
        this.disk = disk;
        this.nanos = nanos;
        this.refusals = new RateLimitedLog(log, 1, nanos);
        this.slowness = new RateLimitedLog(log, 1, nanos);
    }

    /** Bytes that commits may still write; negative if less than the reserve is free. */
    long free() {
        return disk.usableSpace(directory) - Math.min(MAX_RESERVE, disk.totalSpace(directory) / RESERVE_DIVISOR);
    }

    /** Looks at the disk, and returns why commits are refused now; null if they are taken. */
    @Nullable
    String check() {
        String before = refusal;
        String now = defect();
        refusal = now;
        if (now != null) {
            refusals.log(
                    Level.ERROR,
                    "store refuses commits, stored contracts stay readable reason=\"{}\" free={} refused={}",
                    now,
                    disk.usableSpace(directory),
                    refusedCommits.get());
        } else if (before != null) {
            lastFailure = null;
            log.info("store takes commits again free={}", disk.usableSpace(directory));
        }
        return now;
    }

    private @Nullable String defect() {
        String known = damage;
        if (known != null) {
            return known;
        }
        if (free() < 0) {
            return "No space left on device, but for the reserve";
        }
        String failure = lastFailure;
        return failure == null || isWritten() ? null : failure;
    }

    /** Whether the disk takes a small file. */
    private boolean isWritten() {
        Path trial = directory.resolve("trial");
        try {
            Files.deleteIfExists(trial);
            disk.write(trial, Bytes.wrap(new byte[TRIAL_BYTES]));
            disk.sync(trial);
            return true;
        } catch (IOException e) {
            log.debug("trial of the disk failed", e);
            return false;
        } finally {
            deleteQuietly(trial);
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.debug("trial file not deleted", e);
        }
    }

    void onCommitStart() {
        commitStart = nanos.getAsLong();
        isCommitting = true;
    }

    void onCommitEnd() {
        isCommitting = false;
        long took = nanos.getAsLong() - commitStart;
        longestNanos = Math.max(longestNanos, took);
        if (took > SLOW.toNanos()) {
            slowness.log(
                    Level.WARN,
                    "slow disk commit-ms={} slow-commits={}",
                    took / 1_000_000,
                    slowCommits.incrementAndGet());
        }
    }

    /** Records that a group commit failed: until the disk takes a trial file, further commits are refused. */
    void onFailure(Throwable failure) {
        String reason = String.valueOf(failure.getMessage());
        lastFailure = reason;
        refusal = reason;
    }

    /** Records why the index cannot be written to; null if it can. */
    void setDamage(@Nullable String defect) {
        damage = defect;
    }

    /** Counts commits that were not stored. */
    void addRefused(int commits) {
        refusedCommits.addAndGet(commits);
    }

    /** Why the writer cannot even refuse a commit: it waits for the disk; null if it does not. */
    @Nullable
    String standstill() {
        long since = nanos.getAsLong() - commitStart;
        return isCommitting && since > STUCK.toNanos()
                ? "the disk has not finished a write for " + since / 1_000_000_000 + " s"
                : null;
    }

    StoreHealth health() {
        String standstill = standstill();
        String reason = standstill == null ? refusal : standstill;
        return new StoreHealth(reason, refusedCommits.get(), slowCommits.get(), Duration.ofNanos(longestNanos));
    }
}
