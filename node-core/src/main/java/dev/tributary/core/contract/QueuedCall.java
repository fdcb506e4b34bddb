package dev.tributary.core.contract;

import dev.tributary.core.error.FatalErrors;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A call with its result. Runs at most once, on one thread, which is interrupted when the subscriber cancels. */
final class QueuedCall<T> implements Runnable {

    // Unlike an emitter, it silently drops an error if the subscriber has just cancelled.
    private final Sinks.One<T> outcome = Sinks.one();
    private final Callable<T> call;
    private @Nullable Thread runner;
    private boolean done;

    QueuedCall(Callable<T> call) {
        this.call = call;
    }

    /** The result, emitted on the thread that runs the call. */
    Mono<T> outcome() {
        return outcome.asMono();
    }

    @Override
    public void run() {
        if (!tryStart()) {
            return;
        }
        T result;
        try {
            result = call.call();
        } catch (Throwable failed) {
            FatalErrors.reportFromContract(failed);
            if (tryFinish()) {
                outcome.tryEmitError(failed);
            }
            return;
        }
        if (tryFinish()) {
            outcome.tryEmitValue(result);
        }
    }

    /** Fails the call with this error instead of running it. */
    void fail(Throwable reason) {
        if (tryStart() && tryFinish()) {
            outcome.tryEmitError(reason);
        }
    }

    /** Ends a running call with this error, once, and interrupts its thread, which may go on; false if it has ended. */
    boolean giveUp(Throwable reason) {
        synchronized (this) {
            if (done || runner == null) {
                return false;
            }
            cancel();
        }
        outcome.tryEmitError(reason);
        return true;
    }

    /** Interrupts a running call and keeps a queued one from starting; has no effect on a finished one. */
    synchronized void cancel() {
        done = true;
        if (runner != null) {
            runner.interrupt();
        }
    }

    private synchronized boolean tryStart() {
        if (done) {
            return false;
        }
        runner = Thread.currentThread();
        return true;
    }

    /** True if the call was not cancelled; else clears the interrupt, which the thread's next task must not see. */
    private synchronized boolean tryFinish() {
        runner = null;
        boolean deliver = !done;
        if (!deliver) {
            Thread.interrupted();
        }
        done = true;
        return deliver;
    }
}
