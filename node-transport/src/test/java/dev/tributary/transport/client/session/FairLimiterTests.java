package dev.tributary.transport.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class FairLimiterTests {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final FairLimiter shares = new FairLimiter();

    @Test
    void singleSessionUsesAll64Slots() {
        TestSession single = new TestSession();

        assertThat(single.start(100)).isEqualTo(64);
    }

    @Test
    void busySessionGetsOnlyItsShareBesideOthers() {
        TestSession[] sessions = new TestSession[8];
        for (int i = 0; i < sessions.length; i++) {
            sessions[i] = new TestSession();
            sessions[i].start(1);
        }

        assertThat(sessions[3].start(100)).isEqualTo(7);
        assertThat(sessions[3].running()).isEqualTo(8);
    }

    @Test
    void eachSessionGetsAtLeastFourSlots() {
        for (int i = 0; i < 100; i++) {
            assertThat(new TestSession().start(4)).isEqualTo(4);
        }
    }

    @Test
    void waitingRequestStartsWhenAnotherOfItsSessionIsAnswered() {
        TestSession session = new TestSession();
        session.start(64);

        CompletableFuture<Void> freeSlot = session.share.awaitSlot().toFuture();
        assertThat(freeSlot).isNotDone();

        session.answerOne();

        assertThat(freeSlot).isCompleted();
    }

    @Test
    void waitForSlowRequestsIsBounded() {
        TestSession session = new TestSession();
        session.start(64);

        CompletableFuture<Void> freeSlot = session.share.awaitSlot().toFuture();
        time.advanceTimeBy(Duration.ofMillis(49));
        assertThat(freeSlot).isNotDone();

        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(freeSlot).isCompleted();
    }

    @Test
    void answeredFailedAndCancelledRequestsReleaseTheirSlots() {
        TestSession session = new TestSession();
        session.start(3);
        assertThat(shares.activeSessions()).isEqualTo(1);

        session.answerOne();
        session.disconnect();
        StepVerifier.create(session.share.limit(Mono.error(new IllegalStateException("no"))))
                .verifyErrorMessage("no");

        assertThat(session.running()).isZero();
        assertThat(shares.activeSessions()).isZero();
    }

    /** A session whose requests are answered by the test. */
    private final class TestSession {

        private final SessionSlots share = shares.open(time, time);
        private final Queue<Sinks.Empty<Void>> unanswered = new ArrayDeque<>();
        private final Queue<Disposable> subscriptions = new ArrayDeque<>();

        /** Starts at most this many requests, without waiting. Returns the number of started ones. */
        int start(int requests) {
            int started = 0;
            while (started < requests && mayStart()) {
                Sinks.Empty<Void> answer = Sinks.empty();
                subscriptions.add(share.limit(answer.asMono()).subscribe(none -> {}, failure -> {
                    throw new AssertionError(failure);
                }));
                unanswered.add(answer);
                started++;
            }
            return started;
        }

        private boolean mayStart() {
            return share.awaitSlot().toFuture().isDone();
        }

        void answerOne() {
            unanswered.remove().tryEmitEmpty().orThrow();
            subscriptions.remove();
        }

        void disconnect() {
            subscriptions.forEach(Disposable::dispose);
            subscriptions.clear();
            unanswered.clear();
        }

        int running() {
            return unanswered.size();
        }
    }
}
