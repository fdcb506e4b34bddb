package dev.tributary.core.contract;

import dev.tributary.core.interleaving.Interleavings;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Every call is answered once, or never if it was cancelled, and the thread is free for the next one. */
class FairQueueInterleavingsIntegrationTests {

    @Test
    void callIsAddedWhileTheThreadRunsOutOfWork() {
        explore(it -> it.first(CallScenario::addFirst)
                .thread(CallScenario::addSecond)
                .thread(scenario -> scenario.contractThread(2)));
    }

    @Test
    void callIsCancelledWhileItRuns() {
        explore(it -> it.first(CallScenario::addFirst)
                .first(CallScenario::addSecond)
                .thread(CallScenario::cancelFirst)
                .thread(scenario -> scenario.contractThread(2)));
    }

    @Test
    void callIsGivenUpWhileItReturns() {
        explore(it -> it.first(CallScenario::addFirst)
                .first(CallScenario::addSecond)
                .thread(CallScenario::giveUpOverdue)
                .thread(scenario -> scenario.contractThread(2)));
    }

    @Test
    void callIsGivenUpCancelledAndReturns() {
        explore(it -> it.first(CallScenario::addFirst)
                .thread(CallScenario::giveUpOverdue)
                .thread(CallScenario::cancelFirst)
                .thread(scenario -> scenario.contractThread(2)));
    }

    private static void explore(UnaryOperator<CallScenario> scenario) {
        Interleavings.explore(() -> scenario.apply(new CallScenario()));
    }
}
