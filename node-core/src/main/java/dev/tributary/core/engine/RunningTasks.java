package dev.tributary.core.engine;

import dev.tributary.core.loop.DisposableSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** Work of the node that no client waits for: requests of peers, their updates, and background work. Any thread. */
final class RunningTasks {

    private static final Logger log = LoggerFactory.getLogger(RunningTasks.class);

    private final DisposableSet running = new DisposableSet();

    /**
     * Starts the work. Its result is discarded; a failure is logged at debug level.
     *
     * @param name names it in the log: a transaction, a contract
     * @param done the log's word for its success
     */
    void start(Mono<?> work, Object name, String done) {
        Disposable.Swap handle = Disposables.swap();
        running.add(handle);
        handle.update(work.doFinally(end -> running.remove(handle))
                .subscribe(
                        result -> {},
                        failure -> log.debug("{} not {}: {}", name, done, failure.toString()),
                        () -> log.debug("{} {}", name, done)));
    }

    /** The number of tasks under way. */
    int count() {
        return running.size();
    }

    /** Cancels all tasks, and each that is started from now on. */
    void cancel() {
        running.dispose();
    }
}
