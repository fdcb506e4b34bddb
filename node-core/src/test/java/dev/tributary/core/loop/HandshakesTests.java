package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.LOST;
import static dev.tributary.core.loop.LoopEvents.address;
import static dev.tributary.core.loop.LoopEvents.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class HandshakesTests {

    private static final PeerAddress GATEWAY = address(7);
    private static final Redial REDIAL = new Redial(Duration.ofMillis(500), Duration.ofSeconds(30));

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedTransport transport = new ScriptedTransport(peer(1), time);
    private final Map<PeerId, PeerLink> neighbours = new HashMap<>();
    private final List<HandshakeEvent> handled = new ArrayList<>();
    private final Sinks.Many<PeerContact> found = Sinks.many().unicast().onBackpressureBuffer();
    private final Sinks.Many<Need> alarms = Sinks.many().multicast().directBestEffort();
    private Need need = Need.MORE;
    private final List<String> ends = new ArrayList<>();

    @Test
    void anAcceptedLinkIsAnEvent() {
        start();
        ScriptedLink link = ScriptedLink.inbound(peer(2));

        transport.inbound().next(link);

        assertThat(handled).containsExactly(new HandshakeEvent.Accepted(link));
    }

    @Test
    void aDialledLinkIsAnEvent() {
        ScriptedLink link = ScriptedLink.outbound(peer(7));
        transport.answers(GATEWAY, Mono.just(link));

        start(GATEWAY);

        assertThat(handled).containsExactly(new HandshakeEvent.Dialled(GATEWAY, link));
    }

    @Test
    void whoeverIsNotConfirmedYetIsAnEventAndSoIsHisFailure() {
        start();
        CloseReason silent = new CloseReason(CloseReason.Kind.SILENT, "said nothing");

        transport.early().next(new PeerTransport.Unconfirmed(address(3), null));
        transport.early().next(new PeerTransport.Unconfirmed(address(3), silent));

        assertThat(handled)
                .containsExactly(
                        new HandshakeEvent.Arrived(address(3)), new HandshakeEvent.GivenUp(address(3), silent));
    }

    @Test
    void aPeerThatNeverAnswersHoldsUpNobody() {
        ScriptedLink answering = ScriptedLink.outbound(peer(8));
        transport.answers(address(8), Mono.just(answering));
        start(GATEWAY, address(8));
        ScriptedLink inbound = ScriptedLink.inbound(peer(2));

        time.advanceTimeBy(Duration.ofDays(1));
        transport.inbound().next(inbound);
        transport.early().next(new PeerTransport.Unconfirmed(address(3), null));

        assertThat(handled)
                .containsExactly(
                        new HandshakeEvent.Dialled(address(8), answering),
                        new HandshakeEvent.Accepted(inbound),
                        new HandshakeEvent.Arrived(address(3)));
    }

    @Test
    void aDialThatFailsIsAnEventWithItsReason() {
        CloseReason wrong = new CloseReason(CloseReason.Kind.IDENTITY, "somebody else");
        transport.answers(GATEWAY, Mono.error(new HandshakeException(GATEWAY, wrong)));
        start(GATEWAY);
        transport.answers(GATEWAY, Mono.error(new IllegalStateException("no route")));
        time.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(handled)
                .containsExactly(
                        new HandshakeEvent.DialFailed(GATEWAY, wrong),
                        new HandshakeEvent.DialFailed(
                                GATEWAY,
                                new CloseReason(CloseReason.Kind.LOST, "java.lang.IllegalStateException: no route")));
        assertThat(ends).isEmpty();
    }

    @Test
    void theFirstDialsAfterFailuresAreSoonAndTheLaterOnesRare() {
        transport.answers(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        start(GATEWAY);

        time.advanceTimeBy(Duration.ofMinutes(10));

        List<Duration> pauses = pauses();
        assertThat(pauses).hasSizeGreaterThan(20);
        for (int failures = 1; failures <= pauses.size(); failures++) {
            Duration whole = Duration.ofMillis(Math.min(30_000, 500L << Math.min(failures, 10)));
            assertThat(pauses.get(failures - 1))
                    .as("pause after %d failures", failures)
                    .isBetween(whole.dividedBy(2).minusMillis(1), whole.plusMillis(1));
        }
        assertThat(new HashSet<>(pauses.subList(10, 20))).as("spread").hasSizeGreaterThan(5);
    }

    @Test
    void aLostLinkIsDialledAgainSoonEvenAfterManyFailures() {
        transport.answers(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        start(GATEWAY);
        time.advanceTimeBy(Duration.ofMinutes(5));
        ScriptedLink link = ScriptedLink.outbound(peer(7));
        transport.answers(GATEWAY, Mono.just(link));
        time.advanceTimeBy(Duration.ofSeconds(30));
        int dials = transport.dials().size();
        time.advanceTimeBy(Duration.ofDays(1));
        assertThat(transport.dials()).as("while the link lives").hasSize(dials);

        link.close(LOST);
        time.advanceTimeBy(Duration.ofMillis(500));

        assertThat(transport.dials()).hasSize(dials + 1);
    }

    @Test
    void aPeerThatIsLinkedTheOtherWayRoundIsNotDialled() {
        ScriptedLink outbound = ScriptedLink.outbound(peer(7));
        ScriptedLink inbound = ScriptedLink.inbound(peer(7));
        transport.answers(GATEWAY, Mono.just(outbound));
        start(GATEWAY);

        neighbours.put(peer(7), inbound);
        outbound.close(new CloseReason(CloseReason.Kind.DUPLICATE, "the other one is kept"));
        time.advanceTimeBy(Duration.ofDays(1));
        assertThat(transport.dials()).hasSize(1);

        neighbours.clear();
        inbound.close(LOST);
        time.advanceTimeBy(Duration.ofMillis(500));
        assertThat(transport.dials()).hasSize(2);
    }

    @Test
    void aPeerThatAnswersAndHangsUpIsDialledEverMoreRarely() {
        transport.answers(GATEWAY, Mono.fromSupplier(() -> {
            ScriptedLink brief = ScriptedLink.outbound(peer(7));
            brief.close(LOST);
            return brief;
        }));
        start(GATEWAY);
        time.advanceTimeBy(Duration.ofHours(1));

        assertThat(transport.dials()).hasSizeBetween(100, 260);
    }

    @Test
    void aGatewayIsLeftAloneWhileNeighboursAreNotWanting() {
        transport.answers(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        need = Need.NOBODY;
        start(GATEWAY);

        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(transport.dials()).isEmpty();

        need = Need.MORE;
        time.advanceTimeBy(REDIAL.longest());
        assertThat(transport.dials()).isNotEmpty();
    }

    @Test
    void aGatewayIsDialledSoonWhenNeighboursAreSuddenlyWanting() {
        transport.answers(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        need = Need.NOBODY;
        start(GATEWAY);
        time.advanceTimeBy(Duration.ofHours(1));

        alarm(Need.MORE);
        time.advanceTimeBy(Duration.ofMillis(500));

        assertThat(transport.dials()).hasSize(1);
    }

    @Test
    void aNodeThatHasNobodyDialsAnAddressWhereNobodyAnswersEveryFewSeconds() {
        need = Need.ANYBODY;
        transport.answers(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        start(GATEWAY);

        time.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(pauses()).hasSizeBetween(120, 240).allMatch(pause -> pause.compareTo(Duration.ofSeconds(5)) <= 0);
    }

    @Test
    void aNodeThatHasNobodyIsPatientWithAPeerThatHangsUp() {
        need = Need.ANYBODY;
        transport.answers(GATEWAY, Mono.fromSupplier(() -> {
            ScriptedLink brief = ScriptedLink.outbound(peer(7));
            brief.close(LOST);
            return brief;
        }));
        start(GATEWAY);
        time.advanceTimeBy(Duration.ofHours(1));

        assertThat(transport.dials()).hasSizeBetween(100, 260);
    }

    @Test
    void whoHasLostEverybodyTriesAtOnceWhatFailedBefore() {
        transport.answers(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        start(GATEWAY);
        time.advanceTimeBy(Duration.ofMinutes(10));
        int dials = transport.dials().size();

        alarm(Need.ANYBODY);
        time.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(transport.dials()).hasSizeBetween(dials + 2, dials + 4);
    }

    @Test
    void aPeerThatIsLinkedOrBeingDialledIsNotDialledBesides() {
        transport.answers(address(8), Mono.never());
        start();
        neighbours.put(peer(9), ScriptedLink.inbound(peer(9)));

        found.tryEmitNext(new PeerContact(address(8), peer(8)));
        found.tryEmitNext(new PeerContact(address(8), peer(8)));
        found.tryEmitNext(new PeerContact(address(9), peer(9)));

        assertThat(transport.dials()).hasSize(1);
    }

    @Test
    void aGatewayThatIsBeingDialledIsNotDialledBesidesBecauseItIsMissed() {
        start(GATEWAY);

        found.tryEmitNext(PeerContact.at(GATEWAY));

        assertThat(transport.dials()).hasSize(1);
    }

    @Test
    void aPeerThatWasFoundIsDialledOnceWhateverComesOfIt() {
        ScriptedLink link = ScriptedLink.outbound(peer(8));
        transport.answers(address(8), Mono.just(link));
        transport.answers(address(9), Mono.error(new HandshakeException(address(9), LOST)));
        start();

        found.tryEmitNext(new PeerContact(address(8), peer(8)));
        found.tryEmitNext(new PeerContact(address(9), peer(9)));
        link.close(LOST);
        time.advanceTimeBy(Duration.ofHours(1));

        assertThat(handled)
                .containsExactly(
                        new HandshakeEvent.Dialled(address(8), link), new HandshakeEvent.DialFailed(address(9), LOST));
        assertThat(transport.dials()).hasSize(2);
    }

    @Test
    void stoppingEndsAllFlowsAndDialsNoMore() {
        transport.answers(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        Handshakes handshakes = start(GATEWAY);

        handshakes.stop();
        int dials = transport.dials().size();
        time.advanceTimeBy(Duration.ofDays(1));

        assertThat(ends)
                .containsExactlyInAnyOrder(
                        "inbound completed", "gateways completed", "outbound completed", "unconfirmed completed");
        assertThat(transport.dials()).hasSize(dials);
        assertThat(transport.inbound().cancelled()).isTrue();
        assertThat(transport.early().cancelled()).isTrue();
    }

    @Test
    void anErrorInOneFlowEndsNoOther() {
        transport.answers(GATEWAY, Mono.just(ScriptedLink.outbound(peer(7))));
        start(GATEWAY);

        transport.inbound().fail("no more sockets");
        transport.early().next(new PeerTransport.Unconfirmed(address(3), null));

        assertThat(ends).containsExactly("inbound failed");
        assertThat(handled).hasSize(2).endsWith(new HandshakeEvent.Arrived(address(3)));
    }

    @Test
    void aNodeThatDialsNobodyDoesNotEndThatFlow() {
        start();
        time.advanceTimeBy(Duration.ofDays(1));
        assertThat(ends).isEmpty();
    }

    @Test
    void theLongestPauseHoldsHoweverOftenItFailed() {
        Redial slow = new Redial(Duration.ofDays(1), Duration.ofDays(365));
        SplittableRandom random = new SplittableRandom(1);
        for (int failures : new int[] {0, 1, 8, 9, 30, 62, 63, 64, 1000, Integer.MAX_VALUE}) {
            Duration whole = failures < 9 ? Duration.ofDays(1L << failures) : Duration.ofDays(365);
            assertThat(slow.pause(failures, random)).isBetween(whole.dividedBy(2), whole);
        }
    }

    private Handshakes start(PeerAddress... wanted) {
        Handshakes handshakes = new Handshakes(
                transport,
                Stream.of(wanted).map(PeerContact::at).toList(),
                () -> need,
                alarms.asFlux(),
                found.asFlux(),
                id -> Optional.ofNullable(neighbours.get(id)),
                REDIAL,
                time,
                new SplittableRandom(42));
        for (Feed<HandshakeEvent> feed : handshakes.feeds()) {
            feed.events()
                    .subscribe(
                            handled::add,
                            error -> ends.add(feed.name() + " failed"),
                            () -> ends.add(feed.name() + " completed"));
        }
        return handshakes;
    }

    private void alarm(Need now) {
        need = now;
        alarms.tryEmitNext(now);
    }

    private List<Duration> pauses() {
        List<Duration> pauses = new ArrayList<>();
        List<Duration> dials = transport.dials();
        for (int i = 1; i < dials.size(); i++) {
            pauses.add(dials.get(i).minus(dials.get(i - 1)));
        }
        return pauses;
    }
}
