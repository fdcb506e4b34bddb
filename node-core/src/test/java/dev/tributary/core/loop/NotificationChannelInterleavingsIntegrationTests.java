package dev.tributary.core.loop;

import dev.tributary.core.interleaving.Interleavings;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The loop's thread is one of the threads: between two of its tasks, and within each, the others go on. */
class NotificationChannelInterleavingsIntegrationTests {

    private static final long ALL = Long.MAX_VALUE;

    @Test
    void sendersShareOneSlot() {
        explore(
                1,
                scenario -> scenario.first(it -> it.attach(ALL))
                        .thread(it -> {
                            it.send("a1");
                            it.send("a2");
                        })
                        .thread(it -> it.send("b1"))
                        .thread(it -> it.turns(2)));
    }

    @Test
    void demandComesWhileSenderWaits() {
        explore(
                1,
                scenario -> scenario.first(it -> it.attach(0))
                        .thread(it -> {
                            it.send("a1");
                            it.send("a2");
                        })
                        .thread(it -> it.receiver().request(1))
                        .thread(it -> it.turns(2)));
    }

    @Test
    void offerNeverOvertakesWaitingSender() {
        explore(
                1,
                scenario -> scenario.first(it -> it.attach(ALL))
                        .first(it -> it.send("x1"))
                        .thread(it -> {
                            it.send("a1");
                            it.offer("a2");
                        })
                        .thread(it -> it.offer("b1"))
                        .thread(it -> it.turns(2)));
    }

    @Test
    void waitingSendIsWithdrawnWhileItsSlotComesFree() {
        explore(
                1,
                scenario -> scenario.first(it -> it.attach(ALL))
                        .first(it -> it.send("x1"))
                        .thread(it -> it.send("a1").withdraw())
                        .thread(it -> it.send("b1"))
                        .thread(it -> it.turns(2)));
    }

    @Test
    void waitingSendTimesOutWhileItsSlotComesFree() {
        explore(
                1,
                scenario -> scenario.first(it -> it.attach(ALL))
                        .first(it -> it.send("x1"))
                        .thread(it -> it.send("a1"))
                        .thread(ChannelScenario::timeOut)
                        .thread(it -> it.turns(2)));
    }

    @Test
    void channelIsClosedWhileSendersWait() {
        explore(
                1,
                scenario -> scenario.first(it -> it.attach(ALL))
                        .thread(it -> {
                            it.send("a1");
                            it.send("a2");
                        })
                        .thread(ChannelScenario::close)
                        .thread(it -> it.turns(2)));
    }

    @Test
    void receiverIsReplacedWhileEventsCome() {
        explore(
                1,
                scenario -> scenario.first(it -> it.attach(1))
                        .first(it -> it.send("x1"))
                        .thread(it -> it.send("a1"))
                        .thread(it -> {
                            it.receiver().cancel();
                            it.attach(1);
                        })
                        .thread(it -> it.turns(2)));
    }

    @Test
    void receiverLeavesWhileSenderWaits() {
        explore(
                1,
                scenario -> scenario.first(it -> it.attach(1))
                        .first(it -> it.send("x1"))
                        .thread(it -> it.send("a1"))
                        .thread(it -> it.receiver().cancel())
                        .thread(it -> it.turns(1)));
    }

    @Test
    void receiverAttachesWhileChannelIsClosed() {
        explore(
                1,
                scenario -> scenario.thread(it -> it.attach(0))
                        .thread(ChannelScenario::close)
                        .thread(it -> it.turns(2)));
    }

    @Test
    void receiverAttachesToClosedChannelWhileTheLoopRuns() {
        explore(
                2,
                scenario -> scenario.first(it -> it.send("x1"))
                        .first(ChannelScenario::close)
                        .thread(it -> it.attach(1))
                        .thread(it -> it.turns(2)));
    }

    private static void explore(int capacity, UnaryOperator<ChannelScenario> scenario) {
        Interleavings.exploreSteps(() -> scenario.apply(ChannelScenario.ofCapacity(capacity)));
    }
}
