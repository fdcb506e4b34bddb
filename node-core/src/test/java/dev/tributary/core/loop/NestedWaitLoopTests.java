package dev.tributary.core.loop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The tests that the event loop passes are not passed by chance: on the wrong design each of them fails. */
class NestedWaitLoopTests {

    private final LoopLivenessTests tests = new LoopLivenessTests() {
        @Override
        LivingLoop start(VirtualTimeScheduler time, Consumer<NodeEvent> handler) {
            return new NestedWaitLoop(time, handler);
        }
    };

    @Test
    void losesAPutAfterSilence() {
        assertThatThrownBy(tests::aPutNineSecondsAndFiftyOneMillisecondsAfterTheLastEventIsHandledAtOnce)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("put");
    }

    @Test
    void losesAPutWhileHandshakesAreSilent() {
        assertThatThrownBy(tests::aPutIsHandledAtOnceWhileAllThreeHandshakeFlowsAreSilentForEver)
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void losesSparseTraffic() {
        assertThatThrownBy(tests::sparseTrafficIsHandledEventByEvent).isInstanceOf(AssertionError.class);
    }

    @Test
    void losesTheFirstEventOfASourceAfterTheLastOfAnother() {
        assertThatThrownBy(tests::theFirstEventOfEachSourceIsHandledAfterTheLastOfEachOther)
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void sleepsInFrontOfAFullChannel() {
        assertThatThrownBy(tests::aChannelNeverFillsUpInFrontOfALoopThatHasNothingElseToDo)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("was full (capacity 4)");
    }
}
