package dev.tributary.core.contract;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A call with its answer: runs once, on some thread, which is interrupted when nobody waits any more. */
final class QueuedCall<T> implements Runnable {

    // Unlike an emitter it takes an answer in peace when whoever waited has just left.
    private final Sinks.One<T> answer = Sinks.one();
    private final Callable<T> call;
    private @Nullable Thread runner;
    private boolean over;

    QueuedCall(Callable<T> call) {
        this.call = call;
    }

    /** Its answer, on the thread on which it runs. */
    Mono<T> answer() {
        return answer.asMono();
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        T result;
        try {
            result = call.call();
        } catch (Throwable failed) {
            if (end()) {
                answer.tryEmitError(failed);
            }
            return;
        }
        if (end()) {
            answer.tryEmitValue(result);
        }
    }

    /** Ends it without having run. */
    void refuse(Throwable reason) {
        if (begin() && end()) {
            answer.tryEmitError(reason);
        }
    }

    /** Interrupts the call if it runs and keeps it from beginning if it does not; nothing after its end. */
    synchronized void cancel() {
        over = true;
        if (runner != null) {
            runner.interrupt();
        }
    }

    private synchronized boolean begin() {
        if (over) {
            return false;
        }
        runner = Thread.currentThread();
        return true;
    }

    /** Whether somebody still waits. From here on a cancel does not interrupt, and one that did has left nothing for whatever the thread does next. */
    private synchronized boolean end() {
        runner = null;
        boolean wanted = !over;
        if (!wanted) {
            Thread.interrupted();
        }
        over = true;
        return wanted;
    }
}
