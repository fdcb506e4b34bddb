package dev.tributary.core.loop;

import dev.tributary.core.interleaving.Interleavings;
import dev.tributary.core.test.MayDropSignals;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The first of result, cancellation and stop is final, and no operation is left. */
@MayDropSignals("an error that comes after the end is dropped")
class ClientCallInterleavingsIntegrationTests {

    @Test
    void clientCancelsWhileTheOperationStartsAndEnds() {
        explore(it -> it.thread(ClientCallScenario::start)
                .thread(ClientCallScenario::cancel)
                .thread(ClientCallScenario::operationThread));
    }

    @Test
    void nodeStopsWhileTheOperationStartsAndEnds() {
        explore(it -> it.thread(ClientCallScenario::start)
                .thread(ClientCallScenario::stop)
                .thread(ClientCallScenario::operationThread));
    }

    private static void explore(UnaryOperator<ClientCallScenario> scenario) {
        Interleavings.explore(() -> scenario.apply(new ClientCallScenario()));
    }
}
