package dev.tributary.app.storage;

import dev.tributary.core.interleaving.Interleavings;
import org.junit.jupiter.api.Test;

/** Every change that was admitted is written, also while the store is closed, and the writer thread ends. */
class PendingWritesInterleavingsIntegrationTests {

    @Test
    void storeIsClosedWhileChangesComeAndTheWriterSleeps() {
        Interleavings.explore(() -> new PendingWritesScenario()
                .thread(queue -> {
                    queue.add(60);
                    queue.close();
                })
                .thread(queue -> queue.add(60))
                .thread(queue -> queue.write(60)));
    }

    @Test
    void changeLargerThanTheQueueIsAdmittedAlone() {
        Interleavings.explore(() -> new PendingWritesScenario()
                .thread(queue -> {
                    queue.add(500);
                    queue.close();
                })
                .thread(queue -> queue.add(500))
                .thread(queue -> queue.write(500)));
    }
}
