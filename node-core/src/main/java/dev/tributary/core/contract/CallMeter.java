package dev.tributary.core.contract;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.function.Supplier;

/** Counts contract calls and measures their duration. Safe to use from any thread. */
final class CallMeter {

    private final TimeSource time;
    private long finished;
    private long failed;
    private long totalNanos;
    private long longestNanos;

    CallMeter(TimeSource time) {
        this.time = time;
    }

    /** Makes the call and counts its outcome. A rejection by the contract counts as finished, not as failed. */
    <T> T measure(Supplier<T> call) {
        long started = time.nanos();
        boolean completed = false;
        try {
            T result = call.get();
            completed = true;
            return result;
        } catch (ContractRejectedException rejected) {
            completed = true;
            throw rejected;
        } finally {
            count(completed, time.nanos() - started);
        }
    }

    synchronized ContractUsage usage(QueueUsage queue, RuntimeUsage runtimes) {
        return new ContractUsage(
                queue, finished, failed, Duration.ofNanos(totalNanos), Duration.ofNanos(longestNanos), runtimes);
    }

    private synchronized void count(boolean completed, long duration) {
        if (completed) {
            finished++;
        } else {
            failed++;
        }
        totalNanos += duration;
        longestNanos = Math.max(longestNanos, duration);
    }
}
