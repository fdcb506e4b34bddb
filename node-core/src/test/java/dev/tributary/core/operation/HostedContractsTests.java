package dev.tributary.core.operation;

import static dev.tributary.core.operation.HostingFixture.contract;
import static dev.tributary.core.operation.HostingFixture.state;
import static dev.tributary.core.operation.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.NoRoomException;
import dev.tributary.core.message.Get;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.NodeNotice;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** What a node takes in and gives up when it may host three contracts. */
class HostedContractsTests {

    private static final PeerId NEIGHBOUR = peerAt(0.4, 1);
    private static final Bringer STRANGER = new Bringer(CallClass.NETWORK_RELAY, Bringer.Reason.PUT, NEIGHBOUR);
    private static final Bringer UPKEEP = new Bringer(CallClass.BACKGROUND, Bringer.Reason.UPKEEP, NEIGHBOUR);

    private final OperationFixture node =
            OperationFixture.nodeAt(0.3, OperationConfig.DEFAULT, HostingConfig.DEFAULT.withContracts(3));
    private final Disposable upkeep = node.upkeep.run().subscribe(none -> {}, failure -> {});

    @AfterEach
    void stop() {
        upkeep.dispose();
    }

    @Test
    void theLeastWantedContractMakesRoomForANewOne() {
        brings(STRANGER, 1, 2, 3);
        node.contracts.wanted(contract(1).id());

        brings(STRANGER, 4);

        assertThat(held()).containsExactlyInAnyOrder(key(1), key(3), key(4));
        assertThat(node.contracts.status().evicted()).isEqualTo(1);
        assertThat(node.notices).isEmpty();
        node.nothingIsLeftBehind();
    }

    @Test
    void whatClientsPutIsNotGivenUpForStrangers() {
        brings(Bringer.client(), 1, 2, 3);

        StepVerifier.create(node.contracts.store(STRANGER, contract(4), state(1)))
                .verifyError(NoRoomException.class);

        assertThat(held()).containsExactlyInAnyOrder(key(1), key(2), key(3));
        assertThat(node.contracts.status().refused()).isEqualTo(1);
    }

    @Test
    void aClientsContractThatIsGivenUpForOtherClientsIsTold() {
        brings(Bringer.client(), 1, 2, 3, 4);

        assertThat(held()).containsExactlyInAnyOrder(key(2), key(3), key(4));
        assertThat(node.notices).singleElement().isInstanceOfSatisfying(NodeNotice.ContractDropped.class, dropped -> {
            assertThat(dropped.key()).isEqualTo(key(1));
            assertThat(dropped.bytes()).isPositive();
        });
    }

    @Test
    void whatSomebodyAskedForIsShownEvenIfThereIsNoRoomToKeepIt() {
        brings(Bringer.client(), 1, 2, 3);
        Get.Found found = new Get.Found(new TransactionId(1, 1), contract(4), state(1), 0);

        StepVerifier.create(node.contracts.store(
                        Bringer.asked(CallClass.CLIENT_LOCAL, NEIGHBOUR, found), found.contract(), found.state()))
                .expectNext(state(1))
                .verifyComplete();

        assertThat(held()).doesNotContain(key(4));
    }

    @Test
    void copiesForWhichNobodyAskedAreTakenWhileThereIsRoom() {
        brings(UPKEEP, 1, 2, 3);
        StepVerifier.create(node.contracts.store(UPKEEP, contract(4), state(1))).verifyError(NoRoomException.class);

        brings(STRANGER, 5);

        assertThat(held()).hasSize(3).contains(key(5));
    }

    @Test
    void aContractThatWasGivenUpIsNotFoundEvenBeforeItIsRemoved() {
        upkeep.dispose();
        brings(STRANGER, 1, 2, 3, 4);

        assertThat(node.store.usage().contracts()).isEqualTo(4);
        StepVerifier.create(node.contracts.find(contract(1).id())).verifyComplete();
        assertThat(node.upkeep.pending()).isEqualTo(1);
    }

    @Test
    void oneThatComesBackBeforeItIsRemovedStays() {
        upkeep.dispose();
        brings(STRANGER, 1, 2, 3, 4, 1);

        StepVerifier.create(node.contracts.remove(contract(1).id()))
                .expectNext(false)
                .verifyComplete();
        StepVerifier.create(node.contracts.remove(contract(2).id()))
                .expectNext(true)
                .verifyComplete();

        assertThat(held()).containsExactlyInAnyOrder(key(1), key(3), key(4));
    }

    @Test
    void whoeverBringsNothingNewIsStillDemand() {
        brings(STRANGER, 1, 2, 3, 1);

        brings(STRANGER, 4);

        assertThat(held()).containsExactlyInAnyOrder(key(1), key(3), key(4));
    }

    @Test
    void afterARestartTheTableIsThatOfTheStore() {
        brings(Bringer.client(), 1);
        brings(STRANGER, 2, 3);
        OperationFixture again = OperationFixture.restarted(node, HostingConfig.DEFAULT.withContracts(2));
        again.with(ScriptedPeer.silent(NEIGHBOUR));

        again.contracts.restore().block();

        assertThat(again.contracts.status().contracts()).isEqualTo(2);
        assertThat(again.contracts.status().evicted()).isEqualTo(1);
        StepVerifier.create(again.contracts.find(contract(1).id()))
                .assertNext(stored -> assertThat(stored.demand().byClient()).isTrue())
                .verifyComplete();
        assertThat(again.contracts.fresh(contract(1).id())).isFalse();
    }

    @Test
    void aCancelledPutIsKnownOnceItIsCommitted() {
        State state = LastWriterWins.state(1, new byte[100]);
        StepVerifier.create(node.contracts.store(STRANGER, contract(1), state))
                .thenCancel()
                .verify();

        node.nothingIsLeftBehind();
        assertThat(node.contracts.status().contracts())
                .isEqualTo((int) node.store.usage().contracts());
    }

    private void brings(Bringer bringer, int... numbers) {
        for (int number : numbers) {
            // Whoever comes later is wanted more.
            node.passes(Duration.ofMinutes(1));
            node.contracts.store(bringer, contract(number), state(1)).block();
        }
        node.passes(Duration.ofSeconds(1));
    }

    private List<ContractKey> held() {
        return node.store.keys().collectList().blockOptional().orElseThrow();
    }

    private static ContractKey key(int number) {
        return contract(number).key();
    }
}
