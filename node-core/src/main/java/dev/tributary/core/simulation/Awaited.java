package dev.tributary.core.simulation;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/** What somebody waits for: not there yet, or the way in which it ended. */
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

    /** Its value, if it had one; throws what it failed with. */
    Optional<T> get() {
        if (failure != null) {
            throw Exceptions.propagate(failure);
        }
        return Optional.ofNullable(value);
    }
}
