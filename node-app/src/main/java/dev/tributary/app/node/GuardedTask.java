package dev.tributary.app.node;

import dev.tributary.core.error.FatalErrors;
import dev.tributary.core.error.RateLimitedLog;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task that runs again and again: one run that fails is logged, and the next one follows. */
final class GuardedTask {

    private static final Logger log = LoggerFactory.getLogger(GuardedTask.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private GuardedTask() {}

    /** The task, which never throws. */
    static <T> Consumer<T> of(String name, Consumer<T> task) {
        return input -> {
            try {
                task.accept(input);
            } catch (RuntimeException failure) {
                FatalErrors.report(failure);
                failures.warn(failure, "task failed, runs again task={}", name);
            }
        };
    }
}
