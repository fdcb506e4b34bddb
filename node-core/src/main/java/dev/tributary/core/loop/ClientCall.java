package dev.tributary.core.loop;

import dev.tributary.core.error.NodeStoppedException;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One pending call of a local client. The client holds {@link #result()}, the loop calls {@link #completeFrom}. Whichever comes
 * first, result or cancellation, is final.
 */
public final class ClientCall<T> {

    private final Sinks.One<T> result = Sinks.one();
    private final Disposable.Swap operation = Disposables.swap();

    public Mono<T> result() {
        return result.asMono();
    }

    /** Subscribes to the operation and completes the call with its result, unless the client has cancelled. */
    public void completeFrom(Mono<T> work) {
        if (!operation.isDisposed()) {
            operation.update(work.subscribe(result::tryEmitValue, result::tryEmitError, result::tryEmitEmpty));
        }
    }

    /** Ends the call; an operation that still runs is cancelled. */
    public void cancel() {
        operation.dispose();
    }

    /** Fails the call because the node stops; no effect once there is a result. */
    public void failStopped() {
        result.tryEmitError(NodeStoppedException.duringOperation());
    }
}
