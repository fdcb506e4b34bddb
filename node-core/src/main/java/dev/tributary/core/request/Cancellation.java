package dev.tributary.core.request;

import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;

/** Work that ends with something else, such as the link of its peer. */
public final class Cancellation {

    private Cancellation() {}

    /**
     * Runs the work; cancels it and completes empty when {@code end} emits or completes. A result or an error of the
     * work that crosses with the cancellation has no receiver any more and is discarded.
     */
    public static <T> Mono<T> until(Mono<T> work, Mono<?> end) {
        return Mono.firstWithSignal(end.then(Mono.<T>empty()), work);
    }

    /** The same work; its error after a cancellation, such as that of a timeout, has no receiver and is discarded. */
    static <T> Mono<T> quiet(Mono<T> work) {
        return Mono.defer(() -> {
            AtomicBoolean cancelled = new AtomicBoolean();
            return work.onErrorResume(failure -> cancelled.get() ? Mono.empty() : Mono.error(failure))
                    .doOnCancel(() -> cancelled.set(true));
        });
    }
}
