package dev.tributary.app.storage;

import dev.tributary.core.error.FatalErrors;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.watchdog.Watched;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The writer thread, the only one that changes the files. It takes all queued changes, commits them together, and
 * completes them on a second thread, so that the callers' pipelines do not delay the disk.
 */
final class StoreWriter {

    private static final Logger log = LoggerFactory.getLogger(StoreWriter.class);

    /** Maximum number of changes per commit: enough to amortise the fsync, few enough to bound the latency. */
    private static final int MAX_BATCH_CHANGES = 1_024;

    /** Number of bytes after which no change is added to a commit. */
    private static final long MAX_BATCH_BYTES = 64L << 20;

    private final ContractFiles files;
    private final ReaderPool readers;
    private final PendingWrites<PendingChange> queue;
    private final ExecutorService callbackExecutor;
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private final Thread thread;
    private final WatchedWriter watched;

    StoreWriter(ContractFiles files, ReaderPool readers, StorageConfig config) {
        this.files = files;
        this.readers = readers;
        this.queue = new PendingWrites<>(
                "store changes",
                config.pendingChanges(),
                MemoryPlan.ofThisProcess().permits(MemoryUse.STORE_WRITES, config.pendingBytes()));
        this.callbackExecutor = Executors.newSingleThreadExecutor(task -> daemon(task, "tributary-store-callbacks"));
        this.thread = daemon(this::run, "tributary-store-writer");
        this.watched = new WatchedWriter(thread);
    }

    void start() {
        thread.start();
    }

    /** Enqueues the change, or throws if the queue is full or closed. Does not block. */
    void add(PendingChange change) {
        queue.add(change, change.bytes());
    }

    /** Refuses further changes. */
    void close() {
        queue.close();
    }

    /** The writer thread, for the watchdog. */
    Watched watched() {
        return watched;
    }

    /** Completes after the last change is answered and the files are closed. */
    Mono<Void> ended() {
        return ended.asMono();
    }

    private void run() {
        try {
            for (PendingChange first = queue.take(); first != null; first = queue.take()) {
                List<PendingChange> batch = batch(first);
                watched.step(() -> guarded(() -> apply(batch)));
                callbackExecutor.execute(() -> answer(batch));
                watched.step(() -> guarded(files::cleanUp));
            }
            readers.awaitEnd();
            files.close();
            callbackExecutor.execute(() -> ended.tryEmitEmpty());
        } catch (StorageException e) {
            callbackExecutor.execute(() -> ended.tryEmitError(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the writer thread must not be interrupted", e);
        } finally {
            callbackExecutor.shutdown();
        }
    }

    /** An error must not end the thread, or changes would be taken and never committed. */
    private static void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error failure) {
            FatalErrors.report(failure);
            log.error("store writer failed, continues with the next changes", failure);
        }
    }

    private void apply(List<PendingChange> batch) {
        List<PendingChange> changes =
                batch.stream().filter(change -> !change.isProbe()).toList();
        if (!changes.isEmpty()) {
            files.apply(changes);
        } else {
            files.check();
        }
    }

    private List<PendingChange> batch(PendingChange first) {
        List<PendingChange> batch = new ArrayList<>();
        long bytes = 0;
        for (@Nullable PendingChange next = first; next != null; next = hasRoom(batch, bytes) ? queue.poll() : null) {
            batch.add(next);
            bytes += next.bytes();
        }
        return batch;
    }

    private static boolean hasRoom(List<PendingChange> batch, long bytes) {
        return batch.size() < MAX_BATCH_CHANGES && bytes < MAX_BATCH_BYTES;
    }

    private void answer(List<PendingChange> batch) {
        long bytes = batch.stream().mapToLong(PendingChange::bytes).sum();
        queue.release(batch.size(), bytes);
        for (PendingChange change : batch) {
            try {
                change.complete();
            } catch (RuntimeException | Error e) {
                FatalErrors.report(e);
                log.error("change callback failed contract={}", change.id(), e);
            }
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
