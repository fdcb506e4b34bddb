package dev.tributary.app.node;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/** Resources that are closed in the reverse order of their opening. Used by one thread at a time. */
final class ResourceStack {

    private static final Logger log = LoggerFactory.getLogger(ResourceStack.class);

    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    /** Adds a resource, which is closed before those that were added earlier. */
    void push(AutoCloseable resource) {
        resources.push(resource);
    }

    /** Adds a scheduler, which is disposed. */
    Scheduler push(Scheduler scheduler) {
        resources.push(scheduler::dispose);
        return scheduler;
    }

    /** Closes all resources; one that fails is logged, and the others are closed all the same. */
    void close() {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception failure) {
                log.warn("close failed", failure);
            }
        }
    }

    /** As {@link #close()}, but returns after the limit: what is left then is given up, such as a disk that hangs. */
    void closeWithin(Duration limit) {
        Thread closing = new Thread(this::close, "tributary-close");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(limit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closing.isAlive()) {
            log.error(
                    "close timed out, the rest is given up seconds={} at={}",
                    limit.toSeconds(),
                    Arrays.toString(closing.getStackTrace()));
        }
    }
}
