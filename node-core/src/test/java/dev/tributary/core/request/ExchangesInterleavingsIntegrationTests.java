package dev.tributary.core.request;

import dev.tributary.core.interleaving.Interleavings;
import dev.tributary.core.test.MayDropSignals;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** However a request ends, it is answered once, and nothing is left of it. */
@MayDropSignals("an error that comes after the end is dropped")
class ExchangesInterleavingsIntegrationTests {

    @Test
    void replyComesWhileTimeIsUp() {
        explore(it ->
                it.first(ExchangeScenario::ask).thread(ExchangeScenario::answer).thread(ExchangeScenario::timeOut));
    }

    @Test
    void replyComesWhileAskerCancels() {
        explore(it ->
                it.first(ExchangeScenario::ask).thread(ExchangeScenario::answer).thread(ExchangeScenario::cancel));
    }

    @Test
    void replyComesWhileLinkIsLost() {
        explore(it ->
                it.first(ExchangeScenario::ask).thread(ExchangeScenario::answer).thread(ExchangeScenario::loseLink));
    }

    @Test
    void linkIsLostWhileTimeIsUp() {
        explore(it -> it.first(ExchangeScenario::ask)
                .thread(ExchangeScenario::timeOut)
                .thread(ExchangeScenario::loseLink));
    }

    @Test
    void everyEndComesAtOnce() {
        explore(it -> it.first(ExchangeScenario::ask)
                .thread(ExchangeScenario::answer)
                .thread(ExchangeScenario::timeOut)
                .thread(scenario -> {
                    scenario.loseLink();
                    scenario.cancel();
                }));
    }

    @Test
    void replyComesWhileRequestIsSent() {
        explore(it -> it.thread(ExchangeScenario::ask).thread(scenario -> {
            scenario.answer();
            scenario.timeOut();
        }));
    }

    private static void explore(UnaryOperator<ExchangeScenario> scenario) {
        Interleavings.explore(() -> scenario.apply(new ExchangeScenario()));
    }
}
