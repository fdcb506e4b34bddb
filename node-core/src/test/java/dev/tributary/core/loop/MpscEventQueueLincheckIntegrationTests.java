package dev.tributary.core.loop;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Explores the interleavings of short scenarios and checks that each is linearizable. The number of scenarios is set
 * with {@code -Dtributary.stress.iterations=n}.
 */
@Param(name = "event", gen = IntGen.class, conf = "1:9")
public class MpscEventQueueLincheckIntegrationTests {

    private final MpscEventQueue<Integer> queue = new MpscEventQueue<>(2);

    @Operation
    public String offer(@Param(name = "event") int event) {
        return queue.offer(event).name();
    }

    /** Retries while an accepted event is not visible yet: its producer has claimed the slot but not written it. */
    @Operation(nonParallelGroup = "receiver")
    public @Nullable Integer take() {
        Integer event = queue.poll();
        while (event == null && queue.size() > 0) {
            event = queue.poll();
        }
        return event;
    }

    @Operation(nonParallelGroup = "receiver")
    public boolean drained() {
        return queue.isDrained();
    }

    @Operation
    public void close() {
        queue.close();
    }

    @Test
    void everyInterleavingIsLinearizable() {
        new ModelCheckingOptions()
                .iterations(Integer.getInteger("tributary.stress.iterations", 10))
                .invocationsPerIteration(200)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(3)
                .actorsAfter(4)
                .check(MpscEventQueueLincheckIntegrationTests.class);
    }
}
