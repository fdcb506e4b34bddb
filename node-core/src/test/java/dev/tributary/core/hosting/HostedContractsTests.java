package dev.tributary.core.hosting;

import static dev.tributary.core.engine.OperationFixture.peerAt;
import static dev.tributary.core.hosting.HostingFixture.contract;
import static dev.tributary.core.hosting.HostingFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.HostingBudgetException;
import dev.tributary.core.message.Get;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** A node that may host three contracts: what it stores and what it evicts. */
class HostedContractsTests {

    private static final PeerId NEIGHBOUR = peerAt(0.4, 1);
    private static final StateOrigin REMOTE_PUT =
            new StateOrigin(CallClass.NETWORK_RELAY, StateOrigin.Reason.PUT, NEIGHBOUR);
    private static final StateOrigin REPLICATION =
            new StateOrigin(CallClass.BACKGROUND, StateOrigin.Reason.REPLICATION, NEIGHBOUR);

    private final OperationFixture node = OperationFixture.nodeAt(
            0.3, OperationConfig.defaults(), HostingConfig.defaults().withContracts(3));
    private final Disposable tasks = node.hostingTasks.run().subscribe(none -> {}, failure -> {});

    @AfterEach
    void stop() {
        tasks.dispose();
    }

    @Test
    void contractWithLeastDemandIsEvictedForANewOne() {
        store(REMOTE_PUT, 1, 2, 3);
        node.contracts.recordRequest(contract(1).id());

        store(REMOTE_PUT, 4);

        assertThat(held()).containsExactlyInAnyOrder(key(1), key(3), key(4));
        assertThat(node.contracts.status().evicted()).isEqualTo(1);
        assertThat(node.notices).isEmpty();
        node.assertNothingPending();
    }

    @Test
    void clientContractsAreNotEvictedForRemotePuts() {
        store(StateOrigin.ofClientPut(), 1, 2, 3);

        StepVerifier.create(node.contracts.store(REMOTE_PUT, contract(4), state(1)))
                .verifyError(HostingBudgetException.class);

        assertThat(held()).containsExactlyInAnyOrder(key(1), key(2), key(3));
        assertThat(node.contracts.status().refused()).isEqualTo(1);
    }

    @Test
    void evictionOfAClientContractSendsANotice() {
        store(StateOrigin.ofClientPut(), 1, 2, 3, 4);

        assertThat(held()).containsExactlyInAnyOrder(key(2), key(3), key(4));
        assertThat(node.notices).singleElement().isInstanceOfSatisfying(NodeEvent.ContractEvicted.class, dropped -> {
            assertThat(dropped.key()).isEqualTo(key(1));
            assertThat(dropped.bytes()).isPositive();
        });
    }

    @Test
    void pinnedContractsAreNeverEvicted() {
        store(StateOrigin.ofClientPut(), 1);
        pin(1, true);
        pin(1, true);
        store(StateOrigin.ofClientPut(), 2, 3, 4, 5, 6);

        assertThat(held()).containsExactlyInAnyOrder(key(1), key(5), key(6));
        assertThat(node.contracts.status().copies().pinned()).isEqualTo(1);
        assertThat(node.contracts.status().copies().pinnedBytes())
                .isPositive()
                .isLessThan(node.contracts.status().bytes());

        pin(5, true);
        pin(6, true);
        StepVerifier.create(node.contracts.store(StateOrigin.ofClientPut(), contract(7), state(1)))
                .verifyError(HostingBudgetException.class);

        pin(1, false);
        store(StateOrigin.ofClientPut(), 7);
        assertThat(held()).containsExactlyInAnyOrder(key(7), key(5), key(6));
        assertThat(node.contracts.status().copies().pinned()).isEqualTo(2);
    }

    @Test
    void pinSurvivesARestartAndEachChange() {
        store(StateOrigin.ofClientPut(), 1);
        pin(1, true);
        StepVerifier.create(node.contracts.store(StateOrigin.ofClientPut(), contract(1), state(2)))
                .expectNextCount(1)
                .verifyComplete();

        OperationFixture restarted = OperationFixture.restarted(node, HostingConfig.defaults());
        restarted.contracts.restore().block();

        assertThat(restarted.contracts.status().copies().pinned()).isEqualTo(1);
    }

    @Test
    void contractThatIsNotHostedCannotBePinned() {
        StepVerifier.create(node.contracts.setPinned(contract(1).id(), true)).verifyComplete();
    }

    private void pin(int number, boolean pinned) {
        StepVerifier.create(node.contracts.setPinned(contract(number).id(), pinned))
                .expectNext(key(number))
                .verifyComplete();
    }

    @Test
    void fetchedContractIsReturnedEvenWithoutRoomToStoreIt() {
        store(StateOrigin.ofClientPut(), 1, 2, 3);
        Get.Found found = new Get.Found(new TransactionId(1, 1), contract(4), state(1), 0);

        StepVerifier.create(node.contracts.store(
                        StateOrigin.ofReply(CallClass.CLIENT_LOCAL, NEIGHBOUR, found), found.contract(), found.state()))
                .expectNext(state(1))
                .verifyComplete();

        assertThat(held()).doesNotContain(key(4));
    }

    @Test
    void unrequestedReplicasAreStoredWhileThereIsRoom() {
        store(REPLICATION, 1, 2, 3);
        StepVerifier.create(node.contracts.store(REPLICATION, contract(4), state(1)))
                .verifyError(HostingBudgetException.class);

        store(REMOTE_PUT, 5);

        assertThat(held()).hasSize(3).contains(key(5));
    }

    @Test
    void evictedContractIsNotFoundBeforeItIsDeleted() {
        tasks.dispose();
        store(REMOTE_PUT, 1, 2, 3, 4);

        assertThat(node.store.usage().contracts()).isEqualTo(4);
        StepVerifier.create(node.contracts.find(contract(1).id())).verifyComplete();
        assertThat(node.hostingTasks.pending()).isEqualTo(1);
    }

    @Test
    void contractStoredAgainBeforeItsDeletionStays() {
        tasks.dispose();
        store(REMOTE_PUT, 1, 2, 3, 4, 1);

        StepVerifier.create(node.contracts.remove(contract(1).id()))
                .expectNext(false)
                .verifyComplete();
        StepVerifier.create(node.contracts.remove(contract(2).id()))
                .expectNext(true)
                .verifyComplete();

        assertThat(held()).containsExactlyInAnyOrder(key(1), key(3), key(4));
    }

    @Test
    void putWithoutAChangeCountsAsDemand() {
        store(REMOTE_PUT, 1, 2, 3, 1);

        store(REMOTE_PUT, 4);

        assertThat(held()).containsExactlyInAnyOrder(key(1), key(3), key(4));
    }

    @Test
    void restartRestoresTheTableFromTheStore() {
        store(StateOrigin.ofClientPut(), 1);
        store(REMOTE_PUT, 2, 3);
        OperationFixture again =
                OperationFixture.restarted(node, HostingConfig.defaults().withContracts(2));
        again.with(ScriptedPeer.silent(NEIGHBOUR));

        again.contracts.restore().block();

        assertThat(again.contracts.status().contracts()).isEqualTo(2);
        assertThat(again.contracts.status().evicted()).isEqualTo(1);
        StepVerifier.create(again.contracts.find(contract(1).id()))
                .assertNext(stored -> assertThat(stored.demand().isClientPut()).isTrue())
                .verifyComplete();
        assertThat(again.contracts.isFresh(contract(1).id())).isFalse();
    }

    @Test
    void cancelledPutIsRecordedOnceCommitted() {
        State state = LastWriterWins.state(1, new byte[100]);
        StepVerifier.create(node.contracts.store(REMOTE_PUT, contract(1), state))
                .thenCancel()
                .verify();

        node.assertNothingPending();
        assertThat(node.contracts.status().contracts())
                .isEqualTo((int) node.store.usage().contracts());
    }

    private void store(StateOrigin origin, int... numbers) {
        for (int number : numbers) {
            // A later request means more demand.
            node.advance(Duration.ofMinutes(1));
            node.contracts.store(origin, contract(number), state(1)).block();
        }
        node.advance(Duration.ofSeconds(1));
    }

    private List<ContractKey> held() {
        return node.store.keys().collectList().blockOptional().orElseThrow();
    }

    private static ContractKey key(int number) {
        return contract(number).key();
    }
}
