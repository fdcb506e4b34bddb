package dev.tributary.core.membership;

import static dev.tributary.core.engine.OperationFixture.CONTRACT;
import static dev.tributary.core.engine.OperationFixture.nodeAt;
import static dev.tributary.core.engine.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.Refused;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

class ConnectOperationTests {

    private static final TransactionId TX = new TransactionId(1, 2);
    private static final PeerId JOINER = peerAt(0.4, 77);
    private static final RingLocation TARGET = CONTRACT.key().location();
    private static final PeerContact FAR_OFFER = new PeerContact(new PeerAddress("192.0.2.1", 7475), peerAt(0.02, 50));
    private static final PeerAddress SCRIPTED_ADDRESS = new PeerAddress("scripted", 1);

    private final ScriptedPeer joiner = ScriptedPeer.silent(JOINER);

    @Test
    void searchEmitsContactsFoundByFirstHop() {
        OperationFixture node = nodeAt(0.3).with(offering(0.1, 1, FAR_OFFER));

        StepVerifier.create(node.connects.search(TARGET, false, 8, List.of()))
                .expectNext(List.of(FAR_OFFER))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void searchAsksNextNeighbourIfFirstFindsNoContact() {
        ScriptedPeer near = offering(0.1, 1);
        OperationFixture node = nodeAt(0.3).with(near, offering(0.2, 2, FAR_OFFER));

        StepVerifier.create(node.connects.search(TARGET, false, 8, List.of()))
                .expectNext(List.of(FAR_OFFER))
                .verifyComplete();
        assertThat(near.received()).hasSize(1);
        node.assertNothingPending();
    }

    @Test
    void nodeWithoutNeighboursSearchesOverTransientLink() {
        ScriptedPeer via = offering(0.1, 1, FAR_OFFER);
        OperationFixture node = nodeAt(0.3);
        via.connect(node.exchanges::complete);

        StepVerifier.create(node.connects.search(TARGET, false, 8, List.of(via)))
                .expectNext(List.of(FAR_OFFER))
                .verifyComplete();
    }

    @Test
    void searchWithoutPeersIsEmpty() {
        StepVerifier.create(nodeAt(0.3).connects.search(TARGET, false, 8, List.of()))
                .verifyComplete();
    }

    @Test
    void unansweredSearchEndsAtDeadline() {
        OperationFixture node = nodeAt(0.3).with(ScriptedPeer.silent(peerAt(0.1, 1)));

        StepVerifier.create(node.connects.search(TARGET, false, 8, List.of()))
                .then(() -> node.advance(Duration.ofSeconds(11)))
                .verifyError(DeadlineExceededException.class);
        node.assertNothingPending();
    }

    @Test
    void searchFailsWhenItsPeerIsLost() {
        ScriptedPeer only = ScriptedPeer.silent(peerAt(0.1, 1));
        OperationFixture node = nodeAt(0.3).with(only);

        StepVerifier.create(node.connects.search(TARGET, false, 8, List.of()))
                .then(() -> node.disconnect(only))
                .verifyError(PeerUnreachableException.class);
        node.assertNothingPending();
    }

    @Test
    void cancelledSearchLeavesNoExchange() {
        OperationFixture node = nodeAt(0.3).with(ScriptedPeer.silent(peerAt(0.1, 1)));

        Disposable search = node.connects.search(TARGET, false, 8, List.of()).subscribe();
        assertThat(node.exchanges.pending()).isOne();
        search.dispose();

        node.assertNothingPending();
    }

    @Test
    void lastNodeOnPathReservesSlot() {
        OperationFixture node = nodeAt(0.01).with(ScriptedPeer.silent(peerAt(0.2, 1)));

        assertThat(contacts(node, request(5, 8)))
                .extracting(PeerContact::expected)
                .containsExactly(node.neighbours.self());
        assertThat(node.slots.reserved()).isOne();
        node.assertNothingPending();
    }

    @Test
    void slotIsReservedOnceAndExpires() {
        OperationFixture node = nodeAt(0.01);

        assertThat(contacts(node, request(5, 0))).hasSize(1);
        assertThat(contacts(node, request(5, 0))).as("reserved already").isEmpty();
        node.advance(Duration.ofSeconds(21));
        assertThat(node.slots.reserved()).isZero();
        assertThat(contacts(node, request(5, 0))).hasSize(1);
    }

    @Test
    void nodeOnPathForwardsSearchAndFillsInNeighboursAddress() {
        PeerId next = peerAt(0.1, 1);
        PeerContact ownContact = new PeerContact(Connect.Offers.OWN_ADDRESS, next);
        OperationFixture node = nodeAt(0.3).with(offering(0.1, 1, FAR_OFFER, ownContact));

        assertThat(contacts(node, request(5, 8))).containsExactly(FAR_OFFER, new PeerContact(SCRIPTED_ADDRESS, next));
        assertThat(node.slots.reserved()).as("far from the target").isZero();
    }

    @Test
    void nodeOnPathFillsInObservedIpAddressInsteadOfItsOwnNameForTheNeighbour() {
        PeerId next = peerAt(0.1, 1);
        PeerContact ownContact = new PeerContact(Connect.Offers.OWN_ADDRESS, next);
        OperationFixture node = nodeAt(0.3).with(offering(0.1, 1, ownContact).from("::ffff:203.0.113.5"));

        assertThat(contacts(node, request(5, 8)))
                .containsExactly(new PeerContact(new PeerAddress("203.0.113.5", SCRIPTED_ADDRESS.port()), next));
    }

    @Test
    void contactWithoutPortIsDropped() {
        PeerContact undialable = new PeerContact(new PeerAddress("192.0.2.9", 0), peerAt(0.03, 9));
        OperationFixture node = nodeAt(0.3).with(offering(0.1, 1, undialable, FAR_OFFER));

        assertThat(contacts(node, request(5, 8))).containsExactly(FAR_OFFER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "::1", "169.254.1.1", "10.0.0.1", "192.168.0.9", "fd00::1", "64:ff9b::127.0.0.1"})
    void contactInARangeOfAnotherHostIsNotBelieved(String host) {
        PeerContact local = new PeerContact(new PeerAddress(host, 22), peerAt(0.03, 9));
        OperationFixture node =
                nodeAt(0.3).with(offering(0.1, 1, local, FAR_OFFER).from("203.0.113.5"));

        StepVerifier.create(node.connects.search(TARGET, false, 8, List.of()))
                .expectNext(List.of(FAR_OFFER))
                .verifyComplete();
    }

    @Test
    void contactInTheRangeOfItsInformantIsBelieved() {
        PeerContact local = new PeerContact(new PeerAddress("127.0.0.1", 7475), peerAt(0.03, 9));
        OperationFixture node = nodeAt(0.3).with(offering(0.1, 1, local).from("127.0.0.1"));

        StepVerifier.create(node.connects.search(TARGET, false, 8, List.of()))
                .expectNext(List.of(local))
                .verifyComplete();
    }

    @Test
    void contactIsToldToPeersOfItsRangeOnly() {
        PeerContact twin = new PeerContact(Connect.Offers.OWN_ADDRESS, peerAt(0.1, 1));
        OperationFixture node =
                nodeAt(0.3).with(offering(0.1, 1, twin, FAR_OFFER).from("127.0.0.1"));

        joiner.from("203.0.113.7");
        assertThat(contacts(node, request(5, 8))).containsExactly(FAR_OFFER);
        joiner.from("127.0.0.1");
        assertThat(contacts(node, request(5, 8)))
                .extracting(contact -> contact.address().host())
                .containsExactlyInAnyOrder("127.0.0.1", FAR_OFFER.address().host());
    }

    @Test
    void nodeReservesSlotIfNextHopFindsOnlyContactsThatTheJoinerCannotReach() {
        PeerContact twin = new PeerContact(Connect.Offers.OWN_ADDRESS, peerAt(0.1, 1));
        OperationFixture node = nodeAt(0.3).with(offering(0.1, 1, twin).from("192.168.0.2"));
        joiner.from("203.0.113.7");

        assertThat(contacts(node, request(5, 8)))
                .extracting(PeerContact::expected)
                .containsExactly(node.neighbours.self());
    }

    @Test
    void nodeReservesSlotIfNextHopFindsNoContact() {
        OperationFixture node = nodeAt(0.3).with(offering(0.1, 1));

        assertThat(contacts(node, request(5, 8)))
                .extracting(PeerContact::expected)
                .containsExactly(node.neighbours.self());
    }

    @Test
    void nodeReservesSlotIfNextHopRefuses() {
        ScriptedPeer busy =
                ScriptedPeer.replying(peerAt(0.1, 1), ask -> new Refused(ask.tx(), RefusalCode.BUSY, "no", null));
        OperationFixture node = nodeAt(0.3).with(busy);

        assertThat(contacts(node, request(5, 8)))
                .extracting(PeerContact::expected)
                .containsExactly(node.neighbours.self());
        node.assertNothingPending();
    }

    @Test
    void searchWithoutSlotIsForwardedAwayFromTarget() {
        ScriptedPeer away = offering(0.2, 1, FAR_OFFER);
        // The joiner is a neighbour already, so this node reserves no slot for it.
        OperationFixture node = nodeAt(0.01).with(joiner, away);

        assertThat(contacts(node, request(5, 8))).containsExactly(FAR_OFFER);
        assertThat(((Connect.Request) away.received().get(0)).detours()).isEqualTo(7);
    }

    @Test
    void searchEndsWithoutDetoursOrHopsLeft() {
        ScriptedPeer away = offering(0.2, 1, FAR_OFFER);
        OperationFixture node = nodeAt(0.01).with(joiner, away);

        assertThat(contacts(node, request(5, 0))).isEmpty();
        assertThat(contacts(node, request(0, 8))).isEmpty();
        assertThat(away.received()).isEmpty();
    }

    @Test
    void joinerThatFitsNowhereIsAcceptedByLastNodeWithRoom() {
        ScriptedPeer away = offering(0.002, 1);
        OperationFixture node = nodeWithMinNeighbours(away);

        assertThat(contacts(node, request(5, 8)))
                .extracting(PeerContact::expected)
                .containsExactly(node.neighbours.self());
        assertThat(away.received()).as("asked before").hasSize(1);
    }

    @Test
    void nodeReservesNoSlotIfNextHopOffersOne() {
        OperationFixture node = nodeWithMinNeighbours(offering(0.002, 1, FAR_OFFER));

        assertThat(contacts(node, request(5, 8))).containsExactly(FAR_OFFER);
        assertThat(node.slots.reserved()).isZero();
    }

    @Test
    void adjacentSearchGetsNoSlotFromNodeThatIsNotRingNeighbour() {
        OperationFixture node = nodeWithMinNeighbours(offering(0.002, 1));
        Connect.Request adjacent = new Connect.Request(
                TX, new HopsToLive(5), Visited.none(), Duration.ofSeconds(5), TARGET, JOINER, true, 8);

        assertThat(contacts(node, adjacent)).isEmpty();
    }

    @Test
    void visitedPeersAndJoinerAreNotAsked() {
        ScriptedPeer seen = offering(0.05, 1, FAR_OFFER);
        OperationFixture node = nodeAt(0.3).with(seen, joiner);
        Connect.Request request = new Connect.Request(
                TX,
                new HopsToLive(5),
                Visited.none().plus(seen.peer()),
                Duration.ofSeconds(5),
                TARGET,
                JOINER,
                false,
                8);

        assertThat(contacts(node, request)).isEmpty();
        assertThat(seen.received()).isEmpty();
        assertThat(joiner.received()).isEmpty();
    }

    /** A node with the minimum number of neighbours: {@code next} and one more near it, the others near the joiner. */
    private static OperationFixture nodeWithMinNeighbours(ScriptedPeer next) {
        OperationFixture node = nodeAt(0.001).with(next, offering(-0.003, 2));
        for (int i = 2; i < RingConfig.defaults().minNeighbours(); i++) {
            node.with(offering(0.4, 100 + i));
        }
        return node;
    }

    private List<PeerContact> contacts(OperationFixture node, Connect.Request request) {
        PeerReply reply =
                Objects.requireNonNull(node.connects.serve(joiner, request).block());
        return ((Connect.Offers) reply).contacts();
    }

    private static Connect.Request request(int hops, int detours) {
        return new Connect.Request(
                TX, new HopsToLive(hops), Visited.none(), Duration.ofSeconds(5), TARGET, JOINER, false, detours);
    }

    private static ScriptedPeer offering(double distance, int tag, PeerContact... contacts) {
        return ScriptedPeer.replying(
                peerAt(distance, tag), request -> new Connect.Offers(request.tx(), List.of(contacts)));
    }
}
