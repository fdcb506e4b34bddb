package dev.tributary.core.limit;

import dev.tributary.core.interleaving.Interleavings;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** No byte and no permit is lost, and none is given twice. */
class MemoryInterleavingsIntegrationTests {

    @Test
    void twoUsesTakeTheLastBytesOfThePool() {
        explore(it -> it.thread(memory -> memory.peer("one", 30))
                .thread(memory -> memory.peer("other", 30))
                .thread(memory -> memory.state(50)));
    }

    @Test
    void linkIsClosedWhileItsBytesAreReturned() {
        explore(it -> it.thread(memory -> {
                    memory.link(20);
                    memory.link(30);
                })
                .thread(MemoryScenario::closeLink)
                .thread(memory -> memory.peer("peer", 20)));
    }

    @Test
    void oneOfTwoLargeStatesGetsTheMemoryAlone() {
        explore(it -> it.thread(memory -> memory.state(500))
                .thread(memory -> memory.state(500))
                .thread(memory -> memory.state(20)));
    }

    private static void explore(UnaryOperator<MemoryScenario> scenario) {
        Interleavings.exploreSteps(() -> scenario.apply(new MemoryScenario()));
    }
}
