package dev.tributary.core.contract.wasm;

import com.sun.management.ThreadMXBean;
import dev.tributary.core.error.ContractUnsupportedException.Excess;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches one load of a module on its thread: each phase has a budget of processor time and of allocated memory. The
 * engine cannot be interrupted while it loads, so a load over a budget is given up: it runs on, unused, to its end,
 * which the measure of the module bounds.
 */
final class LoadWatch implements Watchdog.Watched {

    /** The phases of a load. */
    enum Phase {
        /** Parsing includes the validation, which the engine does function by function. */
        PARSE("parse and validate"),
        COMPILE("compile");

        private final String label;

        Phase(String label) {
            this.label = label;
        }
    }

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Null on a JVM that does not tell the memory and the time of a thread; then only the measure bounds a load. */
    private static final @Nullable ThreadMXBean THREADS = threads();

    private final WasmLimits.LoadLimits limits;
    private final Consumer<Excess> onExcess;
    private final long thread = Thread.currentThread().getId();
    private @Nullable Phase phase;
    private long startNanos;
    private long startBytes;
    private boolean done;
    private boolean givenUp;

    /** Watches the current thread from the first phase on. */
    LoadWatch(WasmLimits.LoadLimits limits, Consumer<Excess> onExcess) {
        this.limits = limits;
        this.onExcess = onExcess;
    }

    /** Begins a phase, with the whole of its budgets; returns false if the load was given up. On the loading thread. */
    boolean begin(Phase next) {
        check(0);
        return start(next);
    }

    /** Ends the watch; returns false if the load was given up. On the loading thread. */
    boolean end() {
        check(0);
        return finish();
    }

    private synchronized boolean start(Phase next) {
        phase = next;
        startNanos = THREADS == null ? 0 : THREADS.getThreadCpuTime(thread);
        startBytes = THREADS == null ? 0 : THREADS.getThreadAllocatedBytes(thread);
        return !givenUp;
    }

    private synchronized boolean finish() {
        done = true;
        return !givenUp;
    }

    @Override
    public void check(long now) {
        Excess excess = excess();
        if (excess != null) {
            onExcess.accept(excess);
        }
    }

    private synchronized @Nullable Excess excess() {
        Phase current = phase;
        if (done || givenUp || current == null || THREADS == null) {
            return null;
        }
        long millis = (THREADS.getThreadCpuTime(thread) - startNanos) / NANOS_PER_MILLI;
        long bytes = THREADS.getThreadAllocatedBytes(thread) - startBytes;
        Excess excess = null;
        if (millis > limits.time(current).toMillis()) {
            excess = new Excess(
                    "ms of processor time to " + current.label,
                    millis,
                    limits.time(current).toMillis(),
                    false);
        } else if (bytes > limits.bytes(current)) {
            excess = new Excess("bytes allocated to " + current.label, bytes, limits.bytes(current), false);
        }
        givenUp = excess != null;
        return excess;
    }

    private static @Nullable ThreadMXBean threads() {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
                        && bean.isThreadAllocatedMemorySupported()
                        && bean.isThreadCpuTimeSupported()
                ? bean
                : null;
    }
}
