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
    private static final Duration QUICK = Duration.ofMillis(20);
    private static final Duration SLOW = Duration.ofMillis(200);

    private final RoutingTime time = new RoutingTime();
    private final RoutingHistory history = new RoutingHistory(time.source());
    private final Ring ring = Ring.of(SELF, List.of(NEAREST, NEXT, THIRD));

    @Test
    void whileLittleIsKnownTheNearestIsAsked() {
        answers(NEAREST, SLOW, 24);
        answers(NEXT, QUICK, 24);

        assertThat(hops()).containsExactly(NEAREST, NEXT, THIRD);
    }

    @Test
    void aSlowNeighbourIsPassedOverForAQuickOneAtAboutItsDistance() {
        answers(NEAREST, SLOW, 25);
        answers(NEXT, QUICK, 25);

        assertThat(hops()).startsWith(NEXT);
    }

    @Test
    void aNeighbourThatFindsNothingIsPassedOver() {
        ends(NEAREST, Outcome.NOT_FOUND, 30);
        answers(NEXT, QUICK, 30);

        assertThat(hops()).startsWith(NEXT);
    }

    @Test
    void aBusyNeighbourLosesALittle() {
        for (int i = 0; i < 60; i++) {
            ends(NEAREST, Outcome.BUSY, 1);
            answers(NEAREST, QUICK, 1);
            ends(NEXT, Outcome.FAILED, 1);
            answers(NEXT, QUICK, 1);
            answers(THIRD, QUICK, 2);
        }

        assertThat(hops()).containsExactly(THIRD, NEAREST, NEXT);
    }

    @Test
    void afterOneSilenceAllOthersAreAskedFirst() {
        ends(NEAREST, Outcome.SILENT, 1);

        assertThat(hops()).containsExactly(NEXT, THIRD, NEAREST);
    }

    @Test
    void aSilentNeighbourIsTriedAgainAfterAWhileAndDoubtedForLongerTheNextTime() {
        ends(NEAREST, Outcome.SILENT, 1);
        time.passes(Duration.ofSeconds(31));
        assertThat(hops()).startsWith(NEAREST);

        ends(NEAREST, Outcome.SILENT, 1);
        time.passes(Duration.ofSeconds(31));
        assertThat(hops()).startsWith(NEXT);
        time.passes(Duration.ofSeconds(31));
        assertThat(hops()).startsWith(NEAREST);
    }

    @Test
    void oneAnswerEndsTheDoubt() {
        ends(NEAREST, Outcome.SILENT, 3);
        answers(NEAREST, QUICK, 1);

        assertThat(hops()).startsWith(NEAREST);
    }

    @Test
    void aNewLinkEndsTheDoubt() {
        ends(NEAREST, Outcome.SILENT, 3);
        history.linked(NEAREST);

        assertThat(hops()).startsWith(NEAREST);
    }

    @Test
    void whereEverybodyIsSilentNowAndThenOneSilenceProvesNothing() {
        for (int i = 0; i < 10; i++) {
            ends(NEXT, Outcome.SILENT, 1);
            answers(NEXT, QUICK, 9);
        }
        ends(NEAREST, Outcome.SILENT, 1);
        assertThat(history.router(Ring.of(SELF, List.of(NEAREST, THIRD))).nextHops(TARGET, peer -> false))
                .startsWith(NEAREST);

        ends(NEAREST, Outcome.SILENT, 1);
        assertThat(history.router(Ring.of(SELF, List.of(NEAREST, THIRD))).nextHops(TARGET, peer -> false))
                .startsWith(THIRD);
    }

    @Test
    void aNeighbourThatIsABitSlowerIsNotWorthADetour() {
        PeerId far = ScriptedPeer.idAt(0.35, 4);
        answers(NEAREST, Duration.ofMillis(25), 40);
        answers(far, QUICK, 40);

        assertThat(history.router(Ring.of(SELF, List.of(NEAREST, far))).nextHops(TARGET, peer -> false))
                .startsWith(NEAREST);
    }

    @Test
    void aSlowNeighbourIsTriedAgainWhenItWasNotAskedForLong() {
        answers(NEAREST, SLOW, 25);
        answers(NEXT, QUICK, 25);
        assertThat(hops()).startsWith(NEXT);

        time.passes(Duration.ofMinutes(10));

        assertThat(hops()).startsWith(NEAREST);
    }

    @Test
    void aSlowNeighbourIsStillAskedIfItIsTheOnlyOneThatIsCloser() {
        answers(NEAREST, SLOW, 25);
        answers(NEXT, QUICK, 25);
        ends(NEAREST, Outcome.SILENT, 1);

        assertThat(history.router(Ring.of(SELF, List.of(NEAREST))).nextHops(TARGET, peer -> false))
                .containsExactly(NEAREST);
    }

    @Test
    void aSearchThatMayLeadRoundAsksWhoIsNotCloserAfterwardsAndTheSilentLast() {
        PeerId farther = ScriptedPeer.idAt(0.45, 9);
        Ring wide = Ring.of(SELF, List.of(farther, THIRD, NEAREST));
        ends(NEAREST, Outcome.SILENT, 1);

        assertThat(history.router(wide).nextHops(TARGET, peer -> false)).containsExactly(THIRD, NEAREST);
        assertThat(history.router(wide).anyHops(TARGET, peer -> false)).containsExactly(THIRD, farther, NEAREST);
    }

    @Test
    void whatIsRememberedIsBoundedHoweverManyPeersComeAndGo() {
        for (int tag = 0; tag < 5_000; tag++) {
            answers(ScriptedPeer.idAt(0.2, tag), QUICK, 1);
        }

        assertThat(history.events()).isEqualTo(RoutingHistory.WINDOW);
        assertThat(history.peers()).isLessThanOrEqualTo(RoutingHistory.REPUTATIONS);
    }

    @Test
    void theTimeThatThisNodeNeedsForAReplyIsNotThePeers() {
        for (int i = 0; i < 25; i++) {
            Observation nearest = history.observe(NEAREST, TARGET);
            time.passes(QUICK);
            nearest.replied();
            time.passes(SLOW);
            nearest.ended(Outcome.ANSWERED);
            answers(NEXT, SLOW, 1);
        }

        assertThat(hops()).startsWith(NEAREST);
    }

    @Test
    void onlyTheFirstEndOfAnExchangeCounts() {
        Observation exchange = history.observe(NEAREST, TARGET);
        exchange.ended(Outcome.ANSWERED);
        exchange.timeIsOver();

        assertThat(history.events()).isEqualTo(1);
        assertThat(hops()).startsWith(NEAREST);
    }

    private List<PeerId> hops() {
        return history.router(ring).nextHops(TARGET, peer -> false);
    }

    private void answers(PeerId peer, Duration took, int times) {
        for (int i = 0; i < times; i++) {
            Observation exchange = history.observe(peer, TARGET);
            time.passes(took);
            exchange.replied();
            exchange.ended(Outcome.ANSWERED);
        }
    }

    private void ends(PeerId peer, Outcome outcome, int times) {
        for (int i = 0; i < times; i++) {
            history.observe(peer, TARGET).ended(outcome);
        }
    }
}
