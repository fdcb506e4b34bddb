package dev.tributary.core.contract;

import dev.tributary.core.value.ContractInstanceId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A queued or running call. Guarded by the lock of its {@link FairQueue}, except where stated. */
final class ScheduledCall {

    /** Number of frames of an overdue call that are shown. */
    private static final int SHOWN_FRAMES = 5;

    private final ContractInstanceId contract;
    private final CallClass callClass;
    private final QueuedCall<?> work;
    private volatile @Nullable Thread thread;
    private long startedAt;
    private boolean unknown;
    private boolean overdue;
    private boolean replaced;

    ScheduledCall(ContractInstanceId contract, CallClass callClass, QueuedCall<?> work) {
        this.contract = contract;
        this.callClass = callClass;
        this.work = work;
    }

    ContractInstanceId contract() {
        return contract;
    }

    CallClass callClass() {
        return callClass;
    }

    QueuedCall<?> work() {
        return work;
    }

    /** Runs the call on this thread. Needs no lock. */
    void run() {
        thread = Thread.currentThread();
        try {
            work.run();
        } finally {
            thread = null;
        }
    }

    void markStarted(long now) {
        startedAt = now;
    }

    /** @param isUnknown whether nothing says that the call will be quick */
    void markUnknown(boolean isUnknown) {
        unknown = isUnknown;
    }

    /** When the call was taken from the queue, in nanoseconds. */
    long startedAt() {
        return startedAt;
    }

    /** The thread that runs the call now. Needs no lock. */
    @Nullable
    Thread thread() {
        return thread;
    }

    boolean isUnknown() {
        return unknown;
    }

    /** Whether the call was taken from the queue before this time, in nanoseconds. */
    boolean startedBefore(long moment) {
        return startedAt - moment < 0;
    }

    boolean isOverdue() {
        return overdue;
    }

    void markOverdue() {
        overdue = true;
    }

    /** Whether a further thread has the place of this call, which is overdue. */
    boolean isReplaced() {
        return replaced;
    }

    void markReplaced() {
        replaced = true;
    }

    /** The call, and where its thread is now. Needs no lock after the start of the call. */
    OverdueCall describe(long now) {
        Thread runner = thread;
        List<String> stack = runner == null
                ? List.of()
                : Arrays.stream(runner.getStackTrace())
                        .limit(SHOWN_FRAMES)
                        .map(frame -> frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
                        .toList();
        return new OverdueCall(
                contract,
                runner == null ? "none" : runner.getName(),
                Duration.ofNanos(Math.max(0, now - startedAt)),
                stack);
    }
}
