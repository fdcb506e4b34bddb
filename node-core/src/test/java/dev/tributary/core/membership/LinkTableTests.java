package dev.tributary.core.membership;

import static dev.tributary.core.loop.LoopEvents.LOST;
import static dev.tributary.core.loop.LoopEvents.address;
import static dev.tributary.core.loop.LoopEvents.message;
import static dev.tributary.core.loop.LoopEvents.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.loop.HandshakeEvent;
import dev.tributary.core.loop.NodeEventPublisher;
import dev.tributary.core.loop.NotificationChannel;
import dev.tributary.core.loop.ScriptedLink;
import dev.tributary.core.loop.TransportEvent;
import dev.tributary.core.message.Connect;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Exchanges;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.PauseDetector;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.IpAddress;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

class LinkTableTests {

    private static final int CAPACITY = 8;
    private static final PeerId OTHER_PEER = ScriptedPeer.idAt(0.9, 1);
    private static final PeerId CONFIGURED = ScriptedPeer.idAt(0.8, 2);
    private static final RingConfig RING = RingConfig.defaults();
    private static final MembershipConfig MEMBERSHIP = MembershipConfig.defaults();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final NotificationChannel<TransportEvent> channel =
            new NotificationChannel<>("transport", CAPACITY, 100, Duration.ofSeconds(30), time, time);
    private final TimeSource source = new TimeSource(Clock.systemUTC(), () -> time.now(TimeUnit.NANOSECONDS));
    private final NeighbourTable neighbours = new NeighbourTable(peer(5), source);
    private final NodeEventPublisher events = new NodeEventPublisher();
    private final List<NodeEvent> published = new ArrayList<>();
    private final RequestContext context = new RequestContext(
            OperationConfig.defaults()
                    .withLimits(OperationConfig.Limits.defaults()
                            .withClientOperations(4)
                            .withRemoteOperations(4)
                            .withLinkCredits(2)),
            neighbours,
            new Exchanges(2, source, time),
            new PauseDetector(source),
            source,
            time,
            new SplittableRandom(7),
            (what, bytes, work) -> {});
    private final FamiliarPeers familiar =
            new FamiliarPeers(List.of(new PeerContact(address(77), CONFIGURED), PeerContact.at(address(1))), List.of());
    private final NeighbourSlots slots =
            new NeighbourSlots(RING, MEMBERSHIP, neighbours, familiar, source, new SplittableRandom(7));
    private final LinkTable links = new LinkTable(context, MEMBERSHIP, slots, channel, events);
    private final TestSubscriber<TransportEvent> loop =
            TestSubscriber.builder().initialRequest(0).build();

    LinkTableTests() {
        events.events().subscribe(published::add, error -> {});
        channel.flux().subscribe(loop);
    }

    @Test
    void confirmedLinkIsReadAndPublished() {
        ScriptedLink link = accept(ScriptedLink.inbound(peer(2)));
        loop.request(10);

        link.deliver(message(1));

        assertThat(neighbours.link(peer(2))).containsSame(link);
        assertThat(loop.getReceivedOnNext()).containsExactly(new TransportEvent.Received(link, message(1)));
        assertThat(published).containsExactly(new NodeEvent.PeerAdded(peer(2), link.address()));
    }

    @Test
    void closeEventComesAfterAllMessagesOfTheLink() {
        ScriptedLink link = accept(ScriptedLink.inbound(peer(2)));
        link.deliver(message(1));
        link.deliver(message(2));
        link.close(LOST);

        loop.request(10);
        handleDepartures();

        assertThat(loop.getReceivedOnNext())
                .containsExactly(
                        new TransportEvent.Received(link, message(1)),
                        new TransportEvent.Received(link, message(2)),
                        new TransportEvent.LinkClosed(link, LOST));
        assertThat(neighbours.links()).isEmpty();
        assertThat(published).endsWith(new NodeEvent.PeerRemoved(peer(2), LOST.toString()));
    }

    @Test
    void linkToTheNodeItselfIsClosed() {
        ScriptedLink self = dial(ScriptedLink.outbound(peer(5)));

        assertThat(self.closeKind()).isEqualTo(CloseReason.Kind.SELF);
        assertThat(neighbours.links()).isEmpty();
        assertThat(published).isEmpty();
    }

    @Test
    void ofTwoSimultaneousDialsBothNodesKeepTheOneOfTheSmallerId() {
        // Peer 2 has a smaller id than this node: the link it dialled is kept, in either order.
        ScriptedLink ours = dial(ScriptedLink.outbound(peer(2)));
        ScriptedLink theirs = accept(ScriptedLink.inbound(peer(2)));
        assertThat(ours.closeKind()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(neighbours.link(peer(2))).containsSame(theirs);

        ScriptedLink again = dial(ScriptedLink.outbound(peer(2)));
        assertThat(again.closeKind()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(theirs.closeKind()).isNull();

        // Peer 9 has a larger id: the link that this node dialled is kept.
        ScriptedLink early = accept(ScriptedLink.inbound(peer(9)));
        ScriptedLink kept = dial(ScriptedLink.outbound(peer(9)));
        assertThat(early.closeKind()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(neighbours.link(peer(9))).containsSame(kept);
        ScriptedLink late = accept(ScriptedLink.inbound(peer(9)));
        assertThat(late.closeKind()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(kept.closeKind()).isNull();
    }

    @Test
    void olderLinkReplacesTheNewerOneThatCloses() {
        // The peer dialled both at once; they arrived in reverse order, and the peer closed the newer one here.
        ScriptedLink older = accept(ScriptedLink.inbound(peer(2)));
        ScriptedLink newer = accept(ScriptedLink.inbound(peer(2)));
        loop.request(10);
        newer.close(LOST);
        handleDepartures();

        assertThat(neighbours.link(peer(2))).containsSame(older);
        assertThat(published).containsExactly(new NodeEvent.PeerAdded(peer(2), older.address()));

        older.close(LOST);
        handleDepartures();
        assertThat(neighbours.links()).isEmpty();
        assertThat(published).endsWith(new NodeEvent.PeerRemoved(peer(2), LOST.toString()));
    }

    @Test
    void ofTwoLinksOfOneDiallerTheNewerIsKeptAndTheDiallerClosesTheOther() {
        ScriptedLink inbound = accept(ScriptedLink.inbound(peer(2)));
        ScriptedLink newer = accept(ScriptedLink.inbound(peer(2)));
        assertThat(inbound.closeKind()).as("closed by the dialler").isNull();
        assertThat(neighbours.link(peer(2))).containsSame(newer);

        ScriptedLink outbound = dial(ScriptedLink.outbound(peer(3)));
        ScriptedLink newerOutbound = dial(ScriptedLink.outbound(peer(3)));
        assertThat(outbound.closeKind()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(neighbours.link(peer(3))).containsSame(newerOutbound);
    }

    @Test
    void establishedLinkIsReplacedByANewerOneOfEitherDialler() {
        ScriptedLink old = dial(ScriptedLink.outbound(peer(9)));
        time.advanceTimeBy(Duration.ofSeconds(11));

        ScriptedLink newer = accept(ScriptedLink.inbound(peer(9)));

        assertThat(old.closeKind()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(neighbours.link(peer(9))).containsSame(newer);
    }

    @Test
    void closeOfAReplacedLinkIsNotPublished() {
        dial(ScriptedLink.outbound(peer(2)));
        ScriptedLink newer = dial(ScriptedLink.outbound(peer(2)));

        loop.request(10);
        handleDepartures();

        assertThat(loop.getReceivedOnNext()).hasSize(1).allMatch(TransportEvent.LinkClosed.class::isInstance);
        assertThat(neighbours.link(peer(2))).containsSame(newer);
        assertThat(published).containsExactly(new NodeEvent.PeerAdded(peer(2), newer.address()));
    }

    @Test
    void restoredLinkDoesNotCountAsDuplicateKey() {
        ScriptedLink kept = accept(ScriptedLink.inbound(peer(2)));
        ScriptedLink ended = accept(ScriptedLink.inbound(peer(2)));
        ended.close(LOST);

        assertThat(links.onLinkClosed(new TransportEvent.LinkClosed(ended, LOST)))
                .isEmpty();
        time.advanceTimeBy(Duration.ofMinutes(3));

        assertThat(neighbours.link(peer(2))).containsSame(kept);
        assertThat(kept.closeKind()).isNull();
    }

    @Test
    void twoLinksThatOutliveTheGracePeriodCountAsDuplicateKey() {
        ScriptedLink first = accept(ScriptedLink.inbound(peer(2)).at("first"));
        ScriptedLink second = accept(ScriptedLink.inbound(peer(2)).at("second"));

        time.advanceTimeBy(Duration.ofSeconds(119));
        assertThat(first.closeKind()).isNull();
        time.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(first.closeKind()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(second.closeKind()).isNull();
        assertThat(neighbours.link(peer(2))).containsSame(second);
    }

    @Test
    void linkIsNotReadWhileTheChannelIsFullAndResumesLater() {
        ScriptedLink link = accept(ScriptedLink.inbound(peer(2)));
        for (int i = 0; i < 100; i++) {
            link.deliver(message(i));
        }
        // The queued ones, the one that waits for a slot, and the one prefetched after it.
        assertThat(link.read()).isEqualTo(CAPACITY + 2);

        time.advanceTimeBy(Duration.ofDays(400));
        loop.request(1);
        assertThat(link.read()).isEqualTo(CAPACITY + 3);
        loop.request(Long.MAX_VALUE);

        assertThat(link.read()).isEqualTo(100);
        assertThat(loop.getReceivedOnNext()).hasSize(100);
        assertThat(channel.waitingSenders()).isZero();
    }

    @Test
    void floodOnOneLinkDelaysAnotherByAtMostTheChannelCapacity() {
        List<ScriptedLink> flooding = new ArrayList<>();
        for (int i = 10; i < 20; i++) {
            ScriptedLink link = accept(ScriptedLink.inbound(peer(i)));
            for (int m = 0; m < 1_000; m++) {
                link.deliver(message(m));
            }
            flooding.add(link);
        }
        ScriptedLink quiet = accept(ScriptedLink.inbound(peer(2)));
        loop.request(500);
        int before = loop.getReceivedOnNext().size();

        quiet.deliver(message(7));
        loop.request(CAPACITY + flooding.size() + 1);

        assertThat(loop.getReceivedOnNext()
                        .subList(before, loop.getReceivedOnNext().size()))
                .contains(new TransportEvent.Received(quiet, message(7)));
    }

    @Test
    void linksAreClosedWhenTheChannelIsClosed() {
        ScriptedLink link = accept(ScriptedLink.inbound(peer(2)));
        channel.close();

        link.deliver(message(1));

        assertThat(link.closeKind()).isEqualTo(CloseReason.Kind.STOPPING);
    }

    @Test
    void linkThatCannotBeReadIsClosedAndItsNeighbourRemoved() {
        ScriptedLink link = accept(ScriptedLink.inbound(peer(2)));
        loop.request(10);

        link.failReading();
        handleDepartures();

        assertThat(link.closeKind()).isEqualTo(CloseReason.Kind.PROTOCOL);
        assertThat(neighbours.links()).isEmpty();
    }

    @Test
    void eachLinkHasItsOwnCreditsUntilItCloses() {
        ScriptedLink first = accept(ScriptedLink.inbound(peer(2)));
        ScriptedLink other = accept(ScriptedLink.inbound(peer(3)));
        for (int i = 0; i < 2; i++) {
            links.admit(first, Mono.never()).subscribe(done -> {}, error -> {});
        }

        StepVerifier.create(links.admit(first, Mono.just(1))).verifyError(NodeBusyException.class);
        StepVerifier.create(links.admit(other, Mono.just(1))).expectNext(1).verifyComplete();
        links.onLinkClosed(new TransportEvent.LinkClosed(first, LOST));
        StepVerifier.create(links.admit(first, Mono.just(1))).expectNext(1).verifyComplete();
    }

    @Test
    void failedDialsAndFailedHandshakesArePublished() {
        links.onHandshake(new HandshakeEvent.HandshakeStarted(address(3)));
        links.onHandshake(new HandshakeEvent.DialFailed(address(3), LOST));
        links.onHandshake(new HandshakeEvent.HandshakeFailed(address(4), LOST));

        assertThat(published)
                .containsExactly(
                        new NodeEvent.DialFailed(address(3), LOST.toString()),
                        new NodeEvent.PeerRejected(null, address(4), LOST.toString()));
    }

    @Test
    void peerWithoutAFreeSlotGetsATransientLinkForALimitedTime() {
        fillAllSlots();
        ScriptedLink transientLink = accept(ScriptedLink.inbound(OTHER_PEER));
        loop.request(10);
        transientLink.deliver(message(1));

        assertThat(neighbours.link(OTHER_PEER)).isEmpty();
        assertThat(transientLink.sent()).singleElement().isInstanceOf(Connect.Full.class);
        assertThat(loop.getReceivedOnNext()).contains(new TransportEvent.Received(transientLink, message(1)));
        time.advanceTimeBy(MEMBERSHIP.transientLinkTimeout());
        assertThat(transientLink.closeKind()).isEqualTo(CloseReason.Kind.LIMIT_REACHED);
        loop.request(10);
        handleDepartures();
        assertThat(links.transientLinks()).isZero();
    }

    @Test
    void newTransientLinkReplacesThePeersOlderOne() {
        fillAllSlots();
        ScriptedLink older = accept(ScriptedLink.inbound(OTHER_PEER));
        ScriptedLink newer = accept(ScriptedLink.inbound(OTHER_PEER));

        assertThat(older.closeKind()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(newer.closeKind()).isNull();
        assertThat(links.transientLinks()).isOne();
    }

    @Test
    void peersBeyondTheLimitOfTransientLinksAreRejected() {
        fillAllSlots();
        for (int i = 0; i < MEMBERSHIP.maxTransientLinks(); i++) {
            accept(ScriptedLink.inbound(ScriptedPeer.idAt(0.5, i)));
            time.advanceTimeBy(Duration.ofMillis(50));
        }
        ScriptedLink late = accept(ScriptedLink.inbound(OTHER_PEER));

        assertThat(late.closeKind()).isEqualTo(CloseReason.Kind.LIMIT_REACHED);
        assertThat(published).last().isInstanceOf(NodeEvent.PeerRejected.class);
    }

    @Test
    void arrivalsAreRateLimited() {
        int admitted = 0;
        for (int i = 0; i < 100; i++) {
            ScriptedLink link = accept(ScriptedLink.inbound(ScriptedPeer.idAt(0.5, i)));
            admitted += link.closeKind() == null ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(3 * MEMBERSHIP.arrivalsPerSecond());

        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(accept(ScriptedLink.inbound(OTHER_PEER)).closeKind()).isNull();
    }

    @Test
    void linkToAFullPeerBecomesTransient() {
        ScriptedLink link = dial(ScriptedLink.outbound(peer(2)));

        links.onFull(link);

        assertThat(neighbours.links()).isEmpty();
        assertThat(links.transientVia()).containsExactly(link);
        assertThat(published).last().isInstanceOf(NodeEvent.PeerRemoved.class);
        links.onLinkClosed(new TransportEvent.LinkClosed(link, LOST));
        assertThat(links.transientVia()).isEmpty();
    }

    @Test
    void fullMessageOnAnInboundLinkIsIgnored() {
        ScriptedLink link = accept(ScriptedLink.inbound(peer(2)));

        links.onFull(link);

        assertThat(neighbours.link(peer(2))).contains(link);
        assertThat(links.transientVia()).isEmpty();
    }

    @Test
    void neighboursPerPublicAddressPrefixAreLimited() {
        // The ring neighbours of this node are elsewhere.
        dial(ScriptedLink.outbound(peer(6)).at("198.51.100.1"));
        dial(ScriptedLink.outbound(peer(4)).at("198.51.100.2"));
        for (int i = 0; i < RING.maxPerPrefix(); i++) {
            assertThat(dial(ScriptedLink.outbound(peer(10 + i)).at("203.0.113." + i))
                            .closeKind())
                    .isNull();
        }

        ScriptedLink more = dial(ScriptedLink.outbound(peer(30)).at("203.0.113.77"));
        ScriptedLink elsewhere = dial(ScriptedLink.outbound(peer(31)).at("203.0.114.77"));

        assertThat(more.closeKind()).isEqualTo(CloseReason.Kind.NOT_NEEDED);
        assertThat(elsewhere.closeKind()).isNull();
    }

    @Test
    void peersThatAnnounceNamesCountByTheirConnection() {
        List<ScriptedLink> arrivals = IntStream.range(0, 40)
                .mapToObj(i -> accept(ScriptedLink.inbound(peer(10 + i))
                        .at("host-" + i + ".example")
                        .from(ip("203.0.113." + i))))
                .toList();

        assertThat(arrivals).hasSize(40);
        assertThat(openNeighbours()).isEqualTo(RING.maxPerPrefix());
    }

    @Test
    void thirdLinkOfAPeerClosesItsOldestAtOnce() {
        List<ScriptedLink> same = IntStream.range(0, 6)
                .mapToObj(i -> accept(ScriptedLink.inbound(peer(2))))
                .toList();

        assertThat(same.subList(0, 4)).extracting(ScriptedLink::closeKind).containsOnly(CloseReason.Kind.DUPLICATE);
        assertThat(same.subList(4, 6)).extracting(ScriptedLink::closeKind).containsOnlyNulls();
        assertThat(neighbours.link(peer(2))).containsSame(same.get(5));
    }

    @Test
    void linksOfOnePeerAreRateLimitedAndLeaveTheRestToOthers() {
        int limit = 3 * MEMBERSHIP.arrivalsPerSecond() / 10;
        List<ScriptedLink> flood = IntStream.range(0, 500)
                .mapToObj(i -> accept(ScriptedLink.inbound(peer(2))))
                .toList();

        assertThat(flood.subList(limit, 500))
                .extracting(ScriptedLink::closeKind)
                .containsOnly(CloseReason.Kind.LIMIT_REACHED);
        assertThat(accept(ScriptedLink.inbound(peer(3))).closeKind()).isNull();
        assertThat(neighbours.peers()).containsExactly(peer(2), peer(3));
    }

    @Test
    void arrivalsOfOneAddressPrefixLeaveTheRestToOthers() {
        for (int i = 0; i < 200; i++) {
            accept(ScriptedLink.inbound(ScriptedPeer.idAt(0.5, i)).from(ip("203.0.113." + i)));
        }

        assertThat(accept(ScriptedLink.inbound(OTHER_PEER).from(ip("198.51.100.1")))
                        .closeKind())
                .isNull();
    }

    @Test
    void operatorsPeerHasAPlaceInAFullTableOfStrangers() {
        fillAllSlots();
        while (accept(ScriptedLink.inbound(ScriptedPeer.idAt(0.5, links.transientLinks())))
                        .closeKind()
                == null) {
            time.advanceTimeBy(Duration.ofMillis(60));
        }

        ScriptedLink configured = accept(ScriptedLink.inbound(CONFIGURED));

        assertThat(configured.closeKind()).isNull();
        assertThat(neighbours.link(CONFIGURED)).containsSame(configured);
    }

    @Test
    void knownNeighboursHaveALimitedNumberOfFurtherPlaces() {
        fillAllSlots();
        PeerId known = ScriptedPeer.idAt(0.7, 3);
        familiar.remember(known);

        accept(ScriptedLink.inbound(known));
        accept(ScriptedLink.inbound(OTHER_PEER));

        assertThat(neighbours.link(known)).isPresent();
        assertThat(neighbours.link(OTHER_PEER)).isEmpty();
    }

    @Test
    void peerThatAnswersAtAConfiguredAddressIsTheOperatorsPeer() {
        links.onHandshake(new HandshakeEvent.Dialled(address(1), ScriptedLink.outbound(peer(9))));

        assertThat(familiar.isConfigured(peer(9))).isTrue();
        assertThat(familiar.contains(peer(8))).isFalse();
    }

    @Test
    void promisedPlaceHoldsInACrowdedPrefix() {
        dial(ScriptedLink.outbound(peer(6)).at("198.51.100.1"));
        dial(ScriptedLink.outbound(peer(4)).at("198.51.101.2"));
        List<ScriptedLink> arrived = new ArrayList<>();
        for (int i = 0; i < RING.maxPerPrefix() + 1; i++) {
            slots.reserveAny(peer(20 + i));
            arrived.add(accept(ScriptedLink.inbound(peer(20 + i)).from(ip("203.0.113." + i))));
        }

        assertThat(arrived).extracting(ScriptedLink::closeKind).containsOnlyNulls();
        assertThat(neighbours.peers()).contains(peer(20 + RING.maxPerPrefix()));
    }

    @Test
    void ringNeighbourTakesThePlaceOfAnotherInACrowdedPrefix() {
        dial(ScriptedLink.outbound(peer(30)).at("198.51.100.1"));
        dial(ScriptedLink.outbound(peer(1)).at("198.51.100.2"));
        List<ScriptedLink> crowd = IntStream.range(0, RING.maxPerPrefix())
                .mapToObj(i -> accept(ScriptedLink.inbound(peer(40 + i)).from(ip("203.0.113." + i))))
                .toList();

        ScriptedLink next = accept(ScriptedLink.inbound(peer(6)).from(ip("203.0.113.99")));

        assertThat(next.closeKind()).isNull();
        assertThat(neighbours.link(peer(6))).containsSame(next);
        assertThat(crowd.get(crowd.size() - 1).closeKind()).isEqualTo(CloseReason.Kind.NOT_NEEDED);
    }

    /** Number of neighbours whose link is open. */
    private long openNeighbours() {
        return neighbours.links().stream()
                .filter(link -> ((ScriptedLink) link).closeKind() == null)
                .count();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "203.0.113.%d",
                "::ffff:203.0.113.%d",
                "::ffff:cb00:71%02x",
                "64:ff9b::cb00:71%02x",
                "2002:cb00:71%02x::1"
            })
    void peersOfOneIpv4PrefixCountTogetherInEveryNotation(String notation) {
        loop.request(Long.MAX_VALUE);
        for (int i = 0; i < 40; i++) {
            time.advanceTimeBy(Duration.ofSeconds(1));
            accept(ScriptedLink.inbound(peer(10 + i))
                    .at("host-" + i + ".example")
                    .from(ip(notation.formatted(i))));
            handleDepartures();
            dial(ScriptedLink.outbound(peer(60 + i))
                    .at("host-" + i + ".example")
                    .from(ip(notation.formatted(100 + i))));
            handleDepartures();
        }

        assertThat(neighbours.links()).hasSize(RING.maxPerPrefix());
    }

    @Test
    void peersWithLoopbackOrPrivateConnectionsAreExempt() {
        for (int i = 0; i < 10; i++) {
            accept(ScriptedLink.inbound(peer(10 + i)).from(ip("127.0.0.1")));
            accept(ScriptedLink.inbound(peer(30 + i)).from(ip("::ffff:192.168.1." + i)));
        }

        assertThat(neighbours.links()).hasSize(20);
    }

    private static IpAddress ip(String address) {
        return IpAddress.parse(address).orElseThrow();
    }

    /** Fills all neighbour slots with peers nearer to this node than any other peer. */
    private void fillAllSlots() {
        for (int i = 0; i < RING.maxNeighbours() + 2; i++) {
            double near = peer(5).location().value() + (i % 2 == 0 ? 1e-9 : -1e-9) * (i + 1);
            dial(ScriptedLink.outbound(ScriptedPeer.idAt(near, i)));
        }
    }

    private <L extends PeerLink> L accept(L link) {
        links.onHandshake(new HandshakeEvent.Accepted(link));
        return link;
    }

    private <L extends PeerLink> L dial(L link) {
        links.onHandshake(new HandshakeEvent.Dialled(address(2), link));
        return link;
    }

    private void handleDepartures() {
        for (TransportEvent event : loop.getReceivedOnNext()) {
            if (event instanceof TransportEvent.LinkClosed departed) {
                links.onLinkClosed(departed);
            }
        }
    }
}
