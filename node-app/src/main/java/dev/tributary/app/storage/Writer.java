package dev.tributary.app.storage;

import dev.tributary.core.error.StorageException;
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
 * The one thread that changes the files. It takes all changes that wait, makes them durable together and has them
 * answered by a second thread, so that what follows in the askers' pipelines does not hold up the disk.
 */
final class Writer {

    private static final Logger log = LoggerFactory.getLogger(Writer.class);

    /** Enough to share a sync well; few enough that the first of them does not wait long for the last. */
    private static final int BATCH_CHANGES = 1_024;

    private static final long BATCH_BYTES = 64L << 20;

    private final ContractFiles files;
    private final Readers readers;
    private final Backlog<Change> changes;
    private final ExecutorService answers;
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private final Thread thread;

    Writer(ContractFiles files, Readers readers, StorageConfig config) {
        this.files = files;
        this.readers = readers;
        this.changes = new Backlog<>("store changes", config.pendingChanges(), config.pendingBytes());
        this.answers = Executors.newSingleThreadExecutor(task -> daemon(task, "tributary-store-answers"));
        this.thread = daemon(this::run, "tributary-store-writer");
    }

    void start() {
        thread.start();
    }

    /** Admits the change or throws; never waits. */
    void add(Change change) {
        changes.add(change, change.bytes());
    }

    /** Refuses further changes. */
    void close() {
        changes.close();
    }

    /** Completes after the last change is answered and the files are closed. */
    Mono<Void> ended() {
        return ended.asMono();
    }

    private void run() {
        try {
            for (Change first = changes.take(); first != null; first = changes.take()) {
                List<Change> batch = batch(first);
                files.apply(batch);
                answers.execute(() -> answer(batch));
                files.tidy();
            }
            readers.awaitEnd();
            files.close();
            answers.execute(() -> ended.tryEmitEmpty());
        } catch (StorageException e) {
            answers.execute(() -> ended.tryEmitError(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("nobody interrupts this thread", e);
        } finally {
            answers.shutdown();
        }
    }

    private List<Change> batch(Change first) {
        List<Change> batch = new ArrayList<>();
        long bytes = 0;
        for (@Nullable Change next = first; next != null; next = hasRoom(batch, bytes) ? changes.poll() : null) {
            batch.add(next);
            bytes += next.bytes();
        }
        return batch;
    }

    private static boolean hasRoom(List<Change> batch, long bytes) {
        return batch.size() < BATCH_CHANGES && bytes < BATCH_BYTES;
    }

    private void answer(List<Change> batch) {
        long bytes = batch.stream().mapToLong(Change::bytes).sum();
        changes.done(batch.size(), bytes);
        for (Change change : batch) {
            try {
                change.answer();
            } catch (RuntimeException e) {
                log.error("an asker failed on the answer about contract={}", change.id(), e);
            }
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
