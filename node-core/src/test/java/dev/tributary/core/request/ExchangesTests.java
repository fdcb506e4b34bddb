package dev.tributary.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.ExchangeTimeoutException;
import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Underway;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.Transfer;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class ExchangesTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Exchanges exchanges =
            new Exchanges(2, new TimeSource(Clock.systemUTC(), () -> time.now(TimeUnit.NANOSECONDS)), time);
    private final ScriptedPeer peer = ScriptedPeer.silent(ScriptedPeer.idAt(0.1, 1));

    @Test
    void replyCompletesItsOwnRequestOnly() {
        StepVerifier.create(exchanges.ask(peer, request(1), TIMEOUT))
                .then(() -> assertThat(exchanges.complete(peer, reply(2))).isFalse())
                .then(() -> assertThat(exchanges.complete(peer, reply(1))).isTrue())
                .expectNext(reply(1))
                .verifyComplete();
        assertThat(exchanges.pending()).isZero();
        assertThat(exchanges.lateReplies()).isEqualTo(1);
    }

    @Test
    void replyOnAnotherLinkToSamePeerCompletesNoRequest() {
        ScriptedPeer other = ScriptedPeer.silent(peer.peer());

        StepVerifier.create(exchanges.ask(peer, request(1), TIMEOUT))
                .then(() -> assertThat(exchanges.complete(other, reply(1))).isFalse())
                .thenCancel()
                .verify();
        assertThat(exchanges.pending()).isZero();
    }

    @Test
    void silentPeerFailsRequestAfterTimeout() {
        StepVerifier.create(exchanges.ask(peer, request(1), TIMEOUT))
                .then(() -> time.advanceTimeBy(TIMEOUT))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ExchangeTimeoutException.class)
                        .hasMessageContaining("10000 ms"));
        assertThat(exchanges.pending()).isZero();
        assertThat(exchanges.complete(peer, reply(1))).isFalse();
    }

    @Test
    void requestWhoseBytesMoveIsNotGivenUp() {
        AtomicLong progress = new AtomicLong();
        List<Integer> moved = new ArrayList<>();
        ScriptedPeer slow =
                ScriptedPeer.silent(peer.peer()).moving(() -> Optional.of(new Transfer(50 << 20, progress.get())));

        StepVerifier.create(exchanges.ask(slow, request(1), TIMEOUT, moved::add))
                .then(() -> {
                    for (int second = 0; second < 100; second++) {
                        progress.incrementAndGet();
                        time.advanceTimeBy(Duration.ofSeconds(1));
                    }
                })
                .then(() -> exchanges.complete(slow, reply(1)))
                .expectNext(reply(1))
                .verifyComplete();
        assertThat(moved).hasSize(20).containsOnly(50 << 20);
    }

    @Test
    void requestWhoseBytesStandStillIsGivenUpAfterTheSilence() {
        AtomicLong progress = new AtomicLong();
        ScriptedPeer stuck =
                ScriptedPeer.silent(peer.peer()).moving(() -> Optional.of(new Transfer(50 << 20, progress.get())));

        StepVerifier.create(exchanges.ask(stuck, request(1), TIMEOUT))
                .then(() -> {
                    for (int second = 0; second < 60; second++) {
                        progress.incrementAndGet();
                        time.advanceTimeBy(Duration.ofSeconds(1));
                    }
                })
                .then(() -> assertThat(exchanges.pending()).isEqualTo(1))
                .then(() -> time.advanceTimeBy(TIMEOUT))
                .verifyError(ExchangeTimeoutException.class);
    }

    @Test
    void peerThatLeavesThreeRequestsInARowUnansweredIsSilentUntilItAnswers() {
        AtomicInteger changes = new AtomicInteger();
        exchanges.onSilenceChange(changes::incrementAndGet);

        timeOut(1);
        timeOut(2);
        assertThat(exchanges.isSilent(peer)).isFalse();
        timeOut(3);

        assertThat(exchanges.isSilent(peer)).isTrue();
        assertThat(exchanges.silence(peer)).isEqualTo(TIMEOUT.multipliedBy(2));
        exchanges.complete(peer, reply(9));
        assertThat(exchanges.isSilent(peer)).isFalse();
        assertThat(changes).hasValue(2);
    }

    @Test
    void peerThatStallsForAMomentIsNotSilent() {
        Exchanges many =
                new Exchanges(100, new TimeSource(Clock.systemUTC(), () -> time.now(TimeUnit.NANOSECONDS)), time);
        for (int i = 0; i < 100; i++) {
            many.ask(peer, request(i), TIMEOUT).subscribe(reply -> {}, failure -> {});
        }
        time.advanceTimeBy(TIMEOUT);

        assertThat(many.isSilent(peer)).isFalse();
    }

    @Test
    void newLinkOfASilentPeerIsNotSilent() {
        timeOut(1);
        timeOut(2);
        timeOut(3);

        exchanges.onLinkClosed(peer, new CloseReason(CloseReason.Kind.LOST, "gone"));

        assertThat(exchanges.isSilent(peer)).isFalse();
    }

    private void timeOut(int number) {
        StepVerifier.create(exchanges.ask(peer, request(number), TIMEOUT))
                .then(() -> time.advanceTimeBy(TIMEOUT))
                .verifyError(ExchangeTimeoutException.class);
    }

    @Test
    void requestIsNotGivenUpWhileThePeerTellsThatBytesMoveBehindIt() {
        List<Integer> moved = new ArrayList<>();

        StepVerifier.create(exchanges.ask(peer, request(1), TIMEOUT, moved::add))
                .then(() -> {
                    for (int report = 0; report < 10; report++) {
                        time.advanceTimeBy(Duration.ofSeconds(9));
                        exchanges.onUnderway(peer, new Underway(request(1).tx(), 7));
                        exchanges.onUnderway(peer, new Underway(request(2).tx(), 8));
                    }
                })
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(4)))
                .then(() -> assertThat(exchanges.pending()).isEqualTo(1))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(16)))
                .verifyError(ExchangeTimeoutException.class);
        assertThat(moved).hasSize(10).containsOnly(7);
    }

    @Test
    void peerThatToldForMinutesOfBytesWhichNeverCameIsNotBelievedTheNextTime() {
        Duration deadline = Duration.ofMinutes(10);
        assertThat(timeUntilGivenUp(1, deadline)).isEqualTo(deadline);

        assertThat(timeUntilGivenUp(2, deadline)).isEqualTo(TIMEOUT);

        time.advanceTimeBy(Duration.ofMinutes(10));
        assertThat(timeUntilGivenUp(3, deadline)).isEqualTo(deadline);
    }

    @Test
    void peerWhoseReplyCameAsToldIsBelievedAgain() {
        Get.Found found = new Get.Found(request(1).tx(), OperationFixture.CONTRACT, OperationFixture.STATE, 3);
        StepVerifier.create(exchanges.ask(peer, request(1), TIMEOUT))
                .then(() -> tell(1, Duration.ofMinutes(5)))
                .then(() -> exchanges.complete(peer, found))
                .expectNext(found)
                .verifyComplete();

        assertThat(timeUntilGivenUp(2, Duration.ofMinutes(10))).isEqualTo(Duration.ofMinutes(10));
    }

    /** How long a request is waited for, up to the deadline, to whose peer nothing comes but the word that bytes move. */
    private Duration timeUntilGivenUp(int number, Duration deadline) {
        long start = time.now(TimeUnit.SECONDS);
        AtomicLong end = new AtomicLong();
        Disposable waiting = exchanges
                .ask(peer, request(number), TIMEOUT)
                .doOnError(failure -> end.set(time.now(TimeUnit.SECONDS)))
                .doOnCancel(() -> end.set(time.now(TimeUnit.SECONDS)))
                .subscribe(reply -> {}, failure -> {});
        tell(number, deadline);
        waiting.dispose();
        return Duration.ofSeconds(end.get() - start);
    }

    private void tell(int number, Duration duration) {
        for (int second = 0; second < duration.toSeconds(); second++) {
            exchanges.onUnderway(peer, new Underway(request(number).tx(), 50 << 20));
            time.advanceTimeBy(Duration.ofSeconds(1));
        }
    }

    @Test
    void closedLinkFailsItsPendingRequestsOnly() {
        ScriptedPeer other = ScriptedPeer.silent(ScriptedPeer.idAt(0.2, 2));
        StepVerifier otherRequest = StepVerifier.create(exchanges.ask(other, request(1), TIMEOUT))
                .expectNext(reply(1))
                .expectComplete()
                .verifyLater();

        StepVerifier.create(exchanges.ask(peer, request(1), TIMEOUT))
                .then(() -> exchanges.onLinkClosed(peer, new CloseReason(CloseReason.Kind.LOST, "gone")))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PeerUnreachableException.class)
                        .hasMessageContaining("gone"));

        exchanges.complete(other, reply(1));
        otherRequest.verify(TIMEOUT);
        assertThat(exchanges.pending()).isZero();
    }

    @Test
    void requestWithoutCreditIsRefusedAndEveryEndingReturnsCredit() {
        StepVerifier first = StepVerifier.create(exchanges.ask(peer, request(1), TIMEOUT))
                .thenAwait()
                .expectNextCount(1)
                .expectComplete()
                .verifyLater();
        StepVerifier second = StepVerifier.create(exchanges.ask(peer, request(2), TIMEOUT))
                .expectError(ExchangeTimeoutException.class)
                .verifyLater();

        StepVerifier.create(exchanges.ask(peer, request(3), TIMEOUT))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(NodeBusyException.class)
                        .hasMessageContaining("2 requests to peer"));

        exchanges.complete(peer, reply(1));
        time.advanceTimeBy(TIMEOUT);
        first.verify(TIMEOUT);
        second.verify(TIMEOUT);
        StepVerifier.create(exchanges.ask(peer, request(4), TIMEOUT))
                .thenCancel()
                .verify();
        StepVerifier.create(exchanges.ask(peer, request(5), TIMEOUT))
                .thenCancel()
                .verify();
        StepVerifier.create(exchanges.ask(peer, request(6), TIMEOUT))
                .then(() -> exchanges.complete(peer, reply(6)))
                .expectNext(reply(6))
                .verifyComplete();
        assertThat(exchanges.pending()).isZero();
    }

    @Test
    void duplicateTransactionDoesNotReplaceWaiter() {
        StepVerifier first = StepVerifier.create(exchanges.ask(peer, request(1), TIMEOUT))
                .expectNext(reply(1))
                .expectComplete()
                .verifyLater();

        StepVerifier.create(exchanges.ask(peer, request(1), TIMEOUT)).verifyError(NodeBusyException.class);

        exchanges.complete(peer, reply(1));
        first.verify(TIMEOUT);
    }

    @Test
    void unsentRequestLeavesNoWaiter() {
        ScriptedPeer dead = ScriptedPeer.dead(ScriptedPeer.idAt(0.3, 3));

        StepVerifier.create(exchanges.ask(dead, request(1), TIMEOUT)).verifyError(LinkClosedException.class);
        assertThat(exchanges.pending()).isZero();
    }

    @Test
    void failedRequestCanBeRepeatedAtOnceOnSameLink() {
        ScriptedPeer dead = ScriptedPeer.dead(ScriptedPeer.idAt(0.3, 3));

        StepVerifier.create(exchanges
                        .ask(dead, request(1), TIMEOUT)
                        .onErrorResume(closed -> exchanges.ask(dead, request(1), TIMEOUT)))
                .verifyError(LinkClosedException.class);
        assertThat(exchanges.pending()).isZero();
    }

    @Test
    void closedLinkKeepsNoCredits() {
        ScriptedPeer dead = ScriptedPeer.dead(ScriptedPeer.idAt(0.3, 3));
        StepVerifier.create(exchanges.ask(dead, request(1), TIMEOUT)).verifyError(LinkClosedException.class);
        StepVerifier.create(exchanges.ask(peer, request(2), TIMEOUT))
                .thenCancel()
                .verify();
        assertThat(exchanges.linksWithCredits()).isEqualTo(1);

        exchanges.onLinkClosed(peer, new CloseReason(CloseReason.Kind.LOST, "gone"));
        assertThat(exchanges.linksWithCredits()).isZero();
    }

    private static Get.Request request(int tx) {
        return new Get.Request(
                new TransactionId(0, tx), new HopsToLive(1), Visited.none(), TIMEOUT, OperationFixture.CONTRACT.id());
    }

    private static Get.NotFound reply(int tx) {
        return new Get.NotFound(new TransactionId(0, tx), OperationFixture.CONTRACT.id(), 0);
    }
}
