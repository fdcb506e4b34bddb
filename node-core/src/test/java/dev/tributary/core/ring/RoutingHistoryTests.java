package dev.tributary.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutingHistoryTests {

    private static final RingLocation TARGET = new RingLocation(0.0);
    private static final PeerId SELF = ScriptedPeer.idAt(0.4, 0);
    private static final PeerId NEAREST = ScriptedPeer.idAt(0.10, 1);
    private static final PeerId NEXT = ScriptedPeer.idAt(0.11, 2);
    private static final PeerId THIRD = ScriptedPeer.idAt(0.12, 3);
    private static final Duration FAST = Duration.ofMillis(20);
    private static final Duration SLOW = Duration.ofMillis(200);

    private final ManualTime time = new ManualTime();
    private final RoutingHistory history = new RoutingHistory(time.source());
    private final Ring ring = Ring.of(SELF, List.of(NEAREST, NEXT, THIRD));

    @Test
    void routerChoosesNearestWithFewSamples() {
        recordReplies(NEAREST, SLOW, 24);
        recordReplies(NEXT, FAST, 24);

        assertThat(hops()).containsExactly(NEAREST, NEXT, THIRD);
    }

    @Test
    void routerPrefersFastNeighbourAtSimilarDistance() {
        recordReplies(NEAREST, SLOW, 25);
        recordReplies(NEXT, FAST, 25);

        assertThat(hops()).startsWith(NEXT);
    }

    @Test
    void routerAvoidsNeighbourThatDoesNotFindWhatAnotherOneFinds() {
        for (int i = 0; i < 30; i++) {
            history.recordNotFound(NEAREST, TARGET);
        }
        recordReplies(NEXT, FAST, 30);

        assertThat(hops()).startsWith(NEXT);
    }

    @Test
    void requestsForWhatNoNodeHoldsCountAgainstNoNeighbour() {
        RingLocation empty = new RingLocation(0.001);
        for (int i = 0; i < 30; i++) {
            history.startExchange(NEAREST, empty).onNotFound();
            recordReplies(NEAREST, FAST, 1);
            recordReplies(NEXT, FAST, 1);
        }

        assertThat(hops()).startsWith(NEAREST);
    }

    @Test
    void neighbourThatFindsNothingIsAlive() {
        recordOutcomes(NEAREST, Outcome.NO_REPLY, 3);
        history.startExchange(NEAREST, TARGET).onNotFound();

        assertThat(hops()).startsWith(NEAREST);
    }

    @Test
    void neighbourThatFailedAsOftenAsOthersDidLaterIsNotAvoided() {
        recordReplies(THIRD, FAST, 50);
        recordFailures(NEAREST, 20);
        assertThat(hops()).as("while the others answer").startsWith(THIRD);

        for (int i = 0; i < 100; i++) {
            recordFailures(NEXT, 1);
            recordFailures(THIRD, 1);
        }

        assertThat(hops()).startsWith(NEAREST);
    }

    @Test
    void busyNeighbourIsPenalizedLessThanFailingOne() {
        for (int i = 0; i < 60; i++) {
            recordOutcomes(NEAREST, Outcome.BUSY, 1);
            recordReplies(NEAREST, FAST, 1);
            recordOutcomes(NEXT, Outcome.FAILED, 1);
            recordReplies(NEXT, FAST, 1);
            recordReplies(THIRD, FAST, 2);
        }

        assertThat(hops()).containsExactly(THIRD, NEAREST, NEXT);
    }

    @Test
    void neighbourIsAskedLastAfterOneTimeout() {
        recordOutcomes(NEAREST, Outcome.NO_REPLY, 1);

        assertThat(hops()).containsExactly(NEXT, THIRD, NEAREST);
    }

    @Test
    void unresponsiveNeighbourIsRetriedWithBackoff() {
        recordOutcomes(NEAREST, Outcome.NO_REPLY, 1);
        time.advance(Duration.ofSeconds(31));
        assertThat(hops()).startsWith(NEAREST);

        recordOutcomes(NEAREST, Outcome.NO_REPLY, 1);
        time.advance(Duration.ofSeconds(31));
        assertThat(hops()).startsWith(NEXT);
        time.advance(Duration.ofSeconds(31));
        assertThat(hops()).startsWith(NEAREST);
    }

    @Test
    void oneReplyClearsTheBackoff() {
        recordOutcomes(NEAREST, Outcome.NO_REPLY, 3);
        recordReplies(NEAREST, FAST, 1);

        assertThat(hops()).startsWith(NEAREST);
    }

    @Test
    void newLinkClearsTheBackoff() {
        recordOutcomes(NEAREST, Outcome.NO_REPLY, 3);
        history.recordAlive(NEAREST);

        assertThat(hops()).startsWith(NEAREST);
    }

    @Test
    void oneTimeoutIsIgnoredIfOtherNeighboursTimeOutToo() {
        for (int i = 0; i < 10; i++) {
            recordOutcomes(NEXT, Outcome.NO_REPLY, 1);
            recordReplies(NEXT, FAST, 9);
        }
        recordOutcomes(NEAREST, Outcome.NO_REPLY, 1);
        assertThat(history.router(Ring.of(SELF, List.of(NEAREST, THIRD))).nextHops(TARGET, peer -> false))
                .startsWith(NEAREST);

        recordOutcomes(NEAREST, Outcome.NO_REPLY, 1);
        assertThat(history.router(Ring.of(SELF, List.of(NEAREST, THIRD))).nextHops(TARGET, peer -> false))
                .startsWith(THIRD);
    }

    @Test
    void slightlySlowerNeighbourIsNotAvoidedByDetour() {
        PeerId far = ScriptedPeer.idAt(0.35, 4);
        recordReplies(NEAREST, Duration.ofMillis(25), 40);
        recordReplies(far, FAST, 40);

        assertThat(history.router(Ring.of(SELF, List.of(NEAREST, far))).nextHops(TARGET, peer -> false))
                .startsWith(NEAREST);
    }

    @Test
    void slowNeighbourIsRetriedAfterItsReputationDecayed() {
        recordReplies(NEAREST, SLOW, 25);
        recordReplies(NEXT, FAST, 25);
        assertThat(hops()).startsWith(NEXT);

        time.advance(Duration.ofMinutes(10));

        assertThat(hops()).startsWith(NEAREST);
    }

    @Test
    void slowNeighbourIsAskedIfNoOtherIsCloser() {
        recordReplies(NEAREST, SLOW, 25);
        recordReplies(NEXT, FAST, 25);
        recordOutcomes(NEAREST, Outcome.NO_REPLY, 1);

        assertThat(history.router(Ring.of(SELF, List.of(NEAREST))).nextHops(TARGET, peer -> false))
                .containsExactly(NEAREST);
    }

    @Test
    void detoursComeAfterCloserNeighboursAndUnresponsiveOnesLast() {
        PeerId farther = ScriptedPeer.idAt(0.45, 9);
        Ring wide = Ring.of(SELF, List.of(farther, THIRD, NEAREST));
        recordOutcomes(NEAREST, Outcome.NO_REPLY, 1);

        assertThat(history.router(wide).nextHops(TARGET, peer -> false)).containsExactly(THIRD, NEAREST);
        assertThat(history.router(wide).nextHopsWithDetours(TARGET, peer -> false))
                .containsExactly(THIRD, farther, NEAREST);
    }

    @Test
    void historyIsBoundedUnderChurn() {
        for (int tag = 0; tag < 5_000; tag++) {
            recordReplies(ScriptedPeer.idAt(0.2, tag), FAST, 1);
        }

        assertThat(history.sampleCount()).isEqualTo(RoutingHistory.MAX_SAMPLES);
        assertThat(history.reputationCount()).isLessThanOrEqualTo(RoutingHistory.MAX_REPUTATIONS);
    }

    @Test
    void localProcessingOfReplyIsNotPartOfLatency() {
        for (int i = 0; i < 25; i++) {
            ExchangeTimer nearest = history.startExchange(NEAREST, TARGET);
            time.advance(FAST);
            nearest.onReply();
            time.advance(SLOW);
            nearest.complete(Outcome.ANSWERED);
            recordReplies(NEXT, SLOW, 1);
        }

        assertThat(hops()).startsWith(NEAREST);
    }

    @Test
    void onlyFirstEndOfExchangeCounts() {
        ExchangeTimer exchange = history.startExchange(NEAREST, TARGET);
        exchange.complete(Outcome.ANSWERED);
        exchange.onDeadline();

        assertThat(history.sampleCount()).isEqualTo(1);
        assertThat(hops()).startsWith(NEAREST);
    }

    private List<PeerId> hops() {
        return history.router(ring).nextHops(TARGET, peer -> false);
    }

    private void recordReplies(PeerId peer, Duration duration, int times) {
        for (int i = 0; i < times; i++) {
            ExchangeTimer exchange = history.startExchange(peer, TARGET);
            time.advance(duration);
            exchange.onReply();
            exchange.complete(Outcome.ANSWERED);
        }
    }

    /** Every second exchange fails. */
    private void recordFailures(PeerId peer, int times) {
        for (int i = 0; i < times; i++) {
            recordOutcomes(peer, Outcome.FAILED, 1);
            recordReplies(peer, FAST, 1);
        }
    }

    private void recordOutcomes(PeerId peer, Outcome outcome, int times) {
        for (int i = 0; i < times; i++) {
            history.startExchange(peer, TARGET).complete(outcome);
        }
    }
}
