package dev.tributary.app.storage;

import dev.tributary.core.error.FatalErrors;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.limit.Permits;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The pool of reader threads. They are never interrupted: an interrupt would close the file channel for all threads. A
 * read that is cancelled while queued is skipped.
 */
final class ReaderPool {

    private static final Logger log = LoggerFactory.getLogger(ReaderPool.class);

    private final PendingWrites<Read<?>> queue;
    private final int threads;
    private final CountDownLatch running;

    ReaderPool(StorageConfig config) {
        this.queue = new PendingWrites<>("store reads", config.pendingReads(), new Permits(Long.MAX_VALUE));
        this.threads = config.readers();
        this.running = new CountDownLatch(threads);
    }

    void start() {
        for (int i = 1; i <= threads; i++) {
            Thread thread = new Thread(this::run, "tributary-store-reader-" + i);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Runs the task on a reader thread at each subscription, and emits its result there; null completes empty. */
    <T> Mono<T> read(Supplier<@Nullable T> task) {
        return Mono.defer(() -> {
            Read<T> read = new Read<>(task);
            queue.add(read, 0);
            return read.answer();
        });
    }

    /** Refuses further reads. */
    void close() {
        queue.close();
    }

    /** Blocks until all queued reads are answered. */
    void awaitEnd() throws InterruptedException {
        running.await();
    }

    private void run() {
        try {
            for (Read<?> read = queue.take(); read != null; read = queue.take()) {
                try {
                    read.run();
                } catch (Throwable e) { // any error: the thread continues with the next read
                    FatalErrors.report(e);
                    log.error("read callback failed", e);
                } finally {
                    queue.release(1, 0);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.countDown();
        }
    }

    private static final class Read<T> {

        private final Supplier<@Nullable T> task;
        private final Sinks.One<T> answer = Sinks.one();
        private volatile boolean cancelled;

        Read(Supplier<@Nullable T> task) {
            this.task = task;
        }

        Mono<T> answer() {
            return answer.asMono().doOnCancel(() -> cancelled = true);
        }

        void run() {
            if (cancelled) {
                return;
            }
            T result;
            try {
                result = task.get();
            } catch (NodeException e) {
                answer.tryEmitError(e);
                return;
            }
            if (result == null) {
                answer.tryEmitEmpty();
            } else {
                answer.tryEmitValue(result);
            }
        }
    }
}
