package dev.tributary.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

class SharedSignalTests {

    private final SharedSignal signal = new SharedSignal();

    @Test
    void allThatWaitAreCompleted() {
        StepVerifier first =
                StepVerifier.create(signal.asMono()).expectComplete().verifyLater();
        StepVerifier second =
                StepVerifier.create(signal.asMono()).expectComplete().verifyLater();
        assertThat(signal.waiting()).isEqualTo(2);
        signal.emit();
        first.verify();
        second.verify();
        assertThat(signal.waiting()).isZero();
    }

    @Test
    void whoComesLaterCompletesAtOnce() {
        signal.emit();
        StepVerifier.create(signal.asMono()).verifyComplete();
        assertThat(signal.waiting()).isZero();
    }

    @Test
    void cancelledWaiterLeavesNothingBehind() {
        Disposable waiting = signal.asMono().subscribe();
        waiting.dispose();
        assertThat(signal.waiting()).isZero();
    }
}
