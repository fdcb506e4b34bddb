package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.LOST;
import static dev.tributary.core.loop.LoopEvents.address;
import static dev.tributary.core.loop.LoopEvents.message;
import static dev.tributary.core.loop.LoopEvents.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.message.Connect;
import dev.tributary.core.operation.Neighbourhood;
import dev.tributary.core.operation.Vacancies;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.NodeNotice;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

class LinkTableTests {

    private static final int CAPACITY = 8;
    private static final PeerId STRANGER = ScriptedPeer.idAt(0.9, 1);
    private static final RingConfig RING = RingConfig.DEFAULT;

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final NotificationChannel<TransportEvent> channel =
            new NotificationChannel<>("transport", CAPACITY, 100, Duration.ofSeconds(30), time, time);
    private final TimeSource source = new TimeSource(Clock.systemUTC(), () -> time.now(TimeUnit.NANOSECONDS));
    private final Neighbourhood neighbourhood = new Neighbourhood(peer(5), source);
    private final Notices notices = new Notices();
    private final List<NodeNotice> told = new ArrayList<>();
    private final LinkTable links = new LinkTable(
            neighbourhood,
            channel,
            notices,
            2,
            RING,
            new Vacancies(RING, neighbourhood, source, new SplittableRandom(7)),
            time,
            source);
    private final TestSubscriber<TransportEvent> loop =
            TestSubscriber.builder().initialRequest(0).build();

    LinkTableTests() {
        notices.flux().subscribe(told::add, error -> {});
        channel.flux().subscribe(loop);
    }

    @Test
    void aConfirmedLinkIsReadAndTold() {
        ScriptedLink link = accept(ScriptedLink.inbound(peer(2)));
        loop.request(10);

        link.says(message(1));

        assertThat(neighbourhood.link(peer(2))).containsSame(link);
        assertThat(loop.getReceivedOnNext()).containsExactly(new TransportEvent.Received(link, message(1)));
        assertThat(told).containsExactly(new NodeNotice.PeerLinked(peer(2), link.address()));
    }

    @Test
    void aDepartureComesAfterEverythingThatThePeerSaid() {
        ScriptedLink link = accept(ScriptedLink.inbound(peer(2)));
        link.says(message(1));
        link.says(message(2));
        link.close(LOST);

        loop.request(10);
        handleDepartures();

        assertThat(loop.getReceivedOnNext())
                .containsExactly(
                        new TransportEvent.Received(link, message(1)),
                        new TransportEvent.Received(link, message(2)),
                        new TransportEvent.Departed(link, LOST));
        assertThat(neighbourhood.links()).isEmpty();
        assertThat(told).endsWith(new NodeNotice.PeerDeparted(peer(2), LOST.toString()));
    }

    @Test
    void aLinkToTheNodeItselfIsClosed() {
        ScriptedLink self = dial(ScriptedLink.outbound(peer(5)));

        assertThat(self.closedBecause()).isEqualTo(CloseReason.Kind.SELF);
        assertThat(neighbourhood.links()).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void ofTwoLinksDialledAtOnceBothNodesKeepTheOneThatTheSmallerIdDialled() {
        // Peer 2 is smaller than this node: its link to us is kept, in whatever order the two come.
        ScriptedLink ours = dial(ScriptedLink.outbound(peer(2)));
        ScriptedLink theirs = accept(ScriptedLink.inbound(peer(2)));
        assertThat(ours.closedBecause()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(neighbourhood.link(peer(2))).containsSame(theirs);

        ScriptedLink again = dial(ScriptedLink.outbound(peer(2)));
        assertThat(again.closedBecause()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(theirs.closedBecause()).isNull();

        // Peer 9 is larger: ours is kept.
        ScriptedLink early = accept(ScriptedLink.inbound(peer(9)));
        ScriptedLink kept = dial(ScriptedLink.outbound(peer(9)));
        assertThat(early.closedBecause()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(neighbourhood.link(peer(9))).containsSame(kept);
        ScriptedLink late = accept(ScriptedLink.inbound(peer(9)));
        assertThat(late.closedBecause()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(kept.closedBecause()).isNull();
    }

    @Test
    void whenTheNewerOfTwoLinksEndsTheOlderOneTakesItsPlace() {
        // The peer dialled both at once; they came here in the other order, and it closed what is the newer one here.
        ScriptedLink older = accept(ScriptedLink.inbound(peer(2)));
        ScriptedLink newer = accept(ScriptedLink.inbound(peer(2)));
        loop.request(10);
        newer.close(LOST);
        handleDepartures();

        assertThat(neighbourhood.link(peer(2))).containsSame(older);
        assertThat(told).containsExactly(new NodeNotice.PeerLinked(peer(2), older.address()));

        older.close(LOST);
        handleDepartures();
        assertThat(neighbourhood.links()).isEmpty();
        assertThat(told).endsWith(new NodeNotice.PeerDeparted(peer(2), LOST.toString()));
    }

    @Test
    void ofTwoLinksThatOneNodeDialledTheNewerStaysAndTheDiallerClosesTheOther() {
        ScriptedLink inbound = accept(ScriptedLink.inbound(peer(2)));
        ScriptedLink fresh = accept(ScriptedLink.inbound(peer(2)));
        assertThat(inbound.closedBecause()).as("theirs to close").isNull();
        assertThat(neighbourhood.link(peer(2))).containsSame(fresh);

        ScriptedLink outbound = dial(ScriptedLink.outbound(peer(3)));
        ScriptedLink newer = dial(ScriptedLink.outbound(peer(3)));
        assertThat(outbound.closedBecause()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(neighbourhood.link(peer(3))).containsSame(newer);
    }

    @Test
    void aLinkThatIsNotYoungAnyMoreGivesWayToANewOneWhoeverDialledIt() {
        ScriptedLink old = dial(ScriptedLink.outbound(peer(9)));
        time.advanceTimeBy(Duration.ofSeconds(11));

        ScriptedLink fresh = accept(ScriptedLink.inbound(peer(9)));

        assertThat(old.closedBecause()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(neighbourhood.link(peer(9))).containsSame(fresh);
    }

    @Test
    void theDepartureOfAReplacedLinkIsSilent() {
        dial(ScriptedLink.outbound(peer(2)));
        ScriptedLink fresh = dial(ScriptedLink.outbound(peer(2)));

        loop.request(10);
        handleDepartures();

        assertThat(loop.getReceivedOnNext()).hasSize(1).allMatch(TransportEvent.Departed.class::isInstance);
        assertThat(neighbourhood.link(peer(2))).containsSame(fresh);
        assertThat(told).containsExactly(new NodeNotice.PeerLinked(peer(2), fresh.address()));
    }

    @Test
    void whatWasReplacedAndTookItsPlaceAgainIsNoTwin() {
        ScriptedLink kept = accept(ScriptedLink.inbound(peer(2)));
        ScriptedLink ended = accept(ScriptedLink.inbound(peer(2)));
        ended.close(LOST);

        assertThat(links.onDeparture(new TransportEvent.Departed(ended, LOST))).isEmpty();
        time.advanceTimeBy(Duration.ofMinutes(3));

        assertThat(neighbourhood.link(peer(2))).containsSame(kept);
        assertThat(kept.closedBecause()).isNull();
    }

    @Test
    void aPeerThatHoldsTwoLinksForMinutesIsTwoNodesAndTheOlderOneIsToldSo() {
        ScriptedLink one = accept(ScriptedLink.inbound(peer(2)).at("one"));
        ScriptedLink twin = accept(ScriptedLink.inbound(peer(2)).at("twin"));

        time.advanceTimeBy(Duration.ofSeconds(119));
        assertThat(one.closedBecause()).isNull();
        time.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(one.closedBecause()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(twin.closedBecause()).isNull();
        assertThat(neighbourhood.link(peer(2))).containsSame(twin);
    }

    @Test
    void aLinkIsNotReadWhileTheLoopHasNoRoomAndGoesOnLater() {
        ScriptedLink link = accept(ScriptedLink.inbound(peer(2)));
        for (int i = 0; i < 100; i++) {
            link.says(message(i));
        }
        // What has its place, the one that waits for a place, and the one after it.
        assertThat(link.read()).isEqualTo(CAPACITY + 2);

        time.advanceTimeBy(Duration.ofDays(400));
        loop.request(1);
        assertThat(link.read()).isEqualTo(CAPACITY + 3);
        loop.request(Long.MAX_VALUE);

        assertThat(link.read()).isEqualTo(100);
        assertThat(loop.getReceivedOnNext()).hasSize(100);
        assertThat(channel.sendersWaiting()).isZero();
    }

    @Test
    void aLinkThatFloodsHoldsUpAnothersMessageByNoMoreThanTheChannelHolds() {
        List<ScriptedLink> flooding = new ArrayList<>();
        for (int i = 10; i < 20; i++) {
            ScriptedLink link = accept(ScriptedLink.inbound(peer(i)));
            for (int m = 0; m < 1_000; m++) {
                link.says(message(m));
            }
            flooding.add(link);
        }
        ScriptedLink quiet = accept(ScriptedLink.inbound(peer(2)));
        loop.request(500);
        int before = loop.getReceivedOnNext().size();

        quiet.says(message(7));
        loop.request(CAPACITY + flooding.size() + 1);

        assertThat(loop.getReceivedOnNext()
                        .subList(before, loop.getReceivedOnNext().size()))
                .contains(new TransportEvent.Received(quiet, message(7)));
    }

    @Test
    void linksAreClosedWhenTheLoopDoesNotListenAnyMore() {
        ScriptedLink link = accept(ScriptedLink.inbound(peer(2)));
        channel.close();

        link.says(message(1));

        assertThat(link.closedBecause()).isEqualTo(CloseReason.Kind.STOPPING);
    }

    @Test
    void eachLinkHasItsOwnCreditsAndLosesThemWhenItDeparts() {
        ScriptedLink one = accept(ScriptedLink.inbound(peer(2)));
        ScriptedLink other = accept(ScriptedLink.inbound(peer(3)));
        for (int i = 0; i < 2; i++) {
            links.admit(one, Mono.never()).subscribe(done -> {}, error -> {});
        }

        StepVerifier.create(links.admit(one, Mono.just(1))).verifyError(NodeBusyException.class);
        StepVerifier.create(links.admit(other, Mono.just(1))).expectNext(1).verifyComplete();
        links.onDeparture(new TransportEvent.Departed(one, LOST));
        StepVerifier.create(links.admit(one, Mono.just(1))).expectNext(1).verifyComplete();
    }

    @Test
    void dialsThatFailAndStrangersThatAreGivenUpAreTold() {
        links.onHandshake(new HandshakeEvent.Arrived(address(3)));
        links.onHandshake(new HandshakeEvent.DialFailed(address(3), LOST));
        links.onHandshake(new HandshakeEvent.GivenUp(address(4), LOST));

        assertThat(told)
                .containsExactly(
                        new NodeNotice.DialFailed(address(3), LOST.toString()),
                        new NodeNotice.PeerTurnedAway(null, address(4), LOST.toString()));
    }

    @Test
    void whoeverFindsNoPlaceIsAGuestForAWhileAndIsToldSo() {
        full();
        ScriptedLink guest = accept(ScriptedLink.inbound(STRANGER));
        loop.request(10);
        guest.says(message(1));

        assertThat(neighbourhood.link(STRANGER)).isEmpty();
        assertThat(guest.sent()).singleElement().isInstanceOf(Connect.Crowded.class);
        assertThat(loop.getReceivedOnNext()).contains(new TransportEvent.Received(guest, message(1)));
        time.advanceTimeBy(RING.guestStay());
        assertThat(guest.closedBecause()).isEqualTo(CloseReason.Kind.CROWDED);
        loop.request(10);
        handleDepartures();
        assertThat(links.guests()).isZero();
    }

    @Test
    void aGuestThatComesAgainReplacesItsOlderLink() {
        full();
        ScriptedLink older = accept(ScriptedLink.inbound(STRANGER));
        ScriptedLink newer = accept(ScriptedLink.inbound(STRANGER));

        assertThat(older.closedBecause()).isEqualTo(CloseReason.Kind.DUPLICATE);
        assertThat(newer.closedBecause()).isNull();
        assertThat(links.guests()).isOne();
    }

    @Test
    void moreGuestsThanAreAllowedAreTurnedAway() {
        full();
        for (int i = 0; i < RING.guests(); i++) {
            accept(ScriptedLink.inbound(ScriptedPeer.idAt(0.5, i)));
            time.advanceTimeBy(Duration.ofMillis(50));
        }
        ScriptedLink late = accept(ScriptedLink.inbound(STRANGER));

        assertThat(late.closedBecause()).isEqualTo(CloseReason.Kind.CROWDED);
        assertThat(told).last().isInstanceOf(NodeNotice.PeerTurnedAway.class);
    }

    @Test
    void aCrowdOfArrivalsIsLetInNoFasterThanAllowed() {
        int admitted = 0;
        for (int i = 0; i < 100; i++) {
            ScriptedLink link = accept(ScriptedLink.inbound(ScriptedPeer.idAt(0.5, i)));
            admitted += link.closedBecause() == null ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(3 * RING.arrivalsPerSecond());

        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(accept(ScriptedLink.inbound(STRANGER)).closedBecause()).isNull();
    }

    @Test
    void whereThePeerIsCrowdedThisNodeIsAGuestAndThePeerNoNeighbour() {
        ScriptedLink link = dial(ScriptedLink.outbound(peer(2)));

        links.onCrowded(link);

        assertThat(neighbourhood.links()).isEmpty();
        assertThat(links.guestAt()).containsExactly(link);
        assertThat(told).last().isInstanceOf(NodeNotice.PeerDeparted.class);
        links.onDeparture(new TransportEvent.Departed(link, LOST));
        assertThat(links.guestAt()).isEmpty();
    }

    @Test
    void aPeerThatDialledThisNodeCannotSayThatItIsCrowded() {
        ScriptedLink link = accept(ScriptedLink.inbound(peer(2)));

        links.onCrowded(link);

        assertThat(neighbourhood.link(peer(2))).contains(link);
        assertThat(links.guestAt()).isEmpty();
    }

    @Test
    void fewNeighboursMayShareAPublicAddressPrefix() {
        for (int i = 0; i < RING.perPrefix(); i++) {
            assertThat(dial(ScriptedLink.outbound(peer(10 + i)).at("203.0.113." + i))
                            .closedBecause())
                    .isNull();
        }

        ScriptedLink more = dial(ScriptedLink.outbound(peer(30)).at("203.0.113.77"));
        ScriptedLink elsewhere = dial(ScriptedLink.outbound(peer(31)).at("203.0.114.77"));

        assertThat(more.closedBecause()).isEqualTo(CloseReason.Kind.UNWANTED);
        assertThat(elsewhere.closedBecause()).isNull();
    }

    /** All places are taken, by peers nearer to this node than any stranger. */
    private void full() {
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
        links.onHandshake(new HandshakeEvent.Dialled(address(1), link));
        return link;
    }

    private void handleDepartures() {
        for (TransportEvent event : loop.getReceivedOnNext()) {
            if (event instanceof TransportEvent.Departed departed) {
                links.onDeparture(departed);
            }
        }
    }
}
