package dev.tributary.core.operation;

import static dev.tributary.core.operation.HostingFixture.contract;
import static dev.tributary.core.operation.OperationFixture.CONTRACT;
import static dev.tributary.core.operation.OperationFixture.STATE;
import static dev.tributary.core.operation.OperationFixture.nodeAt;
import static dev.tributary.core.operation.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.Hosting.Verdict;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Update;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What becomes due, and when. */
class HostingUpkeepTests {

    private static final State NEWER = LastWriterWins.state(2, new byte[] {43});

    private final Disposable.Swap upkeep = Disposables.swap();

    @AfterEach
    void stop() {
        upkeep.dispose();
    }

    @Test
    void anIdleNodeSaysNothingToANeighbourWithWhomNothingIsShared() {
        Host neighbour = new Host(peerAt(0.1, 1));
        OperationFixture node = running(nodeAt(0.3)).with(neighbour.peer);

        node.passes(Duration.ofHours(1));

        assertThat(neighbour.peer.received()).isEmpty();
        assertThat(node.upkeep.pending()).isZero();
    }

    @Test
    void whatWasPutAloneIsOfferedToTheFirstNeighbourWithinThreeSeconds() {
        OperationFixture node = running(nodeAt(0.3));
        node.puts.publish(CONTRACT, STATE).block();
        Host neighbour = new Host(peerAt(0.1, 1));

        node.with(neighbour.peer);
        node.passes(Duration.ofMillis(100));
        assertThat(neighbour.peer.received()).isEmpty();
        node.passes(Duration.ofSeconds(3));

        assertThat(neighbour.held).containsEntry(CONTRACT.id().toString(), STATE);
        assertThat(node.upkeep.pending()).isZero();
        node.nothingIsLeftBehind();
    }

    @Test
    void aNearerNeighbourIsOfferedOnlyWhatItIsNearerTo() {
        OperationFixture node = running(nodeAt(0.3));
        putMany(node, 200);
        Host neighbour = new Host(peerAt(0.25, 1));
        Host other = new Host(peerAt(0.1, 2));
        node.with(other.peer);
        node.passes(Duration.ofMinutes(1));
        other.peer.received().clear();

        node.with(neighbour.peer);
        node.passes(Duration.ofSeconds(5));

        long concerned = neighbour.offered.size();
        assertThat(concerned).isBetween(1L, 100L);
        assertThat(node.upkeep.pending()).isZero();
    }

    @Test
    void whenTheUpstreamIsLostTheNextNearestTakesItsPlace() {
        OperationFixture node = running(nodeAt(0.3));
        Host upstream = new Host(peerAt(0.01, 1));
        Host next = new Host(peerAt(0.1, 2));
        node.with(upstream.peer, next.peer);
        node.puts.publish(CONTRACT, STATE).block();
        node.passes(Duration.ofSeconds(5));
        assertThat(next.held).isEmpty();

        node.departs(upstream.peer);
        node.passes(Duration.ofSeconds(3));

        assertThat(next.held).containsEntry(CONTRACT.id().toString(), STATE);
    }

    @Test
    void aNeighbourThatWasGoneForAMomentIsComparedWithAnewForWhatItWasToldMayBeLost() {
        OperationFixture node = running(nodeAt(0.3));
        Host upstream = new Host(peerAt(0.01, 1));
        node.with(upstream.peer);
        node.puts.publish(CONTRACT, STATE).block();
        node.passes(Duration.ofSeconds(5));
        upstream.offered.clear();

        node.departs(upstream.peer);
        node.with(upstream.peer);
        node.passes(Duration.ofSeconds(3));

        assertThat(upstream.offered).isNotEmpty();
    }

    @Test
    void aNeighbourWithANewLinkIsComparedWithAnewForWhatWasToldOnTheOldOneMayBeLost() {
        OperationFixture node = running(nodeAt(0.3));
        Host upstream = new Host(peerAt(0.01, 1));
        node.with(upstream.peer);
        node.puts.publish(CONTRACT, STATE).block();
        node.passes(Duration.ofSeconds(5));
        upstream.offered.clear();

        node.with(upstream.peer);
        node.passes(Duration.ofSeconds(3));

        assertThat(upstream.offered).isNotEmpty();
    }

    @Test
    void theRootMakesAnotherCopyWhenOneIsLost() {
        OperationFixture node = running(nodeAt(0, OperationConfig.DEFAULT.withReplicas(2)));
        Host replica = new Host(peerAt(0.1, 1));
        Host spare = new Host(peerAt(0.2, 2));
        node.with(replica.peer, spare.peer);
        node.puts.publish(CONTRACT, STATE).block();
        node.passes(Duration.ofSeconds(5));
        assertThat(spare.held).isEmpty();
        assertThat(node.contracts.status().underReplicated()).isZero();

        node.departs(replica.peer);
        node.passes(Duration.ofSeconds(3));

        assertThat(spare.held).containsEntry(CONTRACT.id().toString(), STATE);
        assertThat(node.contracts.status().underReplicated()).isZero();
    }

    @Test
    void aPutThatReachedItsHostsCausesNoOffers() {
        OperationFixture node = running(nodeAt(0.3));
        Host upstream = new Host(peerAt(0.01, 1));
        node.with(upstream.peer);

        node.puts.publish(CONTRACT, STATE).block();
        node.passes(Duration.ofSeconds(20));

        assertThat(upstream.peer.received()).singleElement().isInstanceOf(Put.Request.class);
        assertThat(node.upkeep.pending()).isZero();
    }

    @Test
    void aNewCopyIsOutOfStepUntilTheUpstreamHoldsNothingElse() {
        OperationFixture node = running(nodeAt(0.3));
        State more = LastWriterWins.state(9, new byte[] {9});
        ScriptedPeer upstream = ScriptedPeer.replying(peerAt(0.01, 1), request -> {
            if (request instanceof Hosting.Offer offer) {
                return new Hosting.Answer(offer.tx(), List.of(Verdict.DIFFERS));
            }
            Put.Request put = (Put.Request) request;
            return new Put.Stored(put.tx(), put.contract().key(), true, 0, 1, more.digest());
        });
        node.with(upstream);

        node.puts.publish(CONTRACT, STATE).block();
        assertThat(node.contracts.fresh(CONTRACT.id())).isFalse();
        node.puts
                .serve(upstream.peer(), Put.Request.copy(tx(node), Duration.ofSeconds(5), CONTRACT, more))
                .block();

        assertThat(node.contracts.fresh(CONTRACT.id())).isTrue();
    }

    @Test
    void anEqualCopyThatIsUsedIsOfferedEveryTwoMinutesAndNothingElse() {
        OperationFixture node = running(nodeAt(0.3));
        Host upstream = new Host(peerAt(0.01, 1));
        node.with(upstream.peer);
        node.puts.publish(CONTRACT, STATE).block();
        node.contracts.subscribed(CONTRACT.id(), true);
        upstream.peer.received().clear();

        node.passes(Duration.ofMinutes(60));

        assertThat(upstream.peer.received())
                .hasSizeBetween(22, 38)
                .allSatisfy(message -> assertThat(message).isInstanceOf(Hosting.Offer.class));
        assertThat(node.contracts.fresh(CONTRACT.id())).isTrue();
    }

    @Test
    void aCopyThatNobodyUsesIsOfferedNoMoreAndIsStaleAfterTheLease() {
        OperationFixture node = running(nodeAt(0.3));
        Host upstream = new Host(peerAt(0.01, 1));
        node.with(upstream.peer);
        node.puts.publish(CONTRACT, STATE).block();
        node.passes(Duration.ofMinutes(10));
        upstream.peer.received().clear();

        node.passes(Duration.ofMinutes(60));

        assertThat(upstream.peer.received()).isEmpty();
        assertThat(node.contracts.fresh(CONTRACT.id())).isFalse();
        assertThat(node.upkeep.pending()).isZero();
    }

    @Test
    void theLastSubscriberThatGoesTakesTheCopyOutOfTheMesh() {
        OperationFixture node = running(nodeAt(0.3));
        Host upstream = new Host(peerAt(0.01, 1));
        node.with(upstream.peer);
        node.puts.publish(CONTRACT, STATE).block();
        node.contracts.subscribed(CONTRACT.id(), true);
        node.passes(Duration.ofMinutes(10));
        upstream.peer.received().clear();

        node.contracts.subscribed(CONTRACT.id(), false);
        node.passes(Duration.ofMinutes(60));

        assertThat(upstream.peer.received())
                .singleElement()
                .isInstanceOfSatisfying(
                        Hosting.Left.class, left -> assertThat(left.ids()).containsExactly(CONTRACT.id()));
        assertThat(node.contracts.fresh(CONTRACT.id())).isFalse();
        assertThat(node.upkeep.pending()).isZero();
    }

    @Test
    void aChangeTravelsToThoseWhoKeepInStepWithThisCopyAndNotBackToItsBringer() {
        OperationFixture node = running(nodeAt(0));
        Host bringer = new Host(peerAt(0.1, 1));
        Host follower = new Host(peerAt(0.2, 2));
        node.with(bringer.peer, follower.peer);
        node.puts.publish(CONTRACT, STATE).block();
        follower.held.put(CONTRACT.id().toString(), STATE);
        offers(node, follower, STATE);

        node.puts
                .serve(bringer.peer.peer(), Put.Request.copy(tx(node), Duration.ofSeconds(5), CONTRACT, NEWER))
                .block();
        node.passes(Duration.ofSeconds(3));

        assertThat(follower.held).containsEntry(CONTRACT.id().toString(), NEWER);
        assertThat(bringer.peer.received()).isEmpty();
    }

    @Test
    void whoBroughtSomethingOlderIsBroughtWhatIsHeld() {
        OperationFixture node = running(nodeAt(0));
        Host follower = new Host(peerAt(0.2, 2));
        node.with(follower.peer);
        node.puts.publish(CONTRACT, NEWER).block();

        node.puts
                .serve(follower.peer.peer(), Put.Request.copy(tx(node), Duration.ofSeconds(5), CONTRACT, STATE))
                .block();
        follower.held.put(CONTRACT.id().toString(), STATE);
        node.passes(Duration.ofSeconds(3));

        assertThat(follower.held).containsEntry(CONTRACT.id().toString(), NEWER);
    }

    @Test
    void aSilentNeighbourIsTriedLessAndLessOftenAndHoldsUpNobody() {
        OperationFixture node = running(nodeAt(0, OperationConfig.DEFAULT.withReplicas(3)));
        node.puts.publish(CONTRACT, STATE).block();
        ScriptedPeer silent = ScriptedPeer.silent(peerAt(0.1, 1));
        Host well = new Host(peerAt(0.2, 2));
        node.with(silent, well.peer);

        node.passes(Duration.ofSeconds(3));
        assertThat(well.held).hasSize(1);
        node.passes(Duration.ofMinutes(10));

        assertThat(silent.received()).hasSizeBetween(5, 25);
        assertThat(node.exchanges.pending()).isLessThanOrEqualTo(1);
    }

    @Test
    void manyContractsReachANewNeighbourInSmallPieces() {
        OperationFixture node = running(nodeAt(0.3));
        putMany(node, 2000);
        Host neighbour = new Host(ScriptedPeer.idAt((CONTRACT.key().location().value() + 0.8) % 1, 1));
        node.with(neighbour.peer);
        int most = 0;
        for (int second = 0; second < 30; second++) {
            int before = neighbour.offers;
            node.passes(Duration.ofSeconds(1));
            most = Math.max(most, neighbour.offers - before);
        }

        assertThat(most).as("offers in one second").isLessThanOrEqualTo(2);
        assertThat(neighbour.offered.size()).isGreaterThan(800);
        assertThat(neighbour.held).hasSize(neighbour.offered.size());
        assertThat(node.upkeep.pending()).isZero();
        node.nothingIsLeftBehind();
    }

    @Test
    void cancellingTheUpkeepLeavesNothingUnderWay() {
        OperationFixture node = running(nodeAt(0.3));
        node.puts.publish(CONTRACT, STATE).block();
        node.with(ScriptedPeer.silent(peerAt(0.01, 1)));
        node.passes(Duration.ofSeconds(3));
        assertThat(node.exchanges.pending()).isEqualTo(1);

        upkeep.dispose();

        node.nothingIsLeftBehind();
    }

    private OperationFixture running(OperationFixture node) {
        upkeep.update(node.upkeep.run().subscribe(none -> {}, failure -> {}));
        return node;
    }

    private static void putMany(OperationFixture node, int count) {
        Flux.range(0, count)
                .concatMap(i -> node.puts.publish(contract(i), STATE), 1)
                .blockLast();
    }

    private static void offers(OperationFixture node, Host host, State state) {
        Hosting.Held held = new Hosting.Held(CONTRACT.id(), state.digest(), 10);
        node.hosting
                .serve(host.peer.peer(), new Hosting.Offer(tx(node), Duration.ofSeconds(5), List.of(held)))
                .block();
    }

    private static TransactionId tx(OperationFixture node) {
        return new TransactionId(1, node.time.now(TimeUnit.NANOSECONDS));
    }

    /** A neighbour that holds what it is brought, and takes everything. */
    private static final class Host {

        private final Map<String, State> held = new HashMap<>();
        private final Set<String> offered = new HashSet<>();
        private final ScriptedPeer peer;
        private int offers;

        Host(PeerId id) {
            peer = ScriptedPeer.scripted(id, (number, request) -> Mono.just(answer(request)))
                    .hearing(notice -> {
                        if (notice instanceof Update.Changed changed) {
                            State state = ((StateChange.Full) changed.changes().get(0)).state();
                            held.put(changed.id().toString(), state);
                        }
                    });
        }

        private PeerReply answer(PeerRequest request) {
            if (request instanceof Put.Request put) {
                held.put(put.contract().id().toString(), put.state());
                return new Put.Stored(
                        put.tx(), put.contract().key(), true, 0, 1, put.state().digest());
            }
            if (request instanceof Update.Reconcile reconcile) {
                State mine = Objects.requireNonNull(held.get(reconcile.id().toString()));
                return new Update.Difference(request.tx(), new StateChange.Full(mine), mine.digest(), null);
            }
            Hosting.Offer offer = (Hosting.Offer) request;
            offers++;
            List<Verdict> verdicts = new ArrayList<>();
            for (Hosting.Held each : offer.held()) {
                offered.add(each.id().toString());
                State mine = held.get(each.id().toString());
                verdicts.add(
                        mine == null
                                ? Verdict.MISSING
                                : mine.digest().equals(each.digest()) ? Verdict.EQUAL : Verdict.DIFFERS);
            }
            return new Hosting.Answer(offer.tx(), verdicts);
        }
    }
}
