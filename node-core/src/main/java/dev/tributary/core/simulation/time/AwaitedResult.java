package dev.tributary.core.simulation.time;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/** The outcome of a publisher that a caller waits for: pending, a value, empty or a failure. */
public final class AwaitedResult<T> {

    private @Nullable T result;
    private @Nullable Throwable error;
    private boolean done;

    public void onValue(T value) {
        result = value;
    }

    public void onFailure(Throwable failure) {
        error = failure;
        done = true;
    }

    public void onComplete() {
        done = true;
    }

    public boolean isDone() {
        return done;
    }

    /** The value, or empty if there was none; throws the failure. */
    public Optional<T> get() {
        if (error != null) {
            throw Exceptions.propagate(error);
        }
        return Optional.ofNullable(result);
    }
}
