package dev.tributary.core.hosting;

import static dev.tributary.core.engine.OperationFixture.CONTRACT;
import static dev.tributary.core.engine.OperationFixture.STATE;
import static dev.tributary.core.engine.OperationFixture.nodeAt;
import static dev.tributary.core.engine.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.ExchangeTimeoutException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.Hosting.Verdict;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.test.NumberedPages;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** One comparison with one neighbour that is nearer to the contract than this node, and all its outcomes. */
class CompareOperationTests {

    private static final PeerId UPSTREAM = peerAt(0.01, 1);
    private static final State NEWER = LastWriterWins.state(2, new byte[] {43});

    private final OperationFixture node = nodeAt(0.3);

    @Test
    void equalReplicasCostOneOfferOnly() {
        ScriptedPeer upstream = replyingWith(Verdict.EQUAL);
        hostAndConnect(upstream);

        StepVerifier.create(compare()).verifyComplete();

        assertThat(upstream.received())
                .singleElement()
                .isInstanceOfSatisfying(
                        Hosting.Offer.class,
                        offer -> assertThat(offer.replicas()).singleElement().satisfies(held -> {
                            assertThat(held.id()).isEqualTo(CONTRACT.id());
                            assertThat(held.digest()).isEqualTo(STATE.digest());
                        }));
        StepVerifier.create(compare()).verifyComplete();
        assertThat(upstream.received()).as("an equal copy is not offered again").hasSize(1);
        node.assertNothingPending();
    }

    @Test
    void partnerThatWasSilentForOneContractIsNotWaitedForWithAnother() {
        Contract other = Stream.iterate(0, i -> i + 1)
                .map(i -> LastWriterWins.named("other " + i))
                .filter(this::isNearerToUpstream)
                .findFirst()
                .orElseThrow();
        node.puts.publish(other, STATE).block();
        hostAndConnect(ScriptedPeer.silent(UPSTREAM));
        node.contracts.table().review(List.of(other.id()));
        ReplicaTracker tracker = node.contracts.table().replicaTracker();
        assertThat(tracker.partnersToConfirm(other.id())).containsExactly(UPSTREAM);

        Deadline patience =
                node.context.deadline(Duration.ofSeconds(5), node.context.ids().get());
        Deadline deadline =
                node.context.deadline(Duration.ofSeconds(60), node.context.ids().get());
        StepVerifier.create(node.comparisons.confirm(CONTRACT.id(), patience, deadline))
                .then(() -> node.advance(Duration.ofSeconds(3)))
                .verifyComplete();

        assertThat(tracker.partnersToConfirm(other.id())).isEmpty();
        node.advance(Duration.ofSeconds(10));
        assertThat(tracker.partnersToConfirm(other.id())).containsExactly(UPSTREAM);
    }

    @Test
    void missingReplicaIsPushedAndNotForwarded() {
        ScriptedPeer upstream = replyingWith(Verdict.MISSING);
        hostAndConnect(upstream);

        StepVerifier.create(compare()).verifyComplete();

        assertThat(upstream.received()).hasSize(2);
        assertThat(upstream.received().get(1)).isInstanceOfSatisfying(Put.Request.class, put -> {
            assertThat(put.isReplication()).isTrue();
            assertThat(put.contract()).isEqualTo(CONTRACT);
            assertThat(put.state()).isEqualTo(STATE);
        });
        node.assertNothingPending();
    }

    @Test
    void differentReplicasExchangeWhatEachIsMissing() {
        State remote = LastWriterWins.state(0, new byte[] {1});
        ScriptedPeer upstream = ScriptedPeer.replying(
                UPSTREAM,
                request -> request instanceof Hosting.Offer offer
                        ? answer(offer, Verdict.DIFFERS)
                        : new Update.Difference(request.tx(), new StateChange.Full(remote), remote.digest(), null));
        hostAndConnect(upstream);

        StepVerifier.create(compare()).verifyComplete();
        node.sendDueUpdates();

        assertThat(upstream.received()).hasSize(3);
        assertThat(upstream.received().get(1))
                .isInstanceOfSatisfying(
                        Update.Reconcile.class,
                        request -> assertThat(request.digest()).isEqualTo(STATE.digest()));
        assertThat(upstream.received().get(2)).isInstanceOfSatisfying(Update.Changed.class, changed -> {
            assertThat(changed.before()).isEqualTo(remote.digest());
            assertThat(changed.after()).isEqualTo(STATE.digest());
            assertThat(changed.changes()).containsExactly(new StateChange.Full(STATE));
        });
        node.assertNothingPending();
    }

    @Test
    void localReplicaIsCompletedAndNothingIsSentBackIfTheNeighbourMissesNothing() {
        ScriptedPeer upstream = ScriptedPeer.replying(
                UPSTREAM,
                request -> request instanceof Hosting.Offer offer
                        ? answer(offer, Verdict.DIFFERS)
                        : new Update.Difference(request.tx(), new StateChange.Full(NEWER), NEWER.digest(), null));
        hostAndConnect(upstream);

        StepVerifier.create(compare()).verifyComplete();
        node.sendDueUpdates();

        assertThat(upstream.received()).hasSize(2);
        assertThat(node.heldState()).isEqualTo(NEWER);
        assertThat(node.contracts.isFresh(CONTRACT.id())).isTrue();
        node.assertNothingPending();
    }

    @Test
    void neighbourWithAnOlderStateThatTheContractRefusesIsSentTheNewerOne() {
        Contract page = nearerToUpstream("page");
        State older = NumberedPages.page(1, "one");
        State newer = NumberedPages.page(2, "two");
        ScriptedPeer upstream = ScriptedPeer.replying(
                UPSTREAM,
                request -> request instanceof Hosting.Offer offer
                        ? answer(offer, Verdict.DIFFERS)
                        : new Update.Difference(request.tx(), new StateChange.Full(older), older.digest(), null));
        node.puts.publish(page, newer).block();
        node.with(upstream);
        node.contracts.table().review(List.of(page.id()));

        StepVerifier.create(node.comparisons.compare(UPSTREAM, List.of(page.id())))
                .verifyComplete();
        node.sendDueUpdates();

        assertThat(upstream.received().get(2))
                .isInstanceOfSatisfying(
                        Update.Changed.class,
                        changed -> assertThat(changed.changes()).containsExactly(new StateChange.Full(newer)));
        node.assertNothingPending();
    }

    @Test
    void contractWhoseDeltasFailIsSentFullStatesUntilADeltaHasWorked() {
        Contract log = nearerToUpstream("full states only");
        String large = "b".repeat(2 * DeltaEncoder.SMALL_STATE_BYTES);
        List<Update.Reconcile> asked = new ArrayList<>();
        ScriptedPeer upstream = ScriptedPeer.replying(UPSTREAM, request -> {
            if (request instanceof Hosting.Offer offer) {
                return answer(offer, Verdict.DIFFERS);
            }
            Update.Reconcile reconcile = (Update.Reconcile) request;
            asked.add(reconcile);
            State theirs = NumberedPages.page(1000 + asked.size(), large);
            StateChange change = reconcile.summary() == null
                    ? new StateChange.Full(theirs)
                    : new StateChange.Delta(StateDelta.utf8("1:refused"));
            return new Update.Difference(request.tx(), change, theirs.digest(), null);
        });
        node.puts.publish(log, NumberedPages.page(3, large)).block();
        node.with(upstream);
        node.contracts.table().review(List.of(log.id()));
        for (int i = 0; i < 8; i++) {
            node.contracts.table().updateTracker().recordMissedUpdate(UPSTREAM, log.id());
            node.comparisons.compare(UPSTREAM, List.of(log.id())).block();
            node.advance(Duration.ofSeconds(5));
        }

        assertThat(asked.stream().map(request -> request.summary() == null))
                .containsExactly(false, false, false, true, true, true, true, true);
    }

    @Test
    void neighbourWithoutRoomIsOfferedTheContractAgainAfterABackoff() {
        ScriptedPeer upstream = replyingWith(Verdict.NO_ROOM);
        hostAndConnect(upstream);

        StepVerifier.create(compare()).verifyComplete();
        node.advance(Duration.ofMinutes(9));
        StepVerifier.create(compare()).verifyComplete();
        assertThat(upstream.received()).hasSize(1);

        node.advance(Duration.ofMinutes(2));
        StepVerifier.create(compare()).verifyComplete();
        assertThat(upstream.received()).hasSize(2);
    }

    @Test
    void neighbourThatAlwaysReportsAMissingReplicaIsPushedItWithBackoff() {
        ScriptedPeer faultyPeer = replyingWith(Verdict.MISSING);
        hostAndConnect(faultyPeer);
        for (int i = 0; i < 240; i++) {
            compare().block();
            node.advance(Duration.ofSeconds(30));
        }

        assertThat(faultyPeer.received().stream().filter(Put.Request.class::isInstance))
                .as("pushes in two hours")
                .hasSizeBetween(5, 30);
    }

    @Test
    void refusalOfAContractDoesNotFailTheComparison() {
        ScriptedPeer upstream = ScriptedPeer.replying(
                UPSTREAM,
                request -> request instanceof Hosting.Offer offer
                        ? answer(offer, Verdict.MISSING)
                        : new Refused(request.tx(), RefusalCode.NO_ROOM, "full", null));
        hostAndConnect(upstream);

        StepVerifier.create(compare()).verifyComplete();
        StepVerifier.create(compare()).verifyComplete();

        assertThat(upstream.received()).as("one offer and one put").hasSize(2);
        node.assertNothingPending();
    }

    @Test
    void busyNeighbourFailsTheComparisonAndTheReplicaStaysDue() {
        ScriptedPeer upstream =
                ScriptedPeer.replying(UPSTREAM, request -> new Refused(request.tx(), RefusalCode.BUSY, "later", null));
        hostAndConnect(upstream);

        StepVerifier.create(compare()).verifyError(RemoteFailureException.class);

        assertThat(node.contracts.table().replicaTracker().offersFor(UPSTREAM, List.of(CONTRACT.id())))
                .hasSize(1);
        node.assertNothingPending();
    }

    @Test
    void answerWithAnotherNumberOfVerdictsIsAnError() {
        hostAndConnect(ScriptedPeer.replying(
                UPSTREAM, request -> new Hosting.Answer(request.tx(), List.of(Verdict.EQUAL, Verdict.EQUAL))));

        StepVerifier.create(compare())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RemoteFailureException.class)
                        .hasMessageContaining("does not answer the request"));
        assertThat(node.contracts.table().replicaTracker().offersFor(UPSTREAM, List.of(CONTRACT.id())))
                .hasSize(1);
        node.assertNothingPending();
    }

    @Test
    void unresponsiveNeighbourTimesOutAfterFiveSeconds() {
        hostAndConnect(ScriptedPeer.silent(UPSTREAM));

        StepVerifier.create(compare())
                .then(() -> node.advance(Duration.ofSeconds(5)))
                .verifyError(ExchangeTimeoutException.class);
        node.assertNothingPending();
    }

    @Test
    void disconnectedNeighbourFailsTheComparison() {
        ScriptedPeer upstream = ScriptedPeer.silent(UPSTREAM);
        hostAndConnect(upstream);

        StepVerifier.create(compare())
                .then(() -> node.disconnect(upstream))
                .verifyError(PeerUnreachableException.class);
        node.assertNothingPending();
    }

    @Test
    void cancellingReleasesAllResources() {
        hostAndConnect(ScriptedPeer.silent(UPSTREAM));

        StepVerifier.create(compare()).thenCancel().verify();
        node.assertNothingPending();
    }

    @Test
    void largeStatesArePushedOneAtATimeAtEightMebibytesASecond() {
        List<PeerRequest> puts = Collections.synchronizedList(new ArrayList<>());
        ScriptedPeer upstream = ScriptedPeer.scripted(UPSTREAM, (number, request) -> {
            if (request instanceof Put.Request put) {
                puts.add(put);
                return Mono.just(new Put.Stored(put.tx(), put.contract().key(), true, 0, 1));
            }
            return Mono.just(answer((Hosting.Offer) request, Verdict.MISSING));
        });
        List<ContractInstanceId> ids = new ArrayList<>();
        for (int i = 0; ids.size() < 3; i++) {
            Contract contract = LastWriterWins.named("large " + i);
            if (isNearerToUpstream(contract)) {
                node.puts
                        .publish(contract, LastWriterWins.state(1, new byte[8 << 20]))
                        .block();
                ids.add(contract.id());
            }
        }
        node.with(upstream);
        node.contracts.table().review(ids);

        StepVerifier.create(node.comparisons.compare(UPSTREAM, ids))
                .then(() -> assertThat(puts).hasSize(1))
                .then(() -> node.advance(Duration.ofMillis(990)))
                .then(() -> assertThat(puts).hasSize(1))
                .then(() -> node.advance(Duration.ofMillis(20)))
                .then(() -> assertThat(puts).hasSize(2))
                .then(() -> node.advance(Duration.ofSeconds(3)))
                .verifyComplete();
        assertThat(puts).hasSize(3);
        assertThat(node.comparisons.largePushes()).isZero();
        node.assertNothingPending();
    }

    @Test
    void neighbourThatAsksForReconciliationsAllTheTimeIsRefusedAsBusy() {
        hostAndConnect(ScriptedPeer.silent(UPSTREAM));
        List<Class<?>> outcomes = new ArrayList<>();

        for (int second = 0; second < 60; second++) {
            for (int i = 0; i < 10; i++) {
                Update.Reconcile request = new Update.Reconcile(
                        new TransactionId(second, i), Duration.ofSeconds(5), CONTRACT.id(), NEWER.digest(), null);
                outcomes.add(node.comparisons
                        .serve(UPSTREAM, request)
                        .<Class<?>>map(Object::getClass)
                        .onErrorResume(NodeBusyException.class, busy -> Mono.just(busy.getClass()))
                        .block());
            }
            node.advance(Duration.ofSeconds(1));
        }

        assertThat(outcomes.stream().filter(Update.Difference.class::equals)).hasSizeBetween(30, 40);
        assertThat(outcomes.stream().filter(NodeBusyException.class::equals)).hasSizeGreaterThan(550);
        node.assertNothingPending();
    }

    @Test
    void offerIsAnsweredWithOneVerdictPerReplica() {
        ScriptedPeer peer = ScriptedPeer.silent(UPSTREAM);
        hostAndConnect(peer);

        Hosting.Replica equal = new Hosting.Replica(CONTRACT.id(), STATE.digest(), 10);
        Hosting.Replica unknown =
                new Hosting.Replica(LastWriterWins.named("unknown").id(), STATE.digest(), 10);
        Hosting.Replica immense =
                new Hosting.Replica(LastWriterWins.named("immense").id(), STATE.digest(), Integer.MAX_VALUE);

        assertThat(verdicts(UPSTREAM, equal, unknown, immense))
                .as("the budget of 4 GiB has room for a contract of 2 GiB")
                .containsExactly(Verdict.EQUAL, Verdict.MISSING, Verdict.MISSING);
        assertThat(verdicts(UPSTREAM, new Hosting.Replica(CONTRACT.id(), NEWER.digest(), 10)))
                .containsExactly(Verdict.DIFFERS);
    }

    @Test
    void offerOfATransientPeerIsAnsweredAndNotRecorded() {
        hostAndConnect(ScriptedPeer.silent(UPSTREAM));
        PeerId transientPeer = peerAt(0.45, 9);

        assertThat(verdicts(transientPeer, new Hosting.Replica(CONTRACT.id(), NEWER.digest(), 10)))
                .containsExactly(Verdict.DIFFERS);

        assertThat(node.contracts.table().replicaTracker().offersFor(transientPeer, List.of(CONTRACT.id())))
                .isEmpty();
    }

    @Test
    void neighbourThatPushesAnOlderStateIsComparedAgain() {
        ScriptedPeer upstream = replyingWith(Verdict.EQUAL);
        hostAndConnect(upstream);
        StepVerifier.create(compare()).verifyComplete();
        node.puts.publish(CONTRACT, NEWER).onErrorComplete().block();
        upstream.received().clear();
        Put.Request older = Put.Request.replication(new TransactionId(1, 1), Duration.ofSeconds(5), CONTRACT, STATE);

        StepVerifier.create(node.puts.serve(UPSTREAM, older)).expectNextCount(1).verifyComplete();

        assertThat(node.contracts.table().replicaTracker().offersFor(UPSTREAM, List.of(CONTRACT.id())))
                .singleElement()
                .satisfies(held -> assertThat(held.digest()).isEqualTo(NEWER.digest()));
    }

    @Test
    void refusalForOneReplicaDoesNotAbortTheReconciliationOfAnother() {
        Sinks.One<PeerReply> later = Sinks.one();
        List<Update.Reconcile> asked = new ArrayList<>();
        ScriptedPeer upstream = ScriptedPeer.scripted(UPSTREAM, (number, request) -> {
            if (request instanceof Update.Reconcile reconcile) {
                asked.add(reconcile);
                return asked.size() == 1
                        ? later.asMono()
                        : Mono.just(new Refused(request.tx(), RefusalCode.BUSY, "later", null));
            }
            return Mono.just(answer((Hosting.Offer) request, Verdict.DIFFERS));
        });
        Contract other = Stream.iterate(0, i -> i + 1)
                .map(i -> LastWriterWins.named("another " + i))
                .filter(this::isNearerToUpstream)
                .findFirst()
                .orElseThrow();
        node.puts.publish(other, STATE).block();
        hostAndConnect(upstream);
        node.contracts.table().review(List.of(other.id()));

        StepVerifier.create(node.comparisons.compare(UPSTREAM, List.of(CONTRACT.id(), other.id())))
                .then(() -> assertThat(asked).hasSize(2))
                .then(() -> later.tryEmitValue(
                        new Update.Difference(asked.get(0).tx(), new StateChange.Full(NEWER), NEWER.digest(), null)))
                .verifyError(RemoteFailureException.class);

        assertThat(node.contracts
                        .find(asked.get(0).id())
                        .map(stored -> stored.state())
                        .block())
                .isEqualTo(NEWER);
        node.assertNothingPending();
    }

    private void hostAndConnect(ScriptedPeer neighbour) {
        node.puts.publish(CONTRACT, STATE).block();
        node.with(neighbour);
        node.contracts.table().review(List.of(CONTRACT.id()));
    }

    private Contract nearerToUpstream(String name) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> NumberedPages.named(name + " " + i))
                .filter(this::isNearerToUpstream)
                .findFirst()
                .orElseThrow();
    }

    private boolean isNearerToUpstream(Contract contract) {
        RingLocation location = contract.key().location();
        return location.distanceTo(UPSTREAM.location())
                < location.distanceTo(node.neighbours.self().location());
    }

    private Mono<Void> compare() {
        return node.comparisons.compare(UPSTREAM, List.of(CONTRACT.id()));
    }

    private List<Verdict> verdicts(PeerId peer, Hosting.Replica... held) {
        Hosting.Offer offer = new Hosting.Offer(new TransactionId(1, 2), Duration.ofSeconds(5), List.of(held));
        return ((Hosting.Answer)
                        node.comparisons.serve(peer, offer).blockOptional().orElseThrow())
                .verdicts();
    }

    private static ScriptedPeer replyingWith(Verdict verdict) {
        return ScriptedPeer.replying(
                UPSTREAM,
                request -> request instanceof Put.Request put
                        ? new Put.Stored(put.tx(), put.contract().key(), true, 0, 1)
                        : answer((Hosting.Offer) request, verdict));
    }

    private static PeerReply answer(Hosting.Offer offer, Verdict verdict) {
        return new Hosting.Answer(
                offer.tx(), Collections.nCopies(offer.replicas().size(), verdict));
    }
}
