package dev.tributary.core.loop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Proves that the liveness tests detect a faulty loop: each of them fails on {@link NestedWaitLoop}. */
class NestedWaitLoopTests {

    private final LoopLivenessTests tests = new LoopLivenessTests() {
        @Override
        LoopInputs start(VirtualTimeScheduler time, Consumer<LoopEvent> handler) {
            return new NestedWaitLoop(time, handler);
        }
    };

    @Test
    void losesAPutAfterSilence() {
        assertThatThrownBy(tests::putAfterNineSecondsOfSilenceIsHandledAtOnce)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("put");
    }

    @Test
    void losesAPutWhileHandshakesAreSilent() {
        assertThatThrownBy(tests::putIsHandledAtOnceWhileAllHandshakeFlowsAreSilent)
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void losesSparseTraffic() {
        assertThatThrownBy(tests::sparseTrafficIsHandledEventByEvent).isInstanceOf(AssertionError.class);
    }

    @Test
    void losesTheFirstEventOfASourceAfterTheLastOfAnother() {
        assertThatThrownBy(tests::firstEventOfEachSourceIsHandledAfterTheLastOfEachOther)
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void sleepsWhileItsChannelIsFull() {
        assertThatThrownBy(tests::channelOfAnIdleLoopNeverFillsUp)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("was full (capacity 4)");
    }
}
