package dev.tributary.core.contract;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.function.Supplier;

/** Counts calls of contracts and the time that they take. Safe to use from any thread. */
final class CallMeter {

    private final TimeSource time;
    private long finished;
    private long failed;
    private long nanos;
    private long longest;

    CallMeter(TimeSource time) {
        this.time = time;
    }

    /** Makes the call, whatever comes of it. A contract that says no has answered. */
    <T> T measure(Supplier<T> call) {
        long began = time.nanos();
        boolean answered = false;
        try {
            T answer = call.get();
            answered = true;
            return answer;
        } catch (ContractRejectedException no) {
            answered = true;
            throw no;
        } finally {
            count(answered, time.nanos() - began);
        }
    }

    synchronized ContractUsage usage(QueueUsage queue, RuntimeUsage runtimes) {
        return new ContractUsage(queue, finished, failed, Duration.ofNanos(nanos), Duration.ofNanos(longest), runtimes);
    }

    private synchronized void count(boolean answered, long took) {
        if (answered) {
            finished++;
        } else {
            failed++;
        }
        nanos += took;
        longest = Math.max(longest, took);
    }
}
