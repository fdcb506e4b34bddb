package dev.tributary.core.operation;

import static dev.tributary.core.engine.OperationFixture.nodeAt;
import static dev.tributary.core.engine.OperationFixture.peerAt;
import static dev.tributary.core.test.RelatedContractsRuntime.mergingWithRelated;
import static dev.tributary.core.test.RelatedContractsRuntime.state;
import static dev.tributary.core.test.RelatedContractsRuntime.validatingWithRelated;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.hosting.Reconciliation;
import dev.tributary.core.hosting.StateOrigin;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** States whose contracts need related contracts that this node does not hold. */
class RelatedSearchTests {

    private static final Contract ASKING = validatingWithRelated("asking");
    private static final Contract FIRST = validatingWithRelated("first");
    private static final Contract SECOND = validatingWithRelated("second");
    private static final StateOrigin FROM_PEER =
            new StateOrigin(CallClass.NETWORK_RELAY, StateOrigin.Reason.PUT, peerAt(0.45, 9));

    @Test
    void relatedContractsOfNeighbourAreStoredAndStateIsAccepted() {
        ScriptedPeer neighbour = holding(Map.of(FIRST, state(1), SECOND, state(1)));
        OperationFixture node = nodeAt(0.3).with(neighbour);

        StepVerifier.create(node.puts.publish(ASKING, state(1, FIRST, SECOND)))
                .expectNextCount(1)
                .verifyComplete();

        assertThat(held(node, ASKING)).isEqualTo(state(1, FIRST, SECOND));
        assertThat(held(node, FIRST)).isEqualTo(state(1));
        assertThat(held(node, SECOND)).isEqualTo(state(1));
        assertThat(gets(neighbour)).isEqualTo(2);
        node.assertNothingPending();
    }

    @Test
    void heldRelatedContractsAreNotSearchedFor() {
        ScriptedPeer neighbour = holding(Map.of());
        OperationFixture node = nodeAt(0.3).with(neighbour);
        hold(node, FIRST, state(1));

        StepVerifier.create(node.puts.publish(ASKING, state(1, FIRST)))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(gets(neighbour)).isZero();
    }

    @Test
    void missingRelatedContractIsNamedAndStateIsRefused() {
        OperationFixture node = nodeAt(0.3).with(holding(Map.of(FIRST, state(1))));

        StepVerifier.create(node.puts.publish(ASKING, state(1, SECOND, FIRST)))
                .verifyErrorSatisfies(error -> assertMissing(error, "it was not found", SECOND));

        assertThat(held(node, ASKING)).isNull();
        assertThat(held(node, FIRST))
                .as("a found related contract is stored like the result of a GET")
                .isEqualTo(state(1));
        node.assertNothingPending();
    }

    @Test
    void nodeWithoutNeighboursFailsAtOnce() {
        OperationFixture node = nodeAt(0.3);

        StepVerifier.create(node.puts.publish(ASKING, state(1, FIRST)))
                .verifyErrorSatisfies(error -> assertMissing(error, "it was not found", FIRST));
        node.assertNothingPending();
    }

    @Test
    void silentNeighbourEndsSearchAfterTenSeconds() {
        OperationFixture node = nodeAt(0.3).with(ScriptedPeer.silent(peerAt(0.4, 1)));

        StepVerifier.create(node.puts.publish(ASKING, state(1, FIRST, SECOND)))
                .then(() -> node.advance(Duration.ofMillis(9_999)))
                .then(() -> assertThat(node.related.waiting()).isOne())
                .then(() -> node.advance(Duration.ofMillis(1)))
                .verifyErrorSatisfies(error -> assertMissing(error, "10000 ms", FIRST, SECOND));
        node.assertNothingPending();
    }

    @Test
    void tenSecondsAreLimitOfAllRoundsTogether() {
        Contract merging = mergingWithRelated("merging");
        // Merging needs the first contract, found after 6 s; validating needs the second, which is never found.
        OperationFixture node = nodeAt(0.3);
        node.with(ScriptedPeer.scripted(
                peerAt(0.4, 1),
                (number, request) -> ((Get.Request) request).id().equals(FIRST.id())
                        ? Mono.<PeerReply>just(new Get.Found(request.tx(), FIRST, state(1), 0))
                                .delayElement(Duration.ofSeconds(6), node.time)
                        : Mono.never()));
        hold(node, merging, state(1, FIRST));

        StepVerifier.create(node.related.store(StateOrigin.ofClientPut(), merging, state(2, SECOND)))
                .then(() -> node.advance(Duration.ofSeconds(6)))
                .then(() -> assertThat(held(node, FIRST)).isEqualTo(state(1)))
                .then(() -> node.advance(Duration.ofSeconds(4)))
                .verifyErrorSatisfies(error -> assertMissing(error, "4000 ms", SECOND));
        node.assertNothingPending();
    }

    @Test
    void mergeMayNeedRelatedContractsToo() {
        Contract merging = mergingWithRelated("merging");
        OperationFixture node = nodeAt(0.3).with(holding(Map.of(FIRST, state(1), SECOND, state(1))));
        hold(node, merging, state(1, FIRST));

        StepVerifier.create(node.related.store(StateOrigin.ofClientPut(), merging, state(2, SECOND)))
                .expectNext(state(2, SECOND))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void cancellationEndsSearch() {
        OperationFixture node = nodeAt(0.3).with(ScriptedPeer.silent(peerAt(0.4, 1)));

        StepVerifier.create(node.puts.publish(ASKING, state(1, FIRST)))
                .then(() -> assertThat(node.exchanges.pending()).isOne())
                .thenCancel()
                .verify();
        node.assertNothingPending();
    }

    @Test
    void lostNeighbourIsReplaced() {
        ScriptedPeer lost = ScriptedPeer.silent(nextTo(FIRST, 1));
        OperationFixture node = nodeAt(0.3).with(lost, holding(Map.of(FIRST, state(1))));

        StepVerifier.create(node.puts.publish(ASKING, state(1, FIRST)))
                .then(() -> assertThat(gets(lost)).isOne())
                .then(() -> node.disconnect(lost))
                .expectNextCount(1)
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void errorNamesMissingContractWhenLastNeighbourIsLost() {
        ScriptedPeer lost = ScriptedPeer.silent(peerAt(0.4, 1));
        OperationFixture node = nodeAt(0.3).with(lost);

        StepVerifier.create(node.puts.publish(ASKING, state(1, FIRST)))
                .then(() -> node.disconnect(lost))
                .then(() -> node.advance(Duration.ofSeconds(3)))
                .verifyErrorSatisfies(error -> assertMissing(error, "its link ended", FIRST));
        node.assertNothingPending();
    }

    @Test
    void refusalIsReported() {
        OperationFixture node = nodeAt(0.3)
                .with(ScriptedPeer.replying(
                        peerAt(0.4, 1),
                        request -> new Refused(request.tx(), RefusalCode.STORAGE, "the store failed", null)));

        StepVerifier.create(node.puts.publish(ASKING, state(1, FIRST)))
                .verifyErrorSatisfies(error -> assertMissing(error, "the store failed", FIRST));
        node.assertNothingPending();
    }

    @Test
    void contractsThatNeedEachOtherDoNotSearchWithoutEnd() {
        ScriptedPeer neighbour = holding(Map.of(FIRST, state(1, SECOND), SECOND, state(1, FIRST)));
        OperationFixture node = nodeAt(0.3).with(neighbour);

        StepVerifier.create(node.puts.publish(FIRST, state(2, SECOND)))
                .verifyErrorSatisfies(error -> assertMissing(error, FIRST.id().toString(), SECOND));

        assertThat(gets(neighbour)).isOne();
        assertThat(held(node, FIRST)).isNull();
        node.assertNothingPending();
    }

    @Test
    void contractsThatNeedEachOtherAreAcceptedOnceOneIsHeld() {
        OperationFixture node = nodeAt(0.3).with(holding(Map.of(SECOND, state(1, FIRST))));
        hold(node, FIRST, state(1));

        StepVerifier.create(node.puts.publish(FIRST, state(2, SECOND)))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(held(node, SECOND)).isEqualTo(state(1, FIRST));
        node.assertNothingPending();
    }

    @Test
    void concurrentStatesThatNeedEachOtherDoNotDeadlock() {
        OperationFixture node = nodeAt(0.3);
        // Each state arrives while the search for the other one is under way.
        node.with(ScriptedPeer.scripted(
                peerAt(0.4, 1),
                (number, request) -> Mono.just(answer(request, Map.of(FIRST, state(1), SECOND, state(1))))
                        .delayElement(Duration.ofSeconds(1), node.time)));
        List<State> accepted = new ArrayList<>();

        Disposable first =
                node.related.store(FROM_PEER, FIRST, state(2, SECOND)).subscribe(accepted::add);
        Disposable second =
                node.related.store(FROM_PEER, SECOND, state(2, FIRST)).subscribe(accepted::add);
        assertThat(node.contracts.changesInProgress())
                .as("contract locks held by waiting states")
                .isZero();
        node.advance(Duration.ofSeconds(1));

        assertThat(accepted).containsExactly(state(2, SECOND), state(2, FIRST));
        assertThat(first.isDisposed() && second.isDisposed()).isTrue();
        node.assertNothingPending();
    }

    @Test
    void waitingStateDoesNotHoldContractLock() {
        OperationFixture node = nodeAt(0.3).with(ScriptedPeer.silent(peerAt(0.4, 1)));
        hold(node, ASKING, state(1));

        Disposable waiting = node.related
                .store(StateOrigin.ofClientPut(), ASKING, state(2, FIRST))
                .subscribe(unused -> {}, failure -> {});
        StepVerifier.create(node.related.store(StateOrigin.ofClientPut(), ASKING, state(3)))
                .expectNext(state(3))
                .verifyComplete();
        waiting.dispose();
        node.assertNothingPending();
    }

    @Test
    void waitingStatesAreLimitedPerCallClass() {
        OperationFixture node = nodeAt(0.3).with(ScriptedPeer.silent(peerAt(0.4, 1)));
        List<Disposable> waiting = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            waiting.add(node.related
                    .store(FROM_PEER, validatingWithRelated("waiting " + i), state(1, FIRST))
                    .subscribe(unused -> {}, failure -> {}));
        }

        StepVerifier.create(node.related.store(FROM_PEER, ASKING, state(1, FIRST)))
                .verifyError(NodeBusyException.class);
        waiting.add(node.related
                .store(StateOrigin.ofClientPut(), ASKING, state(1, FIRST))
                .subscribe(unused -> {}, failure -> {}));
        assertThat(node.related.waiting()).isEqualTo(65);

        waiting.forEach(Disposable::dispose);
        node.assertNothingPending();
    }

    @Test
    void clientGetSearchesRelatedContractsOnce() {
        ScriptedPeer neighbour = holding(Map.of(ASKING, state(1, FIRST), FIRST, state(1)));
        OperationFixture node = nodeAt(0.3).with(neighbour);
        StepVerifier.create(node.gets.fetch(ASKING.id()))
                .expectNext(new GetResult.Found(ASKING, state(1, FIRST), 1))
                .verifyComplete();

        ScriptedPeer withoutRelated = holding(Map.of(ASKING, state(1, FIRST)));
        OperationFixture other = nodeAt(0.3).with(withoutRelated);
        StepVerifier.create(other.gets.fetch(ASKING.id()))
                .verifyErrorSatisfies(error -> assertMissing(error, "it was not found", FIRST));
        assertThat(gets(withoutRelated)).isEqualTo(2);
        other.assertNothingPending();
    }

    @Test
    void forwardingNodeDoesNotSearchForRelatedContracts() {
        ScriptedPeer neighbour = ScriptedPeer.replying(
                nextTo(ASKING, 2), request -> answer(request, Map.of(ASKING, state(1, FIRST), FIRST, state(1))));
        OperationFixture node = nodeAt(0.3).with(neighbour);
        StepVerifier.create(node.gets.serve(
                        nextTo(FIRST, 8),
                        new Get.Request(
                                new TransactionId(1, 2),
                                new HopsToLive(5),
                                Visited.none(),
                                Duration.ofSeconds(10),
                                ASKING.id())))
                .expectNextMatches(Get.Found.class::isInstance)
                .verifyComplete();

        StepVerifier.create(node.backgroundWork.get(0)).verifyError(ContractFailedException.class);
        assertThat(gets(neighbour)).isOne();
        assertThat(held(node, ASKING)).isNull();
        node.assertNothingPending();
    }

    @Test
    void updateIsAppliedOnceRelatedContractIsFound() {
        ScriptedPeer neighbour = holding(Map.of(FIRST, state(1)));
        OperationFixture node = nodeAt(0.3).with(neighbour);
        hold(node, ASKING, state(1));

        StepVerifier.create(node.broadcasts.serve(neighbour, update(state(1), state(2, FIRST))))
                .verifyComplete();

        assertThat(held(node, ASKING)).isEqualTo(state(2, FIRST));
        assertThat(held(node, FIRST)).isEqualTo(state(1));
        node.assertNothingPending();
    }

    @Test
    void updateWithMissingRelatedContractIsRepairedByLaterComparison() {
        Map<Contract, State> available = new HashMap<>();
        ScriptedPeer neighbour = ScriptedPeer.replying(
                peerAt(0.4, 2),
                request -> request instanceof Update.Reconcile
                        ? new Update.Difference(
                                request.tx(),
                                new StateChange.Full(state(2, FIRST)),
                                state(2, FIRST).digest(),
                                null)
                        : answer(request, available));
        OperationFixture node = nodeAt(0.3).with(neighbour);
        hold(node, ASKING, state(1));

        StepVerifier.create(node.broadcasts.serve(neighbour, update(state(1), state(2, FIRST))))
                .verifyComplete();
        assertThat(held(node, ASKING)).isEqualTo(state(1));
        assertThat(node.contracts.table().replicaTracker().offersFor(neighbour.peer(), List.of(ASKING.id())))
                .as("replicas to be compared with the neighbour")
                .hasSize(1);
        available.put(FIRST, state(1));
        Reconciliation comparison = new Reconciliation(node.context, node.contracts, node.related);
        StepVerifier.create(comparison.reconcile(neighbour, ASKING.id(), Duration.ofSeconds(5)))
                .verifyComplete();

        assertThat(held(node, ASKING)).isEqualTo(state(2, FIRST));
        node.assertNothingPending();
    }

    @Test
    void updateThatWaitsForRelatedContractDoesNotBlockOtherChanges() {
        OperationFixture node = nodeAt(0.3);
        ScriptedPeer slow = ScriptedPeer.scripted(
                peerAt(0.4, 2),
                (number, request) -> Mono.just(answer(request, Map.of(FIRST, state(1))))
                        .delayElement(Duration.ofSeconds(6), node.time));
        node.with(slow);
        hold(node, ASKING, state(1));

        StepVerifier.create(node.broadcasts.serve(slow, update(state(1), state(3, FIRST))))
                .then(() -> StepVerifier.create(node.related.change(
                                StateOrigin.ofClientUpdate(), ASKING.id(), new StateChange.Full(state(2))))
                        .expectNextCount(1)
                        .verifyComplete())
                .then(() -> assertThat(held(node, ASKING)).isEqualTo(state(2)))
                .then(() -> node.advance(Duration.ofSeconds(6)))
                .verifyComplete();

        assertThat(held(node, ASKING)).isEqualTo(state(3, FIRST));
        node.assertNothingPending();
    }

    private static Update.Changed update(State before, State after) {
        return new Update.Changed(
                new TransactionId(1, 2),
                ASKING.id(),
                before.digest(),
                after.digest(),
                List.of(new StateChange.Full(after)));
    }

    private static void assertMissing(Throwable error, String why, Contract... missing) {
        assertThat(error).hasMessageContaining(why).isInstanceOfSatisfying(ContractFailedException.class, failed -> {
            assertThat(failed.failure()).isEqualTo(Failure.RELATED_UNAVAILABLE);
            assertThat(failed.missing())
                    .containsExactly(List.of(missing).stream().map(Contract::id).toArray(ContractInstanceId[]::new));
        });
    }

    private static void hold(OperationFixture node, Contract contract, State state) {
        StoredContract stored =
                new StoredContract(contract, state, state.digest(), Instant.EPOCH, Demand.unrequested(Instant.EPOCH));
        StepVerifier.create(node.store.commit(stored).then(node.contracts.restore()))
                .verifyComplete();
    }

    private static @Nullable State held(OperationFixture node, Contract contract) {
        return node.store.read(contract.id()).map(StoredContract::state).block();
    }

    private static ScriptedPeer holding(Map<Contract, State> held) {
        return ScriptedPeer.replying(peerAt(0.4, 2), request -> answer(request, held));
    }

    private static PeerReply answer(PeerRequest request, Map<Contract, State> held) {
        if (request instanceof Put.Request put) {
            return new Put.Stored(put.tx(), put.contract().key(), true, 0, 1);
        }
        Get.Request get = (Get.Request) request;
        return held.entrySet().stream()
                .filter(entry -> entry.getKey().id().equals(get.id()))
                .<PeerReply>map(entry -> new Get.Found(get.tx(), entry.getKey(), entry.getValue(), 0))
                .findFirst()
                .orElse(new Get.NotFound(get.tx(), get.id(), 0));
    }

    private static PeerId nextTo(Contract contract, int tag) {
        return ScriptedPeer.idAt(contract.key().location().value(), tag);
    }

    private static int gets(ScriptedPeer peer) {
        return (int)
                peer.received().stream().filter(Get.Request.class::isInstance).count();
    }
}
