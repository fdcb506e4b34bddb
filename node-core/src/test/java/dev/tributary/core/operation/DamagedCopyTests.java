package dev.tributary.core.operation;

import static dev.tributary.core.engine.OperationFixture.CONTRACT;
import static dev.tributary.core.engine.OperationFixture.STATE;
import static dev.tributary.core.engine.OperationFixture.nodeWith;
import static dev.tributary.core.engine.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.hosting.StateOrigin;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.request.RefusalMapper;
import dev.tributary.core.storage.DamageStatus;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.test.DamagedStore;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** A copy that cannot be read counts as not held. */
class DamagedCopyTests {

    private static final Contract OTHER = LastWriterWins.named("beside it");
    private static final State NEWER = LastWriterWins.state(2, new byte[] {43});

    private final DamagedStore store = new DamagedStore();
    private final OperationFixture node = nodeWith(store);

    @BeforeEach
    void holdTwoContractsOneOfWhichIsDamaged() {
        node.puts.publish(CONTRACT, STATE).block();
        node.puts.publish(OTHER, STATE).block();
        store.damage(CONTRACT.id());
    }

    @AfterEach
    void nothingIsLeftBehind() {
        node.assertNothingPending();
    }

    @Test
    void copyThatTheStoreDoesNotFindIsDamagedToo() {
        store.lose(OTHER.id());
        StepVerifier.create(node.gets.fetch(OTHER.id())).verifyError(ContractDamagedException.class);
        assertThat(damage().found()).isEqualTo(1);

        node.puts.publish(OTHER, NEWER).block();

        assertThat(damage().damaged()).isZero();
        assertThat(node.gets.fetch(OTHER.id()).block()).isInstanceOf(GetResult.Found.class);
    }

    @Test
    void getFetchesTheContractAnewAndReplacesTheCopy() {
        node.with(finding(NEWER));

        assertThat(fetch().value()).isEqualTo(NEWER);

        assertThat(node.heldState()).isEqualTo(NEWER);
        assertThat(damage()).isEqualTo(new DamageStatus(0, 0, 1, 1, 0, 0, false));
    }

    @Test
    void updateIsAppliedToACopyThatIsFetchedAnew() {
        node.with(finding(STATE));

        StepVerifier.create(node.updates.update(CONTRACT.id(), new StateChange.Full(NEWER)))
                .assertNext(receipt -> assertThat(receipt.changed()).isTrue())
                .verifyComplete();

        assertThat(node.heldState()).isEqualTo(NEWER);
    }

    @Test
    void putReplacesTheCopyAndItsDemandIsKept() {
        node.advance(Duration.ofMinutes(1));

        node.contracts.store(brought(), CONTRACT, NEWER).block();

        assertThat(node.heldState()).isEqualTo(NEWER);
        Demand demand = store.read(CONTRACT.id()).blockOptional().orElseThrow().demand();
        assertThat(demand.isClientPut()).isTrue();
        assertThat(damage()).isEqualTo(new DamageStatus(0, 0, 1, 1, 0, 0, false));
    }

    @Test
    void loneNodeAnswersWithTheDamageForThatContractOnly() {
        for (int i = 0; i < 3; i++) {
            StepVerifier.create(node.gets.fetch(CONTRACT.id()))
                    .verifyErrorSatisfies(failure -> assertThat(failure)
                            .isInstanceOf(ContractDamagedException.class)
                            .hasMessageContaining(CONTRACT.id() + " on this node is damaged: its checksum differs"));
            StepVerifier.create(node.updates.update(CONTRACT.id(), new StateChange.Full(NEWER)))
                    .verifyError(ContractDamagedException.class);
        }
        assertThat(node.gets.fetch(OTHER.id()).block()).isInstanceOf(GetResult.Found.class);
        assertThat(damage()).isEqualTo(new DamageStatus(1, 0, 1, 0, 0, 0, false));
        assertThat(node.contracts.status().contracts()).isEqualTo(1);
    }

    @Test
    void copyThatCanBeReadAgainIsHeldAgain() {
        StepVerifier.create(node.gets.fetch(CONTRACT.id())).verifyError(ContractDamagedException.class);
        store.heal(CONTRACT.id());

        assertThat(fetch().value()).isEqualTo(STATE);

        assertThat(damage()).isEqualTo(new DamageStatus(0, 0, 1, 1, 0, 0, false));
        assertThat(node.contracts.status().contracts()).isEqualTo(2);
    }

    @Test
    void neighbourIsToldThatTheContractIsNotHeldAndNoFileIsNamed() {
        Get.Request get = new Get.Request(
                new TransactionId(1, 2), new HopsToLive(5), Visited.none(), Duration.ofSeconds(5), CONTRACT.id());

        StepVerifier.create(node.gets.serve(peerAt(0.4, 9), get)).verifyErrorSatisfies(failure -> {
            assertThat(RefusalMapper.toRefusal(get.tx(), failure).code()).isEqualTo(RefusalCode.NOT_HELD);
            assertThat(RefusalMapper.toRefusal(get.tx(), failure).detail())
                    .isEqualTo("the copy of the contract is damaged");
        });
    }

    @Test
    void getIsAnsweredByAnotherHostWhileTheStoreCannotBeReadAndNothingIsOverwritten() {
        store.setUnreadable(true);
        StepVerifier.create(node.gets.fetch(OTHER.id())).verifyError(StorageException.class);
        node.with(finding(NEWER));

        assertThat(fetch().value()).isEqualTo(NEWER);

        store.setUnreadable(false);
        store.heal(CONTRACT.id());
        assertThat(node.heldState()).isEqualTo(STATE);
        assertThat(damage()).isEqualTo(new DamageStatus(0, 0, 0, 0, 0, 0, false));
    }

    @Test
    void damageThatTheStoreKnowsAtTheStartIsFoundThen() {
        OperationFixture restarted = nodeWith(new DamagedIndexStore(store, CONTRACT.id()));

        restarted.contracts.restore().block();

        assertThat(restarted.contracts.status().contracts()).isEqualTo(1);
        assertThat(restarted.contracts.status().copies().damage()).isEqualTo(new DamageStatus(1, 0, 1, 0, 0, 0, false));
    }

    private static StateOrigin brought() {
        return StateOrigin.of(
                peerAt(0.4, 9),
                Put.Request.replication(new TransactionId(3, 4), Duration.ofSeconds(1), CONTRACT, NEWER));
    }

    private GetResult.Found fetch() {
        return (GetResult.Found) node.gets.fetch(CONTRACT.id()).blockOptional().orElseThrow();
    }

    private DamageStatus damage() {
        return node.contracts.status().copies().damage();
    }

    private static ScriptedPeer finding(State state) {
        return ScriptedPeer.replying(
                peerAt(0.01, 1), (PeerRequest request) -> new Get.Found(request.tx(), CONTRACT, state, 0, true));
    }
}
