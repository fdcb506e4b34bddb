package dev.tributary.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.PeerId;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class MemoryLimitTests {

    private static final PeerId PEER = ScriptedPeer.idAt(0.1, 1);
    private static final PeerId OTHER = ScriptedPeer.idAt(0.2, 2);

    private final MemoryBudget budget = new MemoryBudget("requests", 100, 50);
    private final MemoryLimit limit = new MemoryLimit(budget);

    @Test
    void workOfOnePeerBeyondItsShareIsRefusedAndThatOfOthersRuns() {
        Sinks.Empty<Void> work = Sinks.empty();
        StepVerifier.create(limit.admit(PEER, 40, work.asMono()))
                .then(() -> {
                    StepVerifier.create(limit.admit(PEER, 20, Mono.just(1))).verifyError(NodeBusyException.class);
                    StepVerifier.create(limit.admit(OTHER, 20, Mono.just(1)))
                            .expectNext(1)
                            .verifyComplete();
                })
                .then(work::tryEmitEmpty)
                .verifyComplete();
        assertThat(budget.used()).isZero();
    }

    @Test
    void workHeavierThanTheShareTakesAllOfIt() {
        StepVerifier.create(limit.admit(PEER, 1_000, Mono.fromSupplier(() -> budget.usedBy(PEER))))
                .expectNext(50L)
                .verifyComplete();
    }

    @Test
    void failureAndCancellationReturnTheBytes() {
        StepVerifier.create(limit.admit(PEER, 10, Mono.error(new IllegalStateException("test"))))
                .verifyError(IllegalStateException.class);
        StepVerifier.create(limit.admit(PEER, 10, Mono.never())).thenCancel().verify();

        assertThat(budget.used()).isZero();
    }

    @Test
    void workWithoutBytesIsNotLimited() {
        StepVerifier.create(limit.admit(PEER, 0, Mono.just(1))).expectNext(1).verifyComplete();
    }
}
