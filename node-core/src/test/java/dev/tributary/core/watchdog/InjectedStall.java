package dev.tributary.core.watchdog;

import dev.tributary.core.value.NodeEvent.PartStalled.Verdict;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** The stalls that are injected into a node, and what the watchdog must call them. */
enum InjectedStall {
    SPINNING_HANDLER("a handler that spins", Verdict.BUSY, StallingNode.LIMIT) {
        @Override
        void inject(StallingNode node, CountDownLatch release) {
            node.stallHandler(() -> spin(release));
        }
    },
    HELD_LOCK("a lock held by another thread", Verdict.BLOCKED, StallingNode.LIMIT) {
        @Override
        void inject(StallingNode node, CountDownLatch release) {
            node.stallAtLock(release);
        }
    },
    DROPPED_WAKE_UP("a dropped wake-up", Verdict.LOST_WAKE_UP, Duration.ofNanos(PartWatch.WAKE_UP_NANOS)) {
        @Override
        void inject(StallingNode node, CountDownLatch release) {
            node.loseWakeUp();
        }
    },
    COLLECTOR_STORM("a storm of collections", Verdict.STARVED, StallingNode.LIMIT) {
        @Override
        void inject(StallingNode node, CountDownLatch release) {
            CollectorStorm.until(release);
            node.stallHandler(() -> spin(release));
        }
    },
    STOPPED_THREAD("a thread that has ended", Verdict.DEAD, Duration.ofNanos(PartWatch.WAKE_UP_NANOS)) {
        @Override
        void inject(StallingNode node, CountDownLatch release) {
            node.endThread();
        }
    };

    final String description;
    final Verdict verdict;
    final Duration threshold;

    InjectedStall(String description, Verdict verdict, Duration threshold) {
        this.description = description;
        this.verdict = verdict;
        this.threshold = threshold;
    }

    /** Injects the stall; it ends when the latch is counted down, if it can end. */
    abstract void inject(StallingNode node, CountDownLatch release);

    private static void spin(CountDownLatch release) {
        while (release.getCount() > 0) {
            Thread.onSpinWait();
        }
    }
}
