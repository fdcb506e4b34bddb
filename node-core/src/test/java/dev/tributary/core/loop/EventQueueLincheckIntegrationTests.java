package dev.tributary.core.loop;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Plays all interleavings of short scenarios and compares each with what one thread alone could have seen. More of them
 * with {@code -Dtributary.stress.iterations=n}.
 */
@Param(name = "event", gen = IntGen.class, conf = "1:9")
public class EventQueueLincheckIntegrationTests {

    private final EventQueue<Integer> queue = new EventQueue<>(2);

    @Operation
    public String offer(@Param(name = "event") int event) {
        return queue.offer(event).name();
    }

    /** What was taken is there at the latest when its sender has gone on: until then the receiver sees nothing yet. */
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
        return queue.drained();
    }

    @Operation
    public void close() {
        queue.close();
    }

    @Test
    void everyInterleavingLooksAsIfOneThreadAlone() {
        new ModelCheckingOptions()
                .iterations(Integer.getInteger("tributary.stress.iterations", 10))
                .invocationsPerIteration(200)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(3)
                .actorsAfter(4)
                .check(EventQueueLincheckIntegrationTests.class);
    }
}
