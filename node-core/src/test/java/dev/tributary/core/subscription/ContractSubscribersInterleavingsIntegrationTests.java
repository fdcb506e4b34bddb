package dev.tributary.core.subscription;

import dev.tributary.core.interleaving.Interleavings;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A subscriber gets the latest state, however commits, its arrival and its callbacks meet; no memory is left. */
class ContractSubscribersInterleavingsIntegrationTests {

    @Test
    void commitComesWhileTheCallbackThreadRunsOutOfWork() {
        explore(it -> it.first(SubscriberScenario::subscribe)
                .first(scenario -> scenario.publish(1))
                .thread(scenario -> scenario.publish(2))
                .thread(scenario -> scenario.callbackThread(2)));
    }

    @Test
    void subscriberComesWhileStateIsCommitted() {
        explore(it -> it.first(scenario -> scenario.publish(1))
                .thread(scenario -> {
                    scenario.subscribe();
                    scenario.readInitial();
                })
                .thread(scenario -> scenario.publish(2))
                .thread(scenario -> scenario.callbackThread(2)));
    }

    @Test
    void subscriberLeavesWhileItIsCalled() {
        explore(it -> it.first(SubscriberScenario::subscribe)
                .first(scenario -> scenario.publish(1))
                .thread(SubscriberScenario::leave)
                .thread(scenario -> scenario.callbackThread(2)));
    }

    @Test
    void nodeStopsWhileStateIsCommitted() {
        explore(it -> it.first(SubscriberScenario::subscribe)
                .thread(scenario -> scenario.publish(1))
                .thread(SubscriberScenario::failAll)
                .thread(scenario -> scenario.callbackThread(2)));
    }

    private static void explore(UnaryOperator<SubscriberScenario> scenario) {
        Interleavings.explore(() -> scenario.apply(new SubscriberScenario()));
    }
}
