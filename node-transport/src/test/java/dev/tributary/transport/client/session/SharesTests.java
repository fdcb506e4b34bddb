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

class SharesTests {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Shares shares = new Shares();

    @Test
    void whoIsAloneMayHaveSixtyFourUnderWay() {
        Asker alone = new Asker();

        assertThat(alone.asks(100)).isEqualTo(64);
    }

    @Test
    void whoAsksMuchBesideOthersHasItsPartOnly() {
        Asker[] askers = new Asker[8];
        for (int i = 0; i < askers.length; i++) {
            askers[i] = new Asker();
            askers[i].asks(1);
        }

        assertThat(askers[3].asks(100)).isEqualTo(7);
        assertThat(askers[3].running()).isEqualTo(8);
    }

    @Test
    void howeverManyAskEachMayHaveFour() {
        for (int i = 0; i < 100; i++) {
            assertThat(new Asker().asks(4)).isEqualTo(4);
        }
    }

    @Test
    void whoWaitsGoesOnAsSoonAsOneOfItsOwnIsAnswered() {
        Asker asker = new Asker();
        asker.asks(64);

        CompletableFuture<Void> room = asker.share.room().toFuture();
        assertThat(room).isNotDone();

        asker.isAnswered();

        assertThat(room).isCompleted();
    }

    @Test
    void nobodyWaitsLongForRequestsThatTakeLong() {
        Asker asker = new Asker();
        asker.asks(64);

        CompletableFuture<Void> room = asker.share.room().toFuture();
        time.advanceTimeBy(Duration.ofMillis(49));
        assertThat(room).isNotDone();

        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(room).isCompleted();
    }

    @Test
    void whatIsAnsweredFailsOrIsCancelledIsNotUnderWayAnyMore() {
        Asker asker = new Asker();
        asker.asks(3);
        assertThat(shares.busy()).isEqualTo(1);

        asker.isAnswered();
        asker.leaves();
        StepVerifier.create(asker.share.counted(Mono.error(new IllegalStateException("no"))))
                .verifyErrorMessage("no");

        assertThat(asker.running()).isZero();
        assertThat(shares.busy()).isZero();
    }

    /** A session whose requests are answered when the test says so. */
    private final class Asker {

        private final Shares.Share share = shares.open(time, time);
        private final Queue<Sinks.Empty<Void>> unanswered = new ArrayDeque<>();
        private final Queue<Disposable> waiting = new ArrayDeque<>();

        /** How many of so many may begin at once. */
        int asks(int requests) {
            int begun = 0;
            while (begun < requests && mayBegin()) {
                Sinks.Empty<Void> answer = Sinks.empty();
                waiting.add(share.counted(answer.asMono()).subscribe(none -> {}, failure -> {
                    throw new AssertionError(failure);
                }));
                unanswered.add(answer);
                begun++;
            }
            return begun;
        }

        private boolean mayBegin() {
            return share.room().toFuture().isDone();
        }

        void isAnswered() {
            unanswered.remove().tryEmitEmpty().orThrow();
            waiting.remove();
        }

        void leaves() {
            waiting.forEach(Disposable::dispose);
            waiting.clear();
            unanswered.clear();
        }

        int running() {
            return unanswered.size();
        }
    }
}
