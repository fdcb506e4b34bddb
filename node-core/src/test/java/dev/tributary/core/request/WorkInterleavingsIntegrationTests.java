package dev.tributary.core.request;

import dev.tributary.core.interleaving.Interleavings;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** No work stays queued while its worker sleeps, and no lock stays held. */
class WorkInterleavingsIntegrationTests {

    @Test
    void workIsQueuedWhileTheWorkerFallsAsleep() {
        explore(it -> it.thread(WorkScenario::startWorker)
                .thread(work -> work.queueWork("a"))
                .thread(work -> work.workerThread(2)));
    }

    @Test
    void twoKeysAreQueuedWhileTheWorkerFallsAsleep() {
        explore(it -> it.first(WorkScenario::startWorker)
                .thread(work -> work.queueWork("a"))
                .thread(work -> work.queueWork("b"))
                .thread(work -> work.workerThread(2)));
    }

    @Test
    void waiterIsCancelledWhileItGetsTheLock() {
        explore(it -> it.thread(WorkScenario::workUnderLock)
                .thread(WorkScenario::workUnderLockAndCancel)
                .thread(WorkScenario::workUnderLock));
    }

    private static void explore(UnaryOperator<WorkScenario> scenario) {
        Interleavings.explore(() -> scenario.apply(new WorkScenario()));
    }
}
