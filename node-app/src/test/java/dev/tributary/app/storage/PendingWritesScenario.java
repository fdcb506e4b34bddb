package dev.tributary.app.storage;

import static dev.tributary.core.interleaving.Facts.require;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.interleaving.Scenario;
import dev.tributary.core.limit.Permits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Callers, the close and the blocking writer thread at the store's queue of changes. */
final class PendingWritesScenario implements Scenario {

    private final Permits bytes = new Permits(100);
    private final PendingWrites<String> queue = new PendingWrites<>("changes", 2, bytes);
    private final List<Runnable> threads = new ArrayList<>();
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger taken = new AtomicInteger();

    PendingWritesScenario thread(Consumer<PendingWritesScenario> work) {
        threads.add(() -> work.accept(this));
        return this;
    }

    void add(long size) {
        try {
            queue.add("change", size);
            admitted.incrementAndGet();
        } catch (NodeBusyException | StorageException refused) {
            // The caller is told, which is an answer.
            require(refused.getMessage() != null, "refused without a reason");
        }
    }

    void close() {
        queue.close();
    }

    /** The writer thread, until the queue is closed and empty. */
    void write(long size) {
        try {
            for (@Nullable String next = queue.take(); next != null; next = queue.take()) {
                taken.incrementAndGet();
                queue.release(1, size);
            }
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    @Override
    public List<Runnable> threads() {
        return threads;
    }

    @Override
    public void verify() {
        require(taken.get() == admitted.get(), taken + " of " + admitted + " changes were written");
        require(bytes.used() == 0, bytes.used() + " bytes are left");
        require(queue.poll() == null, "a change is left");
    }
}
