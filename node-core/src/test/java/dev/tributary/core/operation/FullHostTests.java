package dev.tributary.core.operation;

import static dev.tributary.core.engine.OperationFixture.CONTRACT;
import static dev.tributary.core.engine.OperationFixture.STATE;
import static dev.tributary.core.engine.OperationFixture.nodeAt;
import static dev.tributary.core.engine.OperationFixture.nodeWith;
import static dev.tributary.core.engine.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.hosting.StateOrigin;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Refused;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.test.Climbing;
import dev.tributary.core.test.DamagedStore;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.test.StepVerifier;

/** A host that cannot store is passed over: another host is asked. */
class FullHostTests {

    private static final State NEWER = LastWriterWins.state(2, new byte[] {43});
    private static final State NEWEST = LastWriterWins.state(3, new byte[] {44});

    @ParameterizedTest
    @EnumSource(names = {"STORAGE", "NO_ROOM", "NOT_HELD", "STOPPING"})
    void putIsStoredByTheNextNearestHost(RefusalCode code) {
        ScriptedPeer full = refusing(0.01, 1, code);
        ScriptedPeer next = storing(0.02, 2);
        OperationFixture node = nodeAt(0.3).with(full, next);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .assertNext(receipt -> assertThat(receipt.copies()).isEqualTo(2))
                .verifyComplete();

        assertThat(full.received()).hasSize(1);
        assertThat(next.received()).hasSize(1);
        node.assertNothingPending();
    }

    @Test
    void forwardingNodePassesOverAFullHostToo() {
        OperationFixture node = nodeAt(0.3).with(refusing(0.01, 1, RefusalCode.STORAGE), storing(0.02, 2));

        StepVerifier.create(node.puts.serve(peerAt(0.45, 99), put()))
                .assertNext(stored -> assertThat(stored.replicas()).isEqualTo(2))
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void nodeWithOnlyFullHostsIsTheRootItself() {
        ScriptedPeer farther = storing(0.4, 2);
        OperationFixture node = nodeAt(0.3, OperationConfig.defaults().withReplicas(3))
                .with(refusing(0.01, 1, RefusalCode.STORAGE), farther);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .assertNext(receipt -> {
                    assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_AT_ROOT);
                    assertThat(receipt.copies()).isEqualTo(2);
                })
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void rootSendsTheReplicaOfAFullHostToTheNextNearest() {
        ScriptedPeer first = refusing(0.1, 1, RefusalCode.STORAGE);
        ScriptedPeer second = storing(0.2, 2);
        ScriptedPeer third = storing(0.3, 3);
        ScriptedPeer fourth = storing(0.4, 4);
        OperationFixture node =
                nodeAt(0.01, OperationConfig.defaults().withReplicas(3)).with(first, second, third, fourth);

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .assertNext(receipt -> assertThat(receipt.copies()).isEqualTo(3))
                .verifyComplete();

        assertThat(fourth.received()).isEmpty();
        node.assertNothingPending();
    }

    @Test
    void numberOfHostsThatArePassedOverIsLimited() {
        ScriptedPeer[] peers = new ScriptedPeer[20];
        for (int i = 0; i < peers.length; i++) {
            peers[i] = refusing(0.01 * (i + 1), i, RefusalCode.STORAGE);
        }
        OperationFixture node = nodeAt(0.4).with(peers);

        assertThat(node.puts.publish(CONTRACT, STATE).block())
                .satisfies(receipt -> assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_LOCALLY));

        int asked = 0;
        for (ScriptedPeer peer : peers) {
            asked += peer.received().size();
        }
        assertThat(asked).isLessThan(10);
        node.assertNothingPending();
    }

    @Test
    void getAsksAnotherHostThanOneWhoseStoreFails() {
        ScriptedPeer finding = ScriptedPeer.replying(
                peerAt(0.02, 2), request -> new Get.Found(request.tx(), CONTRACT, STATE, 0, true));
        OperationFixture node = nodeAt(0.3).with(refusing(0.01, 1, RefusalCode.STORAGE), finding);
        Get.Request get = new Get.Request(
                new TransactionId(1, 2), new HopsToLive(5), Visited.none(), Duration.ofSeconds(5), CONTRACT.id());

        StepVerifier.create(node.gets.serve(peerAt(0.45, 99), get))
                .assertNext(reply -> assertThat(reply).isInstanceOf(Get.Found.class))
                .verifyComplete();
        node.backgroundWork.forEach(work -> work.block());
        node.assertNothingPending();
    }

    @Test
    void clientOfAFullNodePutsOnOtherHosts() {
        OperationFixture node = fullNode().with(storing(0.01, 1));

        StepVerifier.create(node.puts.publish(CONTRACT, STATE))
                .assertNext(receipt -> {
                    assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_AT_ROOT);
                    assertThat(receipt.copies()).isEqualTo(1);
                })
                .verifyComplete();
        node.assertNothingPending();
    }

    @Test
    void putOfANodeWhoseCommitHangsIsStoredByAnotherHost() {
        HangingStore store = new HangingStore();
        OperationFixture node = nodeWith(store).with(storing(0.01, 1));
        store.hangs = true;
        List<PutReceipt> receipts = new ArrayList<>();
        node.puts.publish(CONTRACT, STATE).subscribe(receipts::add);
        node.advance(Duration.ofSeconds(4));
        assertThat(receipts).isEmpty();

        store.isWritable = false;
        node.advance(Duration.ofSeconds(1));

        assertThat(receipts)
                .singleElement()
                .satisfies(receipt -> assertThat(receipt.copies()).isEqualTo(1));
        assertThat(node.contracts.status().contracts()).isZero();
    }

    @Test
    void commitThatEndsAfterItsPutWasPassedOnCounts() {
        HangingStore store = new HangingStore();
        OperationFixture node = nodeWith(store).with(storing(0.01, 1));
        store.hangs = true;
        store.isWritable = false;
        node.puts.publish(CONTRACT, STATE).subscribe();
        node.advance(Duration.ofSeconds(2));

        store.goOn();

        assertThat(node.contracts.status().contracts()).isOne();
        node.assertNothingPending();
    }

    @Test
    void putFailsOnlyIfNoHostCanStoreIt() {
        OperationFixture alone = fullNode();
        OperationFixture amongFullOnes = fullNode().with(refusing(0.01, 1, RefusalCode.STORAGE));

        StepVerifier.create(alone.puts.publish(CONTRACT, STATE)).verifyError(StorageException.class);
        StepVerifier.create(amongFullOnes.puts.publish(CONTRACT, STATE)).verifyError(StorageException.class);
        alone.assertNothingPending();
        amongFullOnes.assertNothingPending();
    }

    @Test
    void updateOfAFullNodeIsStoredByAnotherHost() {
        ScriptedPeer other = storing(0.01, 1);
        OperationFixture node = fullNodeHolding(CONTRACT, STATE).with(other);

        StepVerifier.create(node.updates.update(CONTRACT.id(), new StateChange.Full(NEWER)))
                .assertNext(receipt -> {
                    assertThat(receipt.changed()).isTrue();
                    assertThat(receipt.quarantined()).isFalse();
                    assertThat(receipt.summary())
                            .isEqualTo(LastWriterWins.CONTRACT.summarize(Parameters.utf8("operation"), NEWER));
                })
                .verifyComplete();

        assertThat(putsAt(other)).extracting(Put.Request::state).containsExactly(NEWER);
        assertThat(node.heldState()).isEqualTo(STATE);
        assertThat(node.updates.changeCount()).isEqualTo(1);
        node.assertNothingPending();
    }

    @Test
    void fullNodeAnswersWithTheStateThatItsOwnClientStoredElsewhere() {
        State[] elsewhere = {STATE};
        ScriptedPeer host = ScriptedPeer.replying(peerAt(0.01, 1), request -> {
            if (request instanceof Put.Request put) {
                elsewhere[0] = put.state();
                return new Put.Stored(
                        request.tx(), CONTRACT.key(), true, 0, 1, put.state().digest());
            }
            return new Get.Found(request.tx(), CONTRACT, elsewhere[0], 0, true);
        });
        DamagedStore store = new DamagedStore();
        OperationFixture node = nodeWith(store).with(host);
        node.gets.fetch(CONTRACT.id()).block();
        assertThat(node.contracts.isFresh(CONTRACT.id())).isTrue();
        store.fill(true);

        node.updates.update(CONTRACT.id(), new StateChange.Full(NEWER)).block();
        assertThat(node.gets.fetch(CONTRACT.id()).block())
                .isInstanceOfSatisfying(
                        GetResult.Found.class,
                        found -> assertThat(found.value()).isEqualTo(NEWER));

        node.puts.publish(CONTRACT, NEWEST).block();
        assertThat(node.gets.fetch(CONTRACT.id()).block())
                .isInstanceOfSatisfying(
                        GetResult.Found.class,
                        found -> assertThat(found.value()).isEqualTo(NEWEST));
        node.assertNothingPending();
    }

    @Test
    void updatePassesOverAnotherFullHost() {
        ScriptedPeer full = refusing(0.01, 1, RefusalCode.STORAGE);
        ScriptedPeer next = storing(0.02, 2);
        OperationFixture node = fullNodeHolding(CONTRACT, STATE).with(full, next);

        StepVerifier.create(node.updates.update(CONTRACT.id(), new StateChange.Full(NEWER)))
                .assertNext(receipt -> assertThat(receipt.changed()).isTrue())
                .verifyComplete();

        assertThat(putsAt(next)).extracting(Put.Request::state).containsExactly(NEWER);
        node.assertNothingPending();
    }

    @Test
    void updateOfWhatAFullNodeDoesNotHoldChangesTheStateOfTheHostThatHasIt() {
        ScriptedPeer host = ScriptedPeer.replying(
                peerAt(0.01, 1),
                request -> request instanceof Get.Request
                        ? new Get.Found(request.tx(), CONTRACT, STATE, 0, true)
                        : stored(request));
        OperationFixture node = fullNode().with(host);

        StepVerifier.create(node.updates.update(CONTRACT.id(), new StateChange.Full(NEWER)))
                .assertNext(receipt -> assertThat(receipt.changed()).isTrue())
                .verifyComplete();

        assertThat(putsAt(host)).extracting(Put.Request::state).containsExactly(NEWER);
        node.assertNothingPending();
    }

    @Test
    void updateFailsOnlyIfNoHostCanStoreIt() {
        OperationFixture alone = fullNodeHolding(CONTRACT, STATE);
        OperationFixture amongFullOnes = fullNodeHolding(CONTRACT, STATE).with(refusing(0.01, 1, RefusalCode.STORAGE));

        StepVerifier.create(alone.updates.update(CONTRACT.id(), new StateChange.Full(NEWER)))
                .verifyError(StorageException.class);
        StepVerifier.create(amongFullOnes.updates.update(CONTRACT.id(), new StateChange.Full(NEWER)))
                .verifyError(StorageException.class);
        alone.assertNothingPending();
        amongFullOnes.assertNothingPending();
    }

    @Test
    void quarantinedContractThatAFullNodeMayNotForwardIsNotAcknowledged() {
        Contract quarantined = Climbing.named("note");
        DamagedStore store = new DamagedStore();
        OperationFixture node = nodeWith(store).with(storing(0.01, 1));
        node.contracts
                .store(StateOrigin.ofClientPut(), quarantined, State.utf8("first"))
                .block();
        for (String text : List.of("second", "third", "fourth")) {
            node.updates
                    .update(quarantined.id(), new StateChange.Full(State.utf8(text)))
                    .block();
        }
        assertThat(node.monitor.mayBroadcast(quarantined.key())).isFalse();
        store.fill(true);

        StepVerifier.create(node.puts.publish(quarantined, State.utf8("fifth"))).verifyError(StorageException.class);
        StepVerifier.create(node.updates.update(quarantined.id(), new StateChange.Full(State.utf8("fifth"))))
                .verifyError(StorageException.class);
        node.assertNothingPending();
    }

    @Test
    void fullNodeRefusesThePutOfANeighbourSoThatTheNeighbourPassesItOver() {
        OperationFixture node = fullNode().with(storing(0.01, 1));

        StepVerifier.create(node.puts.serve(peerAt(0.45, 99), put())).verifyError(StorageException.class);
        node.assertNothingPending();
    }

    @Test
    void fullNodeAnswersGetsOfWhatItHoldsAndOfWhatItCannotKeep() {
        DamagedStore store = new DamagedStore();
        OperationFixture node = nodeWith(store);
        node.puts.publish(LastWriterWins.named("held"), STATE).block();
        store.fill(true);
        node.with(ScriptedPeer.replying(
                peerAt(0.01, 1), request -> new Get.Found(request.tx(), CONTRACT, NEWER, 0, true)));

        assertThat(node.gets.fetch(CONTRACT.id()).block()).isInstanceOf(GetResult.Found.class);
        assertThat(node.gets.fetch(LastWriterWins.named("held").id()).block()).isInstanceOf(GetResult.Found.class);
        StepVerifier.create(node.updates.update(LastWriterWins.named("held").id(), new StateChange.Full(NEWER)))
                .verifyError(StorageException.class);
        node.assertNothingPending();
    }

    @Test
    void nodeStoresAgainWhenThereIsRoomAgain() {
        DamagedStore store = new DamagedStore();
        OperationFixture node = nodeWith(store);
        store.fill(true);
        StepVerifier.create(node.puts.publish(CONTRACT, STATE)).verifyError(StorageException.class);
        store.fill(false);

        node.puts.publish(CONTRACT, STATE).block();

        assertThat(node.heldState()).isEqualTo(STATE);
        node.assertNothingPending();
    }

    private static OperationFixture fullNode() {
        DamagedStore store = new DamagedStore();
        store.fill(true);
        return nodeWith(store);
    }

    private static OperationFixture fullNodeHolding(Contract contract, State state) {
        DamagedStore store = new DamagedStore();
        OperationFixture node = nodeWith(store);
        node.contracts.store(StateOrigin.ofClientPut(), contract, state).block();
        store.fill(true);
        return node;
    }

    private static List<Put.Request> putsAt(ScriptedPeer peer) {
        return peer.received().stream()
                .filter(Put.Request.class::isInstance)
                .map(Put.Request.class::cast)
                .toList();
    }

    private static Put.Request put() {
        return new Put.Request(
                new TransactionId(1, 2), new HopsToLive(5), Visited.none(), Duration.ofSeconds(5), CONTRACT, STATE);
    }

    private static ScriptedPeer refusing(double distance, int tag, RefusalCode code) {
        return ScriptedPeer.replying(
                peerAt(distance, tag), request -> new Refused(request.tx(), code, "the store failed", null));
    }

    private static ScriptedPeer storing(double distance, int tag) {
        return ScriptedPeer.replying(peerAt(distance, tag), FullHostTests::stored);
    }

    private static PeerReply stored(PeerRequest request) {
        return new Put.Stored(request.tx(), CONTRACT.key(), true, 0, 1);
    }
}
