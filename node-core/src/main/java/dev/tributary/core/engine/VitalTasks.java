package dev.tributary.core.engine;

import dev.tributary.core.error.FatalErrors;
import dev.tributary.core.error.NodeFailedException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The tasks that a node needs for its whole life. The end of one, with or without an error, is the failure of the node:
 * without it the node would look alive and do a part of its work only. Any thread.
 */
final class VitalTasks {

    private static final Logger log = LoggerFactory.getLogger(VitalTasks.class);

    private final Disposable.Composite running = Disposables.composite();
    private final Sinks.One<NodeFailedException> failure = Sinks.one();
    private volatile boolean stopping;
    private volatile boolean failed;

    /** Runs the task until {@link #dispose()}. */
    void start(String name, Publisher<?> task) {
        running.add(Flux.from(task).subscribe(next -> {}, error -> onEnd(name, error), () -> onEnd(name, null)));
    }

    /** Reports that a part of the node ended. */
    void onEnd(String name, @Nullable Throwable error) {
        if (stopping) {
            return;
        }
        if (error != null) {
            FatalErrors.report(error);
        }
        if (!failed) {
            log.error("node stops itself, a part of it ended part={}", name, error);
        }
        failed = true;
        // Later ends follow from the first one.
        failure.tryEmitValue(new NodeFailedException(name, error));
    }

    /** Emits the first end of a task; never, if the node is stopped first. */
    Mono<NodeFailedException> failure() {
        return failure.asMono();
    }

    /** Whether a task has ended. */
    boolean hasFailed() {
        return failed;
    }

    /** From now on tasks may end. */
    void expectEnds() {
        stopping = true;
    }

    /** Cancels the tasks. */
    void dispose() {
        expectEnds();
        running.dispose();
    }
}
