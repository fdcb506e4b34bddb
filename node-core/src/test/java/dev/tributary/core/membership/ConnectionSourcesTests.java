package dev.tributary.core.membership;

import static dev.tributary.core.loop.LoopEvents.LOST;
import static dev.tributary.core.loop.LoopEvents.address;
import static dev.tributary.core.loop.LoopEvents.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.loop.EventFeed;
import dev.tributary.core.loop.HandshakeEvent;
import dev.tributary.core.loop.ScriptedLink;
import dev.tributary.core.loop.ScriptedTransport;
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
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class ConnectionSourcesTests {

    private static final PeerAddress GATEWAY = address(7);
    private static final RedialBackoff REDIAL = new RedialBackoff(Duration.ofMillis(500), Duration.ofSeconds(30));

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedTransport transport = new ScriptedTransport(peer(1), time);
    private final Map<PeerId, PeerLink> neighbours = new HashMap<>();
    private final List<HandshakeEvent> handled = new ArrayList<>();
    private final Sinks.Many<PeerContact> dialRequests = Sinks.many().unicast().onBackpressureBuffer();
    private final Sinks.Many<NeighbourDemand> demandSignals =
            Sinks.many().multicast().directBestEffort();
    private NeighbourDemand demand = NeighbourDemand.TOO_FEW;
    private final List<String> endings = new ArrayList<>();

    @Test
    void acceptedLinkIsAnEvent() {
        start();
        ScriptedLink link = ScriptedLink.inbound(peer(2));

        transport.acceptedFlow().next(link);

        assertThat(handled).containsExactly(new HandshakeEvent.Accepted(link));
    }

    @Test
    void dialledLinkIsAnEvent() {
        ScriptedLink link = ScriptedLink.outbound(peer(7));
        transport.onDial(GATEWAY, Mono.just(link));

        start(GATEWAY);

        assertThat(handled).containsExactly(new HandshakeEvent.Dialled(GATEWAY, link));
    }

    @Test
    void pendingAndFailedInboundHandshakesAreEvents() {
        start();
        CloseReason silent = new CloseReason(CloseReason.Kind.HANDSHAKE_TIMEOUT, "said nothing");

        transport.unconfirmedFlow().next(new PeerTransport.HandshakeAttempt(address(3), null));
        transport.unconfirmedFlow().next(new PeerTransport.HandshakeAttempt(address(3), silent));

        assertThat(handled)
                .containsExactly(
                        new HandshakeEvent.HandshakeStarted(address(3)),
                        new HandshakeEvent.HandshakeFailed(address(3), silent));
    }

    @Test
    void peerThatNeverAnswersBlocksNoOtherPeer() {
        ScriptedLink answering = ScriptedLink.outbound(peer(8));
        transport.onDial(address(8), Mono.just(answering));
        start(GATEWAY, address(8));
        ScriptedLink inbound = ScriptedLink.inbound(peer(2));

        time.advanceTimeBy(Duration.ofDays(1));
        transport.acceptedFlow().next(inbound);
        transport.unconfirmedFlow().next(new PeerTransport.HandshakeAttempt(address(3), null));

        assertThat(handled)
                .containsExactly(
                        new HandshakeEvent.Dialled(address(8), answering),
                        new HandshakeEvent.Accepted(inbound),
                        new HandshakeEvent.HandshakeStarted(address(3)));
    }

    @Test
    void failedDialIsAnEventWithItsReason() {
        CloseReason wrong = new CloseReason(CloseReason.Kind.IDENTITY, "another identity");
        transport.onDial(GATEWAY, Mono.error(new HandshakeException(GATEWAY, wrong)));
        start(GATEWAY);
        transport.onDial(GATEWAY, Mono.error(new IllegalStateException("no route")));
        time.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(handled)
                .containsExactly(
                        new HandshakeEvent.DialFailed(GATEWAY, wrong),
                        new HandshakeEvent.DialFailed(
                                GATEWAY,
                                new CloseReason(CloseReason.Kind.LOST, "java.lang.IllegalStateException: no route")));
        assertThat(endings).isEmpty();
    }

    @Test
    void offeredPeerOfAnUnsupportedProtocolIsSkipped() {
        start();

        dialRequests.tryEmitNext(new PeerContact(new PeerAddress("other", "203.0.113.5", 7475), peer(8)));
        dialRequests.tryEmitNext(new PeerContact(new PeerAddress("203.0.113.5", 7475), peer(8)));

        assertThat(transport.dialTimes()).hasSize(1);
        assertThat(handled).isEmpty();
    }

    @Test
    void redialsBackOffExponentiallyWithJitter() {
        transport.onDial(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        start(GATEWAY);

        time.advanceTimeBy(Duration.ofMinutes(10));

        List<Duration> pauses = pauses();
        assertThat(pauses).hasSizeGreaterThan(20);
        for (int failures = 1; failures <= pauses.size(); failures++) {
            Duration full = Duration.ofMillis(Math.min(30_000, 500L << Math.min(failures, 10)));
            assertThat(pauses.get(failures - 1))
                    .as("pause after %d failures", failures)
                    .isBetween(full.dividedBy(2).minusMillis(1), full.plusMillis(1));
        }
        assertThat(new HashSet<>(pauses.subList(10, 20))).as("spread").hasSizeGreaterThan(5);
    }

    @Test
    void lostLinkIsRedialledSoonEvenAfterManyFailures() {
        transport.onDial(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        start(GATEWAY);
        time.advanceTimeBy(Duration.ofMinutes(5));
        ScriptedLink link = ScriptedLink.outbound(peer(7));
        transport.onDial(GATEWAY, Mono.just(link));
        time.advanceTimeBy(Duration.ofSeconds(30));
        int dials = transport.dialTimes().size();
        time.advanceTimeBy(Duration.ofDays(1));
        assertThat(transport.dialTimes()).as("while the link lives").hasSize(dials);

        link.close(LOST);
        time.advanceTimeBy(Duration.ofMillis(500));

        assertThat(transport.dialTimes()).hasSize(dials + 1);
    }

    @Test
    void peerLinkedInTheOtherDirectionIsNotDialled() {
        ScriptedLink outbound = ScriptedLink.outbound(peer(7));
        ScriptedLink inbound = ScriptedLink.inbound(peer(7));
        transport.onDial(GATEWAY, Mono.just(outbound));
        start(GATEWAY);

        neighbours.put(peer(7), inbound);
        outbound.close(new CloseReason(CloseReason.Kind.DUPLICATE, "the other one is kept"));
        time.advanceTimeBy(Duration.ofDays(1));
        assertThat(transport.dialTimes()).hasSize(1);

        neighbours.clear();
        inbound.close(LOST);
        time.advanceTimeBy(Duration.ofMillis(500));
        assertThat(transport.dialTimes()).hasSize(2);
    }

    @Test
    void peerThatClosesAtOnceIsRedialledWithBackoff() {
        transport.onDial(GATEWAY, Mono.fromSupplier(() -> {
            ScriptedLink shortLived = ScriptedLink.outbound(peer(7));
            shortLived.close(LOST);
            return shortLived;
        }));
        start(GATEWAY);
        time.advanceTimeBy(Duration.ofHours(1));

        assertThat(transport.dialTimes()).hasSizeBetween(100, 260);
    }

    @Test
    void gatewayIsNotDialledWhileTheNodeHasEnoughNeighbours() {
        transport.onDial(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        demand = NeighbourDemand.SATISFIED;
        start(GATEWAY);

        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(transport.dialTimes()).isEmpty();

        demand = NeighbourDemand.TOO_FEW;
        time.advanceTimeBy(REDIAL.maxPause());
        assertThat(transport.dialTimes()).isNotEmpty();
    }

    @Test
    void gatewayIsDialledSoonAfterADemandSignal() {
        transport.onDial(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        demand = NeighbourDemand.SATISFIED;
        start(GATEWAY);
        time.advanceTimeBy(Duration.ofHours(1));

        signalDemand(NeighbourDemand.TOO_FEW);
        time.advanceTimeBy(Duration.ofMillis(500));

        assertThat(transport.dialTimes()).hasSize(1);
    }

    @Test
    void isolatedNodeRedialsAnUnreachableGatewayEveryFewSeconds() {
        demand = NeighbourDemand.ISOLATED;
        transport.onDial(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        start(GATEWAY);

        time.advanceTimeBy(Duration.ofMinutes(10));

        assertThat(pauses()).hasSizeBetween(120, 240).allMatch(pause -> pause.compareTo(Duration.ofSeconds(5)) <= 0);
    }

    @Test
    void isolatedNodeBacksOffFromAGatewayThatClosesAtOnce() {
        demand = NeighbourDemand.ISOLATED;
        transport.onDial(GATEWAY, Mono.fromSupplier(() -> {
            ScriptedLink shortLived = ScriptedLink.outbound(peer(7));
            shortLived.close(LOST);
            return shortLived;
        }));
        start(GATEWAY);
        time.advanceTimeBy(Duration.ofHours(1));

        assertThat(transport.dialTimes()).hasSizeBetween(100, 260);
    }

    @Test
    void newlyIsolatedNodeRetriesFailedGatewaysAtOnce() {
        transport.onDial(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        start(GATEWAY);
        time.advanceTimeBy(Duration.ofMinutes(10));
        int dials = transport.dialTimes().size();

        signalDemand(NeighbourDemand.ISOLATED);
        time.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(transport.dialTimes()).hasSizeBetween(dials + 2, dials + 4);
    }

    @Test
    void peerThatIsLinkedOrBeingDialledIsNotDialledAgain() {
        transport.onDial(address(8), Mono.never());
        start();
        neighbours.put(peer(9), ScriptedLink.inbound(peer(9)));

        dialRequests.tryEmitNext(new PeerContact(address(8), peer(8)));
        dialRequests.tryEmitNext(new PeerContact(address(8), peer(8)));
        dialRequests.tryEmitNext(new PeerContact(address(9), peer(9)));

        assertThat(transport.dialTimes()).hasSize(1);
    }

    @Test
    void gatewayThatIsBeingDialledIsNotDialledAgainAsALostPeer() {
        start(GATEWAY);

        dialRequests.tryEmitNext(PeerContact.at(GATEWAY));

        assertThat(transport.dialTimes()).hasSize(1);
    }

    @Test
    void discoveredPeerIsDialledOnceWithAnyOutcome() {
        ScriptedLink link = ScriptedLink.outbound(peer(8));
        transport.onDial(address(8), Mono.just(link));
        transport.onDial(address(9), Mono.error(new HandshakeException(address(9), LOST)));
        start();

        dialRequests.tryEmitNext(new PeerContact(address(8), peer(8)));
        dialRequests.tryEmitNext(new PeerContact(address(9), peer(9)));
        link.close(LOST);
        time.advanceTimeBy(Duration.ofHours(1));

        assertThat(handled)
                .containsExactly(
                        new HandshakeEvent.Dialled(address(8), link), new HandshakeEvent.DialFailed(address(9), LOST));
        assertThat(transport.dialTimes()).hasSize(2);
    }

    @Test
    void stopEndsAllFlowsAndDials() {
        transport.onDial(GATEWAY, Mono.error(new HandshakeException(GATEWAY, LOST)));
        ConnectionSources handshakes = start(GATEWAY);

        handshakes.stop();
        int dials = transport.dialTimes().size();
        time.advanceTimeBy(Duration.ofDays(1));

        assertThat(endings)
                .containsExactlyInAnyOrder(
                        "inbound completed", "gateways completed", "outbound completed", "unconfirmed completed");
        assertThat(transport.dialTimes()).hasSize(dials);
        assertThat(transport.acceptedFlow().cancelled()).isTrue();
        assertThat(transport.unconfirmedFlow().cancelled()).isTrue();
    }

    @Test
    void errorInOneFlowEndsNoOtherFlow() {
        transport.onDial(GATEWAY, Mono.just(ScriptedLink.outbound(peer(7))));
        start(GATEWAY);

        transport.acceptedFlow().fail("no more sockets");
        transport.unconfirmedFlow().next(new PeerTransport.HandshakeAttempt(address(3), null));

        assertThat(endings).containsExactly("inbound failed");
        assertThat(handled).hasSize(2).endsWith(new HandshakeEvent.HandshakeStarted(address(3)));
    }

    @Test
    void dialThatThrowsIsAFailedDialAndTheNextPeerIsDialled() {
        ScriptedLink link = ScriptedLink.outbound(peer(8));
        transport.onDial(address(8), Mono.just(link));
        start();

        transport.throwOnDial(address(3));
        dialRequests.tryEmitNext(PeerContact.at(address(3)));
        dialRequests.tryEmitNext(PeerContact.at(address(8)));

        assertThat(handled)
                .containsExactly(
                        new HandshakeEvent.DialFailed(
                                address(3),
                                new CloseReason(
                                        CloseReason.Kind.LOST,
                                        "java.lang.IllegalStateException: dial of " + address(3))),
                        new HandshakeEvent.Dialled(address(8), link));
        assertThat(endings).isEmpty();
    }

    @Test
    void gatewayFlowWithoutGatewaysDoesNotEnd() {
        start();
        time.advanceTimeBy(Duration.ofDays(1));
        assertThat(endings).isEmpty();
    }

    @Test
    void maximumPauseHoldsForAnyNumberOfFailures() {
        RedialBackoff slow = new RedialBackoff(Duration.ofDays(1), Duration.ofDays(365));
        SplittableRandom random = new SplittableRandom(1);
        for (int failures : new int[] {0, 1, 8, 9, 30, 62, 63, 64, 1000, Integer.MAX_VALUE}) {
            Duration full = failures < 9 ? Duration.ofDays(1L << failures) : Duration.ofDays(365);
            assertThat(slow.pause(failures, random)).isBetween(full.dividedBy(2), full);
        }
    }

    private ConnectionSources start(PeerAddress... gateways) {
        ConnectionSources handshakes = new ConnectionSources(
                transport,
                Stream.of(gateways).map(PeerContact::at).toList(),
                new ScriptedDemand(),
                id -> Optional.ofNullable(neighbours.get(id)),
                REDIAL,
                time,
                new SplittableRandom(42));
        for (EventFeed<HandshakeEvent> feed : handshakes.feeds()) {
            feed.events()
                    .subscribe(
                            handled::add,
                            error -> endings.add(feed.name() + " failed"),
                            () -> endings.add(feed.name() + " completed"));
        }
        return handshakes;
    }

    /** The demand that the test sets, and the signals and requests that it emits. */
    private final class ScriptedDemand implements DialDemand {

        @Override
        public NeighbourDemand demand() {
            return demand;
        }

        @Override
        public Flux<NeighbourDemand> demandSignals() {
            return demandSignals.asFlux();
        }

        @Override
        public Flux<PeerContact> dialRequests() {
            return dialRequests.asFlux();
        }
    }

    private void signalDemand(NeighbourDemand signal) {
        demand = signal;
        demandSignals.tryEmitNext(signal);
    }

    private List<Duration> pauses() {
        List<Duration> pauses = new ArrayList<>();
        List<Duration> dials = transport.dialTimes();
        for (int i = 1; i < dials.size(); i++) {
            pauses.add(dials.get(i).minus(dials.get(i - 1)));
        }
        return pauses;
    }
}
