package dev.tributary.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.test.ScriptedPeer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A dropped error fails a test, see {@code DroppedSignals}. */
class CancellationTests {

    private final LinkClosedException closed =
            new LinkClosedException(ScriptedPeer.idAt(0.1, 1), "STOPPING (the node is stopping)");

    @Test
    void errorOfWorkWhoseEndCameFirstIsDiscarded() {
        StepVerifier.create(Cancellation.until(Mono.error(closed), Mono.just("closed")))
                .verifyComplete();
    }

    @Test
    void errorThatCrossesWithTheCancellationIsDiscarded() {
        Sinks.One<String> end = Sinks.one();
        TestPublisher<String> work = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);

        StepVerifier.create(Cancellation.until(Mono.fromDirect(work), end.asMono()))
                .then(() -> end.tryEmitValue("closed").orThrow())
                .then(() -> work.error(closed))
                .verifyComplete();
    }

    @Test
    void resultThatCrossesWithTheCancellationIsDiscarded() {
        Sinks.One<String> end = Sinks.one();
        TestPublisher<String> work = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);

        StepVerifier.create(Cancellation.until(Mono.fromDirect(work), end.asMono()))
                .then(() -> end.tryEmitValue("closed").orThrow())
                .then(() -> work.next("late"))
                .verifyComplete();
    }

    @Test
    void errorOfWorkThatItsTimeoutCancelledIsDiscarded() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        TestPublisher<String> work = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);

        StepVerifier.create(Cancellation.quiet(Mono.fromDirect(work)).timeout(Duration.ofSeconds(1), time))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
                .then(() -> work.error(closed))
                .verifyError(TimeoutException.class);
    }

    @Test
    void resultAndErrorBeforeTheEndAreEmitted() {
        StepVerifier.create(Cancellation.until(Mono.just("done"), Mono.never()))
                .expectNext("done")
                .verifyComplete();
        StepVerifier.create(Cancellation.until(Mono.error(closed), Mono.never()))
                .verifyErrorSatisfies(error -> assertThat(error).isSameAs(closed));
    }
}
