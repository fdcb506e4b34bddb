package dev.tributary.core.hosting;

import static dev.tributary.core.engine.OperationFixture.CONTRACT;
import static dev.tributary.core.engine.OperationFixture.nodeAt;
import static dev.tributary.core.engine.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.test.NumberedPages;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The root of a set with two followers: the updates that it sends and receives. */
class UpdateBroadcastTests {

    private static final Contract SET = GrowOnlySet.named("spread");
    private static final double LOCATION =
            SET.key().location().value() - CONTRACT.key().location().value();
    private static final TransactionId TX = new TransactionId(3, 4);
    private static final Duration BUDGET = Duration.ofSeconds(5);

    private final OperationFixture node = nodeAt(LOCATION);
    private final ScriptedPeer one = ScriptedPeer.silent(peerAt(LOCATION + 0.1, 1));
    private final ScriptedPeer two = ScriptedPeer.silent(peerAt(LOCATION + 0.2, 2));

    @BeforeEach
    void addFollowers() {
        node.with(one, two);
        node.contracts.store(StateOrigin.ofClientPut(), SET, set("a")).block();
        serveOffer(one, set("a"));
        serveOffer(two, set("a"));
    }

    @Test
    void clientChangeIsSentToAllFollowers() {
        update("b");
        node.sendDueUpdates();

        assertThat(one.received()).singleElement().isInstanceOfSatisfying(Update.Changed.class, changed -> {
            assertThat(changed.before()).isEqualTo(set("a").digest());
            assertThat(changed.after()).isEqualTo(set("a", "b").digest());
            assertThat(changed.changes()).containsExactly(full("b"));
        });
        assertThat(two.received()).hasSize(1);
        assertNothingDue();
    }

    @Test
    void consecutiveChangesAreSentTogetherOrAsTheFullStateIfThatIsSmaller() {
        update("b");
        update("c");
        node.sendDueUpdates();
        assertThat(one.received())
                .singleElement()
                .isInstanceOfSatisfying(
                        Update.Changed.class,
                        changed -> assertThat(changed.changes()).containsExactly(full("b"), full("c")));

        for (String more : List.of("a", "b", "c", "d")) {
            update("c", "b", more);
        }
        update("c", "b", "a", "e");
        node.sendDueUpdates();

        assertThat(one.received().get(1))
                .isInstanceOfSatisfying(
                        Update.Changed.class,
                        changed -> assertThat(changed.changes()).containsExactly(full("a", "b", "c", "d", "e")));
    }

    @Test
    void followerChangeIsAppliedAndSentToOtherFollowersOnly() {
        receive(one, set("a"), set("a", "b"), full("b"));
        node.sendDueUpdates();

        assertThat(held()).isEqualTo(set("a", "b"));
        assertThat(one.received()).isEmpty();
        assertThat(two.received())
                .singleElement()
                .isInstanceOfSatisfying(
                        Update.Changed.class,
                        changed -> assertThat(changed.changes()).containsExactly(full("b")));
        assertNothingDue();
    }

    @Test
    void knownChangeSendsNothing() {
        update("b");
        node.sendDueUpdates();
        receive(one, set("a"), set("a", "b"), full("b"));
        node.sendDueUpdates();

        assertThat(one.received()).hasSize(1);
        assertThat(two.received()).hasSize(1);
        assertNothingDue();
    }

    @Test
    void crossingChangesCostOneMessageEachWay() {
        update("b");
        node.sendDueUpdates();
        receive(one, set("a"), set("a", "c"), full("c"));
        node.sendDueUpdates();

        assertThat(held()).isEqualTo(set("a", "b", "c"));
        assertThat(one.received()).hasSize(1);
        assertThat(two.received()).hasSize(2);
        assertNothingDue();
    }

    @Test
    void followerThatChangedConcurrentlyIsSentTheMissingChange() {
        update("b");
        receive(one, set("a"), set("a", "c"), full("c"));
        node.sendDueUpdates();

        assertThat(one.received()).singleElement().isInstanceOfSatisfying(Update.Changed.class, changed -> {
            assertThat(changed.before()).isEqualTo(set("a", "c").digest());
            assertThat(changed.after()).isEqualTo(set("a", "b", "c").digest());
            assertThat(changed.changes()).containsExactly(full("b"));
        });
        assertNothingDue();
    }

    @Test
    void lostChangeTriggersAComparisonOfTheTwoReplicasOnly() {
        receive(one, set("a", "lost"), set("a", "lost", "b"), full("b"));
        node.sendDueUpdates();

        assertThat(held()).isEqualTo(set("a", "b"));
        assertThat(node.contracts.table().replicaTracker().offersFor(one.peer(), List.of(SET.id())))
                .hasSize(1);
        assertThat(node.contracts.table().replicaTracker().offersFor(two.peer(), List.of(SET.id())))
                .isEmpty();
        assertThat(one.received()).isEmpty();
    }

    @Test
    void updateOfAnUnhostedContractIsAnsweredWithUnfollow() {
        Contract other = GrowOnlySet.named("other");
        node.broadcasts
                .serve(
                        one,
                        new Update.Changed(TX, other.id(), set("a").digest(), set("b").digest(), List.of(full("b"))))
                .block();

        assertThat(one.received())
                .singleElement()
                .isInstanceOfSatisfying(
                        Hosting.Unfollowed.class, left -> assertThat(left.ids()).containsExactly(other.id()));
    }

    @Test
    void updateThatAsksIsAcknowledgedOnceItIsAppliedOrKnown() {
        Update.Changed changed = asking(full("b"), set("a", "b"));

        node.broadcasts.serve(one, changed).block();
        node.broadcasts.serve(two, changed).block();

        assertThat(one.received()).containsExactly(new Update.Acknowledged(TX, SET.id()));
        assertThat(two.received()).contains(new Update.Acknowledged(TX, SET.id()));
    }

    @Test
    void refusedUpdateIsNotAcknowledged() {
        StateChange invalid = new StateChange.Delta(StateDelta.utf8("what is this"));

        node.broadcasts.serve(one, asking(invalid, set("x"))).block();

        assertThat(one.received()).isEmpty();
    }

    private static Update.Changed asking(StateChange change, State after) {
        return new Update.Changed(TX, SET.id(), set("a").digest(), after.digest(), List.of(change), true);
    }

    @Test
    void peerThatUnfollowsIsSentNoUpdates() {
        node.broadcasts.onUnfollow(one.peer(), new Hosting.Unfollowed(TX, List.of(SET.id())));
        update("b");
        node.sendDueUpdates();

        assertThat(one.received()).isEmpty();
        assertThat(two.received()).hasSize(1);
    }

    @Test
    void updateOfAPeerThatIsNoNeighbourIsIgnored() {
        ScriptedPeer otherPeer = ScriptedPeer.silent(peerAt(0.4, 9));

        receive(otherPeer, set("a"), set("a", "b"), full("b"));

        assertThat(held()).isEqualTo(set("a"));
        assertThat(otherPeer.received()).isEmpty();
    }

    @Test
    void peerWithInvalidUpdatesIsIgnoredForAWhileAndTheReplicasAreCompared() {
        StateChange invalid = new StateChange.Delta(StateDelta.utf8("what is this"));
        for (int i = 0; i < 3; i++) {
            receive(one, set("a"), set("x" + i), invalid);
        }
        receive(one, set("a"), set("a", "b"), full("b"));
        assertThat(held()).isEqualTo(set("a"));
        assertThat(node.contracts.table().replicaTracker().offersFor(one.peer(), List.of(SET.id())))
                .hasSize(1);

        node.advance(Duration.ofSeconds(31));
        receive(one, set("a"), set("a", "b"), full("b"));

        assertThat(held()).isEqualTo(set("a", "b"));
    }

    @Test
    void peerWithInvalidUpdatesOfManyContractsIsIgnoredForThoseOnly() {
        StateChange invalid = new StateChange.Delta(StateDelta.utf8("what is this"));
        for (int contract = 0; contract < 16; contract++) {
            Contract set = GrowOnlySet.named("set " + contract);
            node.contracts.store(StateOrigin.ofClientPut(), set, set("a")).block();
            for (int i = 0; i < 3; i++) {
                receive(one, set, set("a"), set("x"), invalid);
            }
        }

        StepVerifier.create(one.closed().timeout(Duration.ofMillis(1), Mono.empty()))
                .verifyComplete();
        receive(one, set("a"), set("a", "b"), full("b"));
        assertThat(held()).isEqualTo(set("a", "b"));
    }

    @Test
    void updatesThatCameLateAndAreRefusedForThatSilenceNoPeer() {
        Contract page = NumberedPages.named("page");
        node.contracts
                .store(StateOrigin.ofClientPut(), page, NumberedPages.page(1, "text"))
                .block();
        for (int version = 2; version <= 6; version++) {
            receive(two, page, version);
        }
        for (int version = 2; version <= 5; version++) {
            receive(one, page, version);
        }

        receive(one, page, 7);

        assertThat(node.contracts.find(page.id()).blockOptional().orElseThrow().state())
                .isEqualTo(NumberedPages.page(7, "text"));
    }

    private void receive(ScriptedPeer from, Contract page, int version) {
        State after = NumberedPages.page(version, "text");
        receive(from, page, NumberedPages.page(version - 1, "text"), after, new StateChange.Full(after));
    }

    @Test
    void peerThatSendsFarTooManyUpdatesIsDisconnected() {
        for (int i = 0; i < 11_000; i++) {
            receive(one, set("a"), set("a", "b" + i), full("b"));
        }

        assertThat(one.closed().blockOptional(Duration.ofSeconds(1)))
                .hasValueSatisfying(reason -> assertThat(reason.kind()).isEqualTo(CloseReason.Kind.PROTOCOL));
    }

    @Test
    void reconciliationOfALargeStateRepliesWithADelta() {
        State large = large();
        node.contracts.store(StateOrigin.ofClientPut(), SET, large).block();
        Set<Bytes> remote = new TreeSet<>(Comparator.comparing(Bytes::toBuffer));
        remote.addAll(GrowOnlySet.elements(large));
        remote.remove(Bytes.utf8("a"));
        State missing = GrowOnlySet.state(remote);

        PeerReply reply = node.comparisons
                .serve(
                        one.peer(),
                        new Update.Reconcile(
                                TX,
                                BUDGET,
                                SET.id(),
                                missing.digest(),
                                GrowOnlySet.CONTRACT.summarize(SET.parameters(), missing)))
                .blockOptional()
                .orElseThrow();

        assertThat(reply).isInstanceOfSatisfying(Update.Difference.class, difference -> {
            assertThat(difference.change()).isEqualTo(new StateChange.Delta(new StateDelta(set("a").bytes())));
            assertThat(difference.digest()).isEqualTo(held().digest());
            assertThat(difference.summary()).isNotNull();
        });
        assertThat(node.contracts.table().replicaTracker().offersFor(one.peer(), List.of(SET.id())))
                .isEmpty();
    }

    @Test
    void reconciliationWithoutASummaryRepliesWithTheFullState() {
        PeerReply reply = node.comparisons
                .serve(one.peer(), new Update.Reconcile(TX, BUDGET, SET.id(), set("b").digest(), null))
                .blockOptional()
                .orElseThrow();

        assertThat(reply).isEqualTo(new Update.Difference(TX, full("a"), set("a").digest(), null));
    }

    @Test
    void reconciliationOfAnUnhostedContractIsRefused() {
        Contract other = GrowOnlySet.named("other");
        PeerReply reply = node.comparisons
                .serve(one.peer(), new Update.Reconcile(TX, BUDGET, other.id(), set("b").digest(), null))
                .blockOptional()
                .orElseThrow();

        assertThat(reply)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(RefusalCode.NOT_HELD));
    }

    @Test
    void smallChangeOfALargeStateIsSentAsADelta() {
        State large = large();
        node.contracts.store(StateOrigin.ofClientPut(), SET, large).block();
        node.sendDueUpdates();
        one.received().clear();
        Set<Bytes> more = Stream.concat(GrowOnlySet.elements(large).stream(), Stream.of(Bytes.utf8("new")))
                .collect(Collectors.toSet());

        node.contracts
                .change(StateOrigin.ofClientUpdate(), SET.id(), new StateChange.Full(GrowOnlySet.state(more)))
                .block();
        node.sendDueUpdates();

        assertThat(one.received())
                .singleElement()
                .isInstanceOfSatisfying(
                        Update.Changed.class,
                        changed -> assertThat(changed.changes())
                                .containsExactly(new StateChange.Delta(
                                        new StateDelta(set("new").bytes()))));
    }

    @Test
    void originOfAChangeDoesNotCountAsAPeerToUpdate() {
        HostingTable table = node.contracts.table();
        assertThat(table.hasOtherPeers(SET.id(), StateOrigin.ofReply(one.peer())))
                .isTrue();
        node.broadcasts.onUnfollow(two.peer(), new Hosting.Unfollowed(TX, List.of(SET.id())));

        assertThat(table.hasOtherPeers(SET.id(), StateOrigin.ofReply(one.peer())))
                .isFalse();
        assertThat(table.hasOtherPeers(SET.id(), StateOrigin.ofClientUpdate())).isTrue();
        assertThat(table.hasOtherPeers(GrowOnlySet.named("not hosted").id(), StateOrigin.ofClientUpdate()))
                .isFalse();
    }

    private void serveOffer(ScriptedPeer peer, State state) {
        node.comparisons
                .serve(
                        peer.peer(),
                        new Hosting.Offer(TX, BUDGET, List.of(new Hosting.Replica(SET.id(), state.digest(), 10))))
                .block();
    }

    private void update(String... elements) {
        node.contracts
                .change(StateOrigin.ofClientUpdate(), SET.id(), full(elements))
                .block();
    }

    @Test
    void contractThatRanOutOfTimeOnceIsNotCalledForNoticesAndComparisonsForTwoMinutes() {
        Contract contract = node.exhausting.named("endless");
        State held = State.utf8("held");
        node.contracts.store(StateOrigin.ofClientPut(), contract, held).block();
        for (int warm = 0; warm < 3; warm++) {
            node.contracts
                    .store(StateOrigin.ofClientPut(), contract, State.utf8("usual " + warm))
                    .block();
        }

        for (int notice = 0; notice < 60; notice++) {
            State next = State.utf8("endless " + notice);
            receive(List.of(one, two).get(notice % 2), contract, held, next, new StateChange.Full(next));
            node.advance(Duration.ofSeconds(1));
        }

        assertThat(node.exhausting.endlessMerges()).isEqualTo(1);
        for (ScriptedPeer peer : List.of(one, two)) {
            assertThat(node.contracts.table().replicaTracker().offersFor(peer.peer(), List.of(contract.id())))
                    .isEmpty();
        }
        assertThat(node.comparisons
                        .serve(
                                one.peer(),
                                new Update.Reconcile(
                                        TX,
                                        BUDGET,
                                        contract.id(),
                                        State.utf8("other").digest(),
                                        null))
                        .block())
                .isInstanceOf(Refused.class);
        node.advance(Duration.ofMinutes(1).plusSeconds(1));
        receive(one, contract, held, State.utf8("usual again"), new StateChange.Full(State.utf8("usual again")));
        assertThat(node.contracts.find(contract.id()).block())
                .isNotNull()
                .satisfies(stored -> assertThat(stored.state()).isEqualTo(State.utf8("usual again")));
    }

    private void receive(ScriptedPeer from, State before, State after, StateChange change) {
        receive(from, SET, before, after, change);
    }

    private void receive(ScriptedPeer from, Contract contract, State before, State after, StateChange change) {
        Update.Changed changed =
                new Update.Changed(TX, contract.id(), before.digest(), after.digest(), List.of(change));
        node.broadcasts.serve(from, changed).block();
    }

    private State held() {
        return node.contracts.find(SET.id()).blockOptional().orElseThrow().state();
    }

    private void assertNothingDue() {
        for (ScriptedPeer peer : List.of(one, two)) {
            assertThat(node.contracts.table().replicaTracker().offersFor(peer.peer(), List.of(SET.id())))
                    .isEmpty();
        }
        assertThat(node.contracts.table().scheduler().updateQueue().size()).isZero();
        node.assertNothingPending();
    }

    private static State large() {
        return GrowOnlySet.state(Stream.concat(
                        Stream.of(Bytes.utf8("a")),
                        IntStream.range(0, 100).mapToObj(i -> Bytes.utf8("element with some length " + i)))
                .collect(Collectors.toSet()));
    }

    private static StateChange full(String... elements) {
        return new StateChange.Full(set(elements));
    }

    private static State set(String... elements) {
        return GrowOnlySet.state(Stream.of(elements).map(Bytes::utf8).collect(Collectors.toSet()));
    }
}
