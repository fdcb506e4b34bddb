package dev.tributary.core.loop;

import dev.tributary.core.error.NodeStoppedException;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The one answer that a client waits for. The client holds {@link #mono()}, the loop calls {@link #from}; whichever
 * comes first of an answer and the client's leaving is final.
 */
final class Answer<T> {

    private final Sinks.One<T> result = Sinks.one();
    private final Disposable.Swap operation = Disposables.swap();

    Mono<T> mono() {
        return result.asMono();
    }

    /** Lets the operation give the answer, unless the client has gone already. */
    void from(Mono<T> work) {
        if (!operation.isDisposed()) {
            operation.update(work.subscribe(result::tryEmitValue, result::tryEmitError, result::tryEmitEmpty));
        }
    }

    /** The client has its answer, or has gone: an operation that still runs is cancelled. */
    void leave() {
        operation.dispose();
    }

    /** Tells the client that the node stops; without effect once there is an answer. */
    void stopped() {
        result.tryEmitError(new NodeStoppedException());
    }
}
