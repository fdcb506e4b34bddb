package dev.tributary.core.simulation;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/** The outcome of a publisher that a caller waits for: pending, a value, empty or a failure. */
final class Awaited<T> {

    private @Nullable T value;
    private @Nullable Throwable failure;
    private boolean over;

    void value(T result) {
        value = result;
    }

    void failure(Throwable error) {
        failure = error;
        over = true;
    }

    void end() {
        over = true;
    }

    boolean over() {
        return over;
    }

    /** The value, or empty if there was none; throws the failure. */
    Optional<T> get() {
        if (failure != null) {
            throw Exceptions.propagate(failure);
        }
        return Optional.ofNullable(value);
    }
}
