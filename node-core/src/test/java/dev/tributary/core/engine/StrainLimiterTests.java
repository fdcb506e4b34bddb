package dev.tributary.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class StrainLimiterTests {

    private static final PeerId PEER = OperationFixture.peerAt(0.1, 1);

    private long now;
    private final StrainLimiter limiter = new StrainLimiter(new TimeSource(Clock.systemUTC(), () -> now));

    @Test
    void peerThatBringsContractsWhichUseUpTheirTimeIsRefusedForAWhile() {
        bring(4, Failure.TIMED_OUT);

        StepVerifier.create(limiter.limit(PEER, Mono.just("stored"))).verifyError(NodeBusyException.class);
        StepVerifier.create(limiter.limit(OperationFixture.peerAt(0.2, 2), Mono.just("stored")))
                .expectNext("stored")
                .verifyComplete();

        now += Duration.ofSeconds(30).toNanos();
        StepVerifier.create(limiter.limit(PEER, Mono.just("stored")))
                .expectNext("stored")
                .verifyComplete();
    }

    @Test
    void whatWaitsIsRefusedTooAndItsCallIsCancelled() {
        TestPublisher<String> waiting = TestPublisher.create();

        StepVerifier.create(limiter.limit(PEER, waiting.mono()))
                .then(() -> bring(4, Failure.OUT_OF_MEMORY))
                .verifyError(NodeBusyException.class);
        waiting.assertCancelled();
    }

    @Test
    void contractsThatFailWithoutStrainDoNotCount() {
        bring(20, Failure.TRAP);
        bring(20, Failure.STACK_EXHAUSTED);

        StepVerifier.create(limiter.limit(PEER, Mono.just("stored")))
                .expectNext("stored")
                .verifyComplete();
    }

    private void bring(int count, Failure failure) {
        for (int i = 0; i < count; i++) {
            Mono<String> call = Mono.error(new ContractFailedException(
                    OperationFixture.CONTRACT.key(), "validate_state", failure, "on purpose"));
            assertThat(limiter.limit(PEER, call).onErrorComplete().blockOptional())
                    .isEmpty();
        }
    }
}
