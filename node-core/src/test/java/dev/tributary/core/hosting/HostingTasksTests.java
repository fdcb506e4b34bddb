package dev.tributary.core.hosting;

import static dev.tributary.core.engine.OperationFixture.CONTRACT;
import static dev.tributary.core.engine.OperationFixture.STATE;
import static dev.tributary.core.engine.OperationFixture.nodeAt;
import static dev.tributary.core.engine.OperationFixture.peerAt;
import static dev.tributary.core.hosting.HostingFixture.contract;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.Hosting.Verdict;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Update;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** When the hosting tasks send offers, pushes and updates. */
class HostingTasksTests {

    private static final State NEWER = LastWriterWins.state(2, new byte[] {43});

    private final FakeHost upstream = new FakeHost(peerAt(0.01, 1));
    private final Disposable.Swap tasks = Disposables.swap();

    @AfterEach
    void stop() {
        tasks.dispose();
    }

    @Test
    void idleNodeSendsNothingToANeighbourWithoutSharedContracts() {
        FakeHost neighbour = new FakeHost(peerAt(0.1, 1));
        OperationFixture node = running(nodeAt(0.3)).with(neighbour.peer);

        node.advance(Duration.ofHours(1));

        assertThat(neighbour.peer.received()).isEmpty();
        assertThat(node.hostingTasks.pending()).isZero();
    }

    @Test
    void contractPutInIsolationIsOfferedToTheFirstNeighbourWithinThreeSeconds() {
        OperationFixture node = running(nodeAt(0.3));
        node.puts.publish(CONTRACT, STATE).block();
        FakeHost neighbour = new FakeHost(peerAt(0.1, 1));

        node.with(neighbour.peer);
        node.advance(Duration.ofMillis(100));
        assertThat(neighbour.peer.received()).isEmpty();
        node.advance(Duration.ofSeconds(3));

        assertThat(neighbour.held).containsEntry(CONTRACT.id().toString(), STATE);
        assertThat(node.hostingTasks.pending()).isZero();
        node.assertNothingPending();
    }

    @Test
    void nearerNeighbourIsOfferedOnlyContractsItIsNearerTo() {
        OperationFixture node = running(nodeAt(0.3));
        putMany(node, 200);
        FakeHost neighbour = new FakeHost(peerAt(0.25, 1));
        FakeHost other = new FakeHost(peerAt(0.1, 2));
        node.with(other.peer);
        node.advance(Duration.ofMinutes(1));
        other.peer.received().clear();

        node.with(neighbour.peer);
        node.advance(Duration.ofSeconds(5));

        long offeredCount = neighbour.offered.size();
        assertThat(offeredCount).isBetween(1L, 100L);
        assertThat(node.hostingTasks.pending()).isZero();
    }

    @Test
    void nextNearestNeighbourReplacesALostUpstream() {
        OperationFixture node = running(nodeAt(0.3));
        FakeHost next = new FakeHost(peerAt(0.1, 2));
        node.with(upstream.peer, next.peer);
        node.puts.publish(CONTRACT, STATE).block();
        node.advance(Duration.ofSeconds(5));
        assertThat(next.held).isEmpty();

        node.disconnect(upstream.peer);
        node.advance(Duration.ofSeconds(3));

        assertThat(next.held).containsEntry(CONTRACT.id().toString(), STATE);
    }

    @Test
    void reconnectedNeighbourIsComparedAgainSinceUpdatesMayBeLost() {
        OperationFixture node = hosting();
        node.advance(Duration.ofSeconds(5));
        upstream.offered.clear();

        node.disconnect(upstream.peer);
        node.with(upstream.peer);
        node.advance(Duration.ofSeconds(3));

        assertThat(upstream.offered).isNotEmpty();
    }

    @Test
    void reconnectedNeighbourIsComparedAgainBeforeItsOldComparisonEnds() {
        OperationFixture node = running(nodeAt(0.3));
        node.puts.publish(CONTRACT, STATE).block();
        ScriptedPeer silent = ScriptedPeer.silent(peerAt(0.01, 1));
        node.with(silent);
        node.advance(Duration.ofSeconds(3));
        assertThat(silent.received()).hasSize(1);

        node.neighbours.remove(silent);
        node.with(upstream.peer);
        node.advance(Duration.ofMillis(1500));

        assertThat(node.exchanges.pending()).as("the old comparison").isEqualTo(1);
        assertThat(upstream.held).containsEntry(CONTRACT.id().toString(), STATE);
        node.advance(Duration.ofMinutes(1));
        assertThat(node.hostingTasks.pending()).isZero();
    }

    @Test
    void neighbourWithANewLinkIsComparedAgainSinceUpdatesOnTheOldLinkMayBeLost() {
        OperationFixture node = hosting();
        node.advance(Duration.ofSeconds(5));
        upstream.offered.clear();

        node.with(upstream.peer);
        node.advance(Duration.ofSeconds(3));

        assertThat(upstream.offered).isNotEmpty();
    }

    @Test
    void rootReplacesALostReplica() {
        OperationFixture node = running(nodeAt(0, OperationConfig.defaults().withReplicas(2)));
        FakeHost replica = new FakeHost(peerAt(0.1, 1));
        FakeHost spare = new FakeHost(peerAt(0.2, 2));
        node.with(replica.peer, spare.peer);
        node.puts.publish(CONTRACT, STATE).block();
        node.advance(Duration.ofSeconds(5));
        assertThat(spare.held).isEmpty();
        assertThat(node.contracts.status().underReplicated()).isZero();

        node.disconnect(replica.peer);
        node.advance(Duration.ofSeconds(3));

        assertThat(spare.held).containsEntry(CONTRACT.id().toString(), STATE);
        assertThat(node.contracts.status().underReplicated()).isZero();
    }

    @Test
    void putThatReachedItsHostsCausesNoOffers() {
        OperationFixture node = hosting();
        node.advance(Duration.ofSeconds(20));

        assertThat(upstream.peer.received()).singleElement().isInstanceOf(Put.Request.class);
        assertThat(node.hostingTasks.pending()).isZero();
    }

    @Test
    void newReplicaIsStaleUntilItHoldsWhatTheUpstreamHolds() {
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
        assertThat(node.contracts.isFresh(CONTRACT.id())).isFalse();
        node.puts
                .serve(upstream.peer(), Put.Request.replication(tx(node), Duration.ofSeconds(5), CONTRACT, more))
                .block();

        assertThat(node.contracts.isFresh(CONTRACT.id())).isTrue();
    }

    @Test
    void replicaInUseIsOfferedEveryTwoMinutesAndNothingElseIsSent() {
        OperationFixture node = hosting();
        node.contracts.setSubscribed(CONTRACT.id(), true);
        upstream.peer.received().clear();

        node.advance(Duration.ofMinutes(60));

        assertThat(upstream.peer.received())
                .hasSizeBetween(22, 38)
                .allSatisfy(message -> assertThat(message).isInstanceOf(Hosting.Offer.class));
        assertThat(node.contracts.isFresh(CONTRACT.id())).isTrue();
    }

    @Test
    void unusedReplicaIsNotOfferedAndIsStaleAfterTheLease() {
        OperationFixture node = hosting();
        node.advance(Duration.ofMinutes(10));
        upstream.peer.received().clear();

        node.advance(Duration.ofMinutes(60));

        assertThat(upstream.peer.received()).isEmpty();
        assertThat(node.contracts.isFresh(CONTRACT.id())).isFalse();
        assertThat(node.hostingTasks.pending()).isZero();
    }

    @Test
    void lastUnsubscribeUnfollowsTheUpstream() {
        OperationFixture node = hosting();
        node.contracts.setSubscribed(CONTRACT.id(), true);
        node.advance(Duration.ofMinutes(10));
        upstream.peer.received().clear();

        node.contracts.setSubscribed(CONTRACT.id(), false);
        node.advance(Duration.ofMinutes(60));

        assertThat(upstream.peer.received())
                .singleElement()
                .isInstanceOfSatisfying(
                        Hosting.Unfollowed.class, left -> assertThat(left.ids()).containsExactly(CONTRACT.id()));
        assertThat(node.contracts.isFresh(CONTRACT.id())).isFalse();
        assertThat(node.hostingTasks.pending()).isZero();
    }

    @Test
    void evictedReplicaTakesLeaveOfItsFollowers() {
        OperationFixture node = running(nodeAt(
                0.3,
                OperationConfig.defaults().withReplicas(1),
                HostingConfig.defaults().withContracts(1)));
        FakeHost follower = new FakeHost(peerAt(0.45, 2));
        node.with(upstream.peer, follower.peer);
        node.contracts
                .store(
                        new StateOrigin(CallClass.NETWORK_RELAY, StateOrigin.Reason.FETCH, upstream.peer.peer()),
                        CONTRACT,
                        STATE)
                .block();
        follower.held.put(CONTRACT.id().toString(), STATE);
        serveOffer(node, follower, STATE);
        node.advance(Duration.ofSeconds(5));
        follower.peer.received().clear();

        node.puts.publish(contract(1), STATE).block();
        node.advance(Duration.ofSeconds(3));

        assertThat(node.contracts.table().holds(CONTRACT.id())).isFalse();
        assertThat(follower.peer.received())
                .filteredOn(Hosting.Unfollowed.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        Hosting.Unfollowed.class, left -> assertThat(left.ids()).containsExactly(CONTRACT.id()));
    }

    @Test
    void followedReplicaIsInGreaterDemandThanOneFetchedJustNow() {
        OperationFixture node = running(nodeAt(
                0.3,
                OperationConfig.defaults().withReplicas(1),
                HostingConfig.defaults().withContracts(2)));
        FakeHost follower = new FakeHost(peerAt(0.45, 2));
        node.with(upstream.peer, follower.peer);
        StateOrigin fetched = new StateOrigin(CallClass.NETWORK_RELAY, StateOrigin.Reason.FETCH, upstream.peer.peer());
        node.contracts.store(fetched, CONTRACT, STATE).block();
        follower.held.put(CONTRACT.id().toString(), STATE);
        for (int i = 0; i < 60; i++) {
            serveOffer(node, follower, STATE);
            node.advance(Duration.ofMinutes(2));
        }

        node.contracts.store(fetched, contract(1), STATE).block();
        node.contracts.store(fetched, contract(2), STATE).block();

        assertThat(node.contracts.table().holds(CONTRACT.id())).isTrue();
    }

    @Test
    void changeIsSentToFollowersAndNotBackToItsOrigin() {
        OperationFixture node = running(nodeAt(0));
        FakeHost origin = new FakeHost(peerAt(0.1, 1));
        FakeHost follower = new FakeHost(peerAt(0.2, 2));
        node.with(origin.peer, follower.peer);
        node.puts.publish(CONTRACT, STATE).block();
        follower.held.put(CONTRACT.id().toString(), STATE);
        serveOffer(node, follower, STATE);

        node.puts
                .serve(origin.peer.peer(), Put.Request.replication(tx(node), Duration.ofSeconds(5), CONTRACT, NEWER))
                .block();
        node.advance(Duration.ofSeconds(3));

        assertThat(follower.held).containsEntry(CONTRACT.id().toString(), NEWER);
        assertThat(origin.peer.received()).isEmpty();
    }

    @Test
    void senderOfAnOlderStateIsSentTheNewerOne() {
        OperationFixture node = running(nodeAt(0));
        FakeHost follower = new FakeHost(peerAt(0.2, 2));
        node.with(follower.peer);
        node.puts.publish(CONTRACT, NEWER).block();

        node.puts
                .serve(follower.peer.peer(), Put.Request.replication(tx(node), Duration.ofSeconds(5), CONTRACT, STATE))
                .block();
        follower.held.put(CONTRACT.id().toString(), STATE);
        node.advance(Duration.ofSeconds(3));

        assertThat(follower.held).containsEntry(CONTRACT.id().toString(), NEWER);
    }

    @Test
    void unresponsiveNeighbourIsRetriedWithBackoffAndDoesNotDelayOthers() {
        OperationFixture node = running(nodeAt(0, OperationConfig.defaults().withReplicas(3)));
        node.puts.publish(CONTRACT, STATE).block();
        ScriptedPeer unresponsive = ScriptedPeer.silent(peerAt(0.1, 1));
        FakeHost responsive = new FakeHost(peerAt(0.2, 2));
        node.with(unresponsive, responsive.peer);

        node.advance(Duration.ofSeconds(3));
        assertThat(responsive.held).hasSize(1);
        node.advance(Duration.ofMinutes(10));

        assertThat(unresponsive.received()).hasSizeBetween(3, 25);
        assertThat(node.exchanges.pending()).isLessThanOrEqualTo(1);
    }

    @Test
    void neighbourThatDoesNotAnswerALargeStateHoldsUpNoLargeStateOfAnother() {
        OperationFixture node = running(nodeAt(0, OperationConfig.defaults().withReplicas(3)));
        State large = LastWriterWins.state(1, new byte[20 << 20]);
        State medium = LastWriterWins.state(2, new byte[100 << 10]);
        State older = LastWriterWins.state(1, new byte[100 << 10]);
        node.puts.publish(CONTRACT, large).block();
        List<Contract> others = Stream.iterate(0, i -> i + 1)
                .map(HostingFixture::contract)
                .filter(HostingTasksTests::isNear)
                .limit(2)
                .toList();
        others.forEach(other -> node.puts.publish(other, medium).block());
        ScriptedPeer silent = ScriptedPeer.scripted(
                peerAt(0.1, 1),
                (number, request) -> request instanceof Hosting.Offer offer
                        ? Mono.just(new Hosting.Answer(
                                offer.tx(), Collections.nCopies(offer.replicas().size(), Verdict.MISSING)))
                        : Mono.empty());
        FakeHost answering = new FakeHost(peerAt(0.11, 2));
        answering.held.put(others.get(1).id().toString(), older);

        node.with(silent, answering.peer);
        node.advance(Duration.ofSeconds(10));

        assertThat(silent.received()).anyMatch(Put.Request.class::isInstance);
        assertThat(answering.held)
                .containsEntry(CONTRACT.id().toString(), large)
                .containsEntry(others.get(0).id().toString(), medium)
                .containsEntry(others.get(1).id().toString(), medium);
    }

    /** Whether the node at the location of {@link OperationFixture#CONTRACT} is the root of this one too. */
    private static boolean isNear(Contract contract) {
        double distance = contract.key().location().distanceTo(CONTRACT.key().location());
        return distance < 0.04;
    }

    @Test
    void silentReplicaIsReplacedWithinTwoMinutes() {
        OperationFixture node = running(nodeAt(0, OperationConfig.defaults().withReplicas(3)));
        node.puts.publish(CONTRACT, STATE).block();
        FakeHost good = new FakeHost(peerAt(0.2, 2));
        FakeHost spare = new FakeHost(peerAt(0.3, 3));
        node.with(ScriptedPeer.silent(peerAt(0.1, 1)), good.peer, spare.peer);

        node.advance(Duration.ofMinutes(2));

        assertThat(good.held).hasSize(1);
        assertThat(spare.held).as("in place of the silent neighbour").hasSize(1);
        assertThat(node.contracts.status().underReplicated()).isZero();
    }

    @Test
    void silentUpstreamIsReplacedAndTakenBackWhenItAnswers() {
        OperationFixture node = running(nodeAt(0.3));
        AtomicBoolean isSilent = new AtomicBoolean(true);
        FakeHost first = new FakeHost(peerAt(0.01, 1));
        ScriptedPeer hanging = ScriptedPeer.scripted(
                peerAt(0.01, 1), (number, request) -> isSilent.get() ? Mono.empty() : Mono.just(first.answer(request)));
        FakeHost other = new FakeHost(peerAt(0.1, 2));
        FakeHost third = new FakeHost(peerAt(0.4, 3));
        node.with(hanging, other.peer, third.peer);
        node.contracts.store(StateOrigin.ofClientPut(), CONTRACT, STATE).block();
        node.contracts.setSubscribed(CONTRACT.id(), true);

        node.advance(Duration.ofMinutes(2));
        assertThat(other.held).hasSize(1);

        isSilent.set(false);
        node.exchanges
                .ask(hanging, new Hosting.Offer(tx(node), Duration.ofSeconds(5), List.of()), Duration.ofSeconds(5))
                .block();
        assertThat(node.neighbours.unreliable()).isEmpty();
    }

    @Test
    void manyContractsReachANewNeighbourInSmallBatches() {
        OperationFixture node = running(nodeAt(0.3));
        putMany(node, 2000);
        FakeHost neighbour =
                new FakeHost(ScriptedPeer.idAt((CONTRACT.key().location().value() + 0.8) % 1, 1));
        node.with(neighbour.peer);
        int maximum = 0;
        for (int second = 0; second < 30; second++) {
            int before = neighbour.offers;
            node.advance(Duration.ofSeconds(1));
            maximum = Math.max(maximum, neighbour.offers - before);
        }

        assertThat(maximum).as("offers in one second").isLessThanOrEqualTo(2);
        assertThat(neighbour.offered.size()).isGreaterThan(800);
        assertThat(neighbour.held).hasSize(neighbour.offered.size());
        assertThat(node.hostingTasks.pending()).isZero();
        node.assertNothingPending();
    }

    @Test
    void cancellingTheTasksCancelsExchangesInFlight() {
        OperationFixture node = running(nodeAt(0.3));
        node.puts.publish(CONTRACT, STATE).block();
        node.with(ScriptedPeer.silent(peerAt(0.01, 1)));
        node.advance(Duration.ofSeconds(3));
        assertThat(node.exchanges.pending()).isEqualTo(1);

        tasks.dispose();

        node.assertNothingPending();
    }

    private OperationFixture running(OperationFixture node) {
        tasks.update(node.hostingTasks.run().subscribe(none -> {}, failure -> {}));
        return node;
    }

    /** A running node that hosts the contract, in sync with {@link #upstream}. */
    private OperationFixture hosting() {
        OperationFixture node = running(nodeAt(0.3)).with(upstream.peer);
        node.puts.publish(CONTRACT, STATE).block();
        return node;
    }

    private static void putMany(OperationFixture node, int count) {
        Flux.range(0, count)
                .concatMap(i -> node.puts.publish(contract(i), STATE), 1)
                .blockLast();
    }

    private static void serveOffer(OperationFixture node, FakeHost host, State state) {
        Hosting.Replica held = new Hosting.Replica(CONTRACT.id(), state.digest(), 10);
        node.comparisons
                .serve(host.peer.peer(), new Hosting.Offer(tx(node), Duration.ofSeconds(5), List.of(held)))
                .block();
    }

    private static TransactionId tx(OperationFixture node) {
        return new TransactionId(1, node.time.now(TimeUnit.NANOSECONDS));
    }

    /** A neighbour that stores everything it is sent. */
    private static final class FakeHost {

        private final Map<String, State> held = new HashMap<>();
        private final Set<String> offered = new HashSet<>();
        private final ScriptedPeer peer;
        private int offers;

        FakeHost(PeerId id) {
            peer = ScriptedPeer.scripted(id, (number, request) -> Mono.just(answer(request)))
                    .onNotice(notice -> {
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
                State local = Objects.requireNonNull(held.get(reconcile.id().toString()));
                return new Update.Difference(request.tx(), new StateChange.Full(local), local.digest(), null);
            }
            Hosting.Offer offer = (Hosting.Offer) request;
            offers++;
            List<Verdict> verdicts = new ArrayList<>();
            for (Hosting.Replica each : offer.replicas()) {
                offered.add(each.id().toString());
                State local = held.get(each.id().toString());
                verdicts.add(
                        local == null
                                ? Verdict.MISSING
                                : local.digest().equals(each.digest()) ? Verdict.EQUAL : Verdict.DIFFERS);
            }
            return new Hosting.Answer(offer.tx(), verdicts);
        }
    }
}
