package dev.tributary.core.watchdog;

import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.core.value.NodeEvent.PartStalled.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out why a part stands still, from what was measured and from where its thread is. */
final class Diagnosis {

    /** Maximum number of frames of the stalled thread in a report. */
    private static final int FRAMES = 24;

    /** Maximum number of frames of a thread that holds a lock. */
    private static final int OWNER_FRAMES = 8;

    /** Maximum number of owners that are followed. */
    private static final int MAX_OWNERS = 16;

    private final Jvm jvm;

    Diagnosis(Jvm jvm) {
        this.jvm = jvm;
    }

    /** The report of a standstill of the part. */
    PartStalled of(Watched part, Standstill still) {
        Thread thread = part.thread();
        ThreadView view = thread == null ? null : jvm.view(thread.getId());
        return new PartStalled(
                part.name(),
                verdict(still, thread, view),
                Duration.ofNanos(still.length()),
                part.work(),
                part.waiting(),
                cause(still, thread, view),
                view == null ? List.of() : view.frames(FRAMES));
    }

    private Verdict verdict(Standstill still, @Nullable Thread thread, @Nullable ThreadView view) {
        return switch (still.sign()) {
            case NO_TURN -> Verdict.LOST_WAKE_UP;
            case NO_THREAD -> Verdict.DEAD;
            case IN_STEP, NO_STEP -> {
                if (view == null) {
                    yield thread == null ? Verdict.LOST_WAKE_UP : Verdict.DEAD;
                }
                yield still.isCollecting() || still.isPaused() ? Verdict.STARVED : ofThread(still, thread, view);
            }
        };
    }

    private Verdict ofThread(Standstill still, @Nullable Thread thread, ThreadView view) {
        if (still.sign() == Standstill.Sign.NO_STEP && view.isIdle()) {
            // It waits for work, and was given some.
            return Verdict.LOST_WAKE_UP;
        }
        if (view.isWaiting()) {
            return thread != null && isCycle(thread.getId()) ? Verdict.DEADLOCKED : Verdict.BLOCKED;
        }
        if (still.isWithoutCpu()) {
            return view.isInNative() ? Verdict.BLOCKED : Verdict.STARVED;
        }
        return Verdict.BUSY;
    }

    /** Whether the thread waits for itself over the owners of the locks. */
    private boolean isCycle(long thread) {
        return owners(thread).stream().anyMatch(owner -> owner == thread);
    }

    /** The thread that holds the lock that the thread waits for, the one that holds what that one waits for, and so on. */
    private List<Long> owners(long thread) {
        List<Long> owners = new ArrayList<>();
        ThreadView view = jvm.view(thread);
        while (view != null && view.owner() >= 0 && owners.size() < MAX_OWNERS && !owners.contains(view.owner())) {
            owners.add(view.owner());
            view = jvm.view(view.owner());
        }
        return owners;
    }

    private String cause(Standstill still, @Nullable Thread thread, @Nullable ThreadView view) {
        if (still.sign() == Standstill.Sign.NO_TURN) {
            return "no turn was asked for";
        }
        if (still.isCollecting()) {
            return "the collector took " + millis(still.collected()) + " of " + millis(still.length()) + " ms";
        }
        if (still.isPaused()) {
            return "the process was paused for " + millis(still.paused()) + " of " + millis(still.length()) + " ms";
        }
        if (thread == null || view == null || still.sign() == Standstill.Sign.NO_THREAD) {
            return "its thread is " + (thread == null ? "not known" : "gone");
        }
        if (view.isWaiting()) {
            return view.lock() == null ? "it waits, for no lock" : waitsFor(thread.getId(), view);
        }
        return still.cpu() == Standstill.UNKNOWN
                ? "it runs"
                : "it ran for " + millis(still.cpu()) + " of " + millis(still.length()) + " ms";
    }

    private String waitsFor(long thread, ThreadView view) {
        StringBuilder text = new StringBuilder("it waits for ").append(view.lock());
        for (long each : owners(thread)) {
            ThreadView owner = jvm.view(each);
            if (owner != null) {
                text.append(", held by ").append(owner.name());
                text.append(owner.lock() == null ? "" : ", which waits for " + owner.lock());
                text.append(" at ").append(String.join(" < ", owner.frames(OWNER_FRAMES)));
            }
        }
        return text.toString();
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }
}
