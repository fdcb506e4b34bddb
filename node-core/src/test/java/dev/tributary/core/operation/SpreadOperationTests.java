package dev.tributary.core.operation;

import static dev.tributary.core.operation.OperationFixture.CONTRACT;
import static dev.tributary.core.operation.OperationFixture.nodeAt;
import static dev.tributary.core.operation.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.RefusalCode;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.peer.CloseReason;
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

/** The root of a set with two followers, and what it tells and is told. */
class SpreadOperationTests {

    private static final Contract SET = GrowOnlySet.named("spread");
    private static final double LOCATION =
            SET.key().location().value() - CONTRACT.key().location().value();
    private static final TransactionId TX = new TransactionId(3, 4);
    private static final Duration BUDGET = Duration.ofSeconds(5);

    private final OperationFixture node = nodeAt(LOCATION);
    private final ScriptedPeer one = ScriptedPeer.silent(peerAt(LOCATION + 0.1, 1));
    private final ScriptedPeer two = ScriptedPeer.silent(peerAt(LOCATION + 0.2, 2));

    @BeforeEach
    void followed() {
        node.with(one, two);
        node.contracts.store(Bringer.client(), SET, set("a")).block();
        offers(one, set("a"));
        offers(two, set("a"));
    }

    @Test
    void aClientsChangeIsToldToAllWhoFollow() {
        update("b");
        node.tellAll();

        assertThat(one.received()).singleElement().isInstanceOfSatisfying(Update.Changed.class, changed -> {
            assertThat(changed.before()).isEqualTo(set("a").digest());
            assertThat(changed.after()).isEqualTo(set("a", "b").digest());
            assertThat(changed.changes()).containsExactly(full("b"));
        });
        assertThat(two.received()).hasSize(1);
        nothingIsDue();
    }

    @Test
    void changesInARowAreToldTogetherAndAsTheWholeStateIfThatIsLess() {
        update("b");
        update("c");
        node.tellAll();
        assertThat(one.received())
                .singleElement()
                .isInstanceOfSatisfying(
                        Update.Changed.class,
                        changed -> assertThat(changed.changes()).containsExactly(full("b"), full("c")));

        for (String more : List.of("a", "b", "c", "d")) {
            update("c", "b", more);
        }
        update("c", "b", "a", "e");
        node.tellAll();

        assertThat(one.received().get(1))
                .isInstanceOfSatisfying(
                        Update.Changed.class,
                        changed -> assertThat(changed.changes()).containsExactly(full("a", "b", "c", "d", "e")));
    }

    @Test
    void aFollowersChangeIsTakenInAndGoesOnToTheOthersAndNotBack() {
        hear(one, set("a"), set("a", "b"), full("b"));
        node.tellAll();

        assertThat(held()).isEqualTo(set("a", "b"));
        assertThat(one.received()).isEmpty();
        assertThat(two.received())
                .singleElement()
                .isInstanceOfSatisfying(
                        Update.Changed.class,
                        changed -> assertThat(changed.changes()).containsExactly(full("b")));
        nothingIsDue();
    }

    @Test
    void aChangeThatIsKnownAlreadyCostsNothing() {
        update("b");
        node.tellAll();
        hear(one, set("a"), set("a", "b"), full("b"));
        node.tellAll();

        assertThat(one.received()).hasSize(1);
        assertThat(two.received()).hasSize(1);
        nothingIsDue();
    }

    @Test
    void changesThatCrossCostOneMessageEachWay() {
        update("b");
        node.tellAll();
        hear(one, set("a"), set("a", "c"), full("c"));
        node.tellAll();

        assertThat(held()).isEqualTo(set("a", "b", "c"));
        assertThat(one.received()).hasSize(1);
        assertThat(two.received()).hasSize(2);
        nothingIsDue();
    }

    @Test
    void whoMadeAChangeBeforeItWasToldOfAnotherIsToldThatOne() {
        update("b");
        hear(one, set("a"), set("a", "c"), full("c"));
        node.tellAll();

        assertThat(one.received()).singleElement().isInstanceOfSatisfying(Update.Changed.class, changed -> {
            assertThat(changed.before()).isEqualTo(set("a", "c").digest());
            assertThat(changed.after()).isEqualTo(set("a", "b", "c").digest());
            assertThat(changed.changes()).containsExactly(full("b"));
        });
        nothingIsDue();
    }

    @Test
    void afterAChangeThatGotLostTheTwoCopiesAreComparedAndNoOthers() {
        hear(one, set("a", "lost"), set("a", "lost", "b"), full("b"));
        node.tellAll();

        assertThat(held()).isEqualTo(set("a", "b"));
        assertThat(node.contracts.table().peerCopies().offers(one.peer(), List.of(SET.id())))
                .hasSize(1);
        assertThat(node.contracts.table().peerCopies().offers(two.peer(), List.of(SET.id())))
                .isEmpty();
        assertThat(one.received()).isEmpty();
    }

    @Test
    void whoTellsOfWhatIsNotHeldHereHearsThatItIsNot() {
        Contract other = GrowOnlySet.named("other");
        node.spread
                .serve(
                        one,
                        new Update.Changed(TX, other.id(), set("a").digest(), set("b").digest(), List.of(full("b"))))
                .block();

        assertThat(one.received())
                .singleElement()
                .isInstanceOfSatisfying(
                        Hosting.Left.class, left -> assertThat(left.ids()).containsExactly(other.id()));
    }

    @Test
    void whoLeavesIsToldNoMore() {
        node.spread.left(one.peer(), new Hosting.Left(TX, List.of(SET.id())));
        update("b");
        node.tellAll();

        assertThat(one.received()).isEmpty();
        assertThat(two.received()).hasSize(1);
    }

    @Test
    void whoIsNoNeighbourChangesNothing() {
        ScriptedPeer stranger = ScriptedPeer.silent(peerAt(0.4, 9));

        hear(stranger, set("a"), set("a", "b"), full("b"));

        assertThat(held()).isEqualTo(set("a"));
        assertThat(stranger.received()).isEmpty();
    }

    @Test
    void whoseChangesAreInvalidIsNotHeardForAWhileAndTheCopiesAreCompared() {
        StateChange invalid = new StateChange.Delta(StateDelta.utf8("what is this"));
        for (int i = 0; i < 3; i++) {
            hear(one, set("a"), set("x" + i), invalid);
        }
        hear(one, set("a"), set("a", "b"), full("b"));
        assertThat(held()).isEqualTo(set("a"));
        assertThat(node.contracts.table().peerCopies().offers(one.peer(), List.of(SET.id())))
                .hasSize(1);

        node.passes(Duration.ofSeconds(31));
        hear(one, set("a"), set("a", "b"), full("b"));

        assertThat(held()).isEqualTo(set("a", "b"));
    }

    @Test
    void whoGoesOnWithInvalidChangesOfManyContractsIsLeft() {
        StateChange invalid = new StateChange.Delta(StateDelta.utf8("what is this"));
        for (int contract = 0; contract < 16; contract++) {
            Contract set = GrowOnlySet.named("set " + contract);
            node.contracts.store(Bringer.client(), set, set("a")).block();
            for (int i = 0; i < 3; i++) {
                hear(one, set, set("a"), set("x"), invalid);
            }
        }

        assertThat(one.closed().blockOptional(Duration.ZERO.plusSeconds(1)))
                .hasValueSatisfying(reason -> assertThat(reason.kind()).isEqualTo(CloseReason.Kind.PROTOCOL));
    }

    @Test
    void whoAsksWhatItIsMissingOfALargeStateIsToldADelta() {
        State large = large();
        node.contracts.store(Bringer.client(), SET, large).block();
        Set<Bytes> theirs = new TreeSet<>(Comparator.comparing(Bytes::toBuffer));
        theirs.addAll(GrowOnlySet.elements(large));
        theirs.remove(Bytes.utf8("a"));
        State missing = GrowOnlySet.state(theirs);

        PeerReply reply = node.hosting
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
        assertThat(node.contracts.table().peerCopies().offers(one.peer(), List.of(SET.id())))
                .isEmpty();
    }

    @Test
    void whoAsksForASmallStateOrHasNoSummaryIsToldTheWholeOne() {
        PeerReply reply = node.hosting
                .serve(one.peer(), new Update.Reconcile(TX, BUDGET, SET.id(), set("b").digest(), null))
                .blockOptional()
                .orElseThrow();

        assertThat(reply).isEqualTo(new Update.Difference(TX, full("a"), set("a").digest(), null));
    }

    @Test
    void whoAsksAboutWhatIsNotHeldIsRefused() {
        Contract other = GrowOnlySet.named("other");
        PeerReply reply = node.hosting
                .serve(one.peer(), new Update.Reconcile(TX, BUDGET, other.id(), set("b").digest(), null))
                .blockOptional()
                .orElseThrow();

        assertThat(reply)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(RefusalCode.NOT_HELD));
    }

    @Test
    void aLargeStateThatIsPutWithASmallChangeIsToldAsADelta() {
        State large = large();
        node.contracts.store(Bringer.client(), SET, large).block();
        node.tellAll();
        one.received().clear();
        Set<Bytes> more = Stream.concat(GrowOnlySet.elements(large).stream(), Stream.of(Bytes.utf8("new")))
                .collect(Collectors.toSet());

        node.contracts
                .change(Bringer.updating(), SET.id(), new StateChange.Full(GrowOnlySet.state(more)))
                .block();
        node.tellAll();

        assertThat(one.received())
                .singleElement()
                .isInstanceOfSatisfying(
                        Update.Changed.class,
                        changed -> assertThat(changed.changes())
                                .containsExactly(new StateChange.Delta(
                                        new StateDelta(set("new").bytes()))));
    }

    @Test
    void whoBringsAChangeNeedNotBeToldOfIt() {
        HostingTable table = node.contracts.table();
        assertThat(table.isShared(SET.id(), Bringer.asked(one.peer()))).isTrue();
        node.spread.left(two.peer(), new Hosting.Left(TX, List.of(SET.id())));

        assertThat(table.isShared(SET.id(), Bringer.asked(one.peer()))).isFalse();
        assertThat(table.isShared(SET.id(), Bringer.updating())).isTrue();
        assertThat(table.isShared(GrowOnlySet.named("nobody's").id(), Bringer.updating()))
                .isFalse();
    }

    private void offers(ScriptedPeer peer, State state) {
        node.hosting
                .serve(
                        peer.peer(),
                        new Hosting.Offer(TX, BUDGET, List.of(new Hosting.Held(SET.id(), state.digest(), 10))))
                .block();
    }

    private void update(String... elements) {
        node.contracts.change(Bringer.updating(), SET.id(), full(elements)).block();
    }

    private void hear(ScriptedPeer from, State before, State after, StateChange change) {
        hear(from, SET, before, after, change);
    }

    private void hear(ScriptedPeer from, Contract contract, State before, State after, StateChange change) {
        Update.Changed changed =
                new Update.Changed(TX, contract.id(), before.digest(), after.digest(), List.of(change));
        node.spread.serve(from, changed).block();
    }

    private State held() {
        return node.contracts.find(SET.id()).blockOptional().orElseThrow().state();
    }

    private void nothingIsDue() {
        for (ScriptedPeer peer : List.of(one, two)) {
            assertThat(node.contracts.table().peerCopies().offers(peer.peer(), List.of(SET.id())))
                    .isEmpty();
        }
        assertThat(node.contracts.table().due().spreading().due()).isZero();
        node.nothingIsLeftBehind();
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
