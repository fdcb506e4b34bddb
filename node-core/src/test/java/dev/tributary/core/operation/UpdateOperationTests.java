package dev.tributary.core.operation;

import static dev.tributary.core.engine.OperationFixture.CONTRACT;
import static dev.tributary.core.engine.OperationFixture.nodeAt;
import static dev.tributary.core.engine.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.HostingBudgetException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.hosting.StateOrigin;
import dev.tributary.core.message.Get;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.test.Climbing;
import dev.tributary.core.test.RelatedContractsRuntime;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.UpdateReceipt;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A client's UPDATE at the client's own node. */
class UpdateOperationTests {

    private static final Contract SET = GrowOnlySet.named("guests");

    private final OperationFixture node = nodeAt(0.3);

    @Test
    void heldContractIsChangedAndReceiptCarriesNewSummary() {
        hold(CONTRACT, state(1));

        StepVerifier.create(update(CONTRACT, full(state(2))))
                .assertNext(receipt -> {
                    assertThat(receipt.changed()).isTrue();
                    assertThat(receipt.quarantined()).isFalse();
                    assertThat(receipt.key()).isEqualTo(CONTRACT.key());
                    assertThat(receipt.summary())
                            .isEqualTo(LastWriterWins.CONTRACT.summarize(Parameters.utf8("operation"), state(2)));
                })
                .verifyComplete();

        assertThat(held(CONTRACT)).isEqualTo(state(2));
        assertThat(node.updates.changeCount()).isEqualTo(1);
        node.assertNothingPending();
    }

    @Test
    void updateWithoutNewsSucceedsAndChangesNothing() {
        hold(CONTRACT, state(2));

        StepVerifier.create(update(CONTRACT, full(state(1))))
                .assertNext(receipt -> {
                    assertThat(receipt.changed()).isFalse();
                    assertThat(receipt.summary())
                            .isEqualTo(LastWriterWins.CONTRACT.summarize(Parameters.utf8("operation"), state(2)));
                })
                .verifyComplete();

        assertThat(held(CONTRACT)).isEqualTo(state(2));
        assertThat(node.updates.changeCount()).isZero();
        node.assertNothingPending();
    }

    @Test
    void updateToTheVeryStateThatIsHeldDoesNotAskTheContract() {
        Contract refusing = node.exhausting.named("not newer");
        hold(refusing, State.utf8("endless"));

        StepVerifier.create(update(refusing, full(State.utf8("endless"))))
                .assertNext(receipt -> assertThat(receipt.changed()).isFalse())
                .verifyComplete();

        assertThat(node.exhausting.endlessMerges()).isZero();
    }

    @Test
    void deltaIsMergedIntoHeldState() {
        hold(SET, guests("Ada"));

        StepVerifier.create(update(
                        SET, new StateChange.Delta(new StateDelta(guests("Bob").bytes()))))
                .assertNext(receipt -> assertThat(receipt.changed()).isTrue())
                .verifyComplete();

        assertThat(held(SET)).isEqualTo(guests("Ada", "Bob"));
    }

    @Test
    void stateWithDeltaIsMergedToo() {
        hold(SET, guests("Ada"));
        StateDelta delta = new StateDelta(guests("Bob").bytes());

        StepVerifier.create(update(SET, new StateChange.FullAndDelta(guests("Bob"), delta)))
                .assertNext(receipt -> assertThat(receipt.changed()).isTrue())
                .verifyComplete();

        assertThat(held(SET)).isEqualTo(guests("Ada", "Bob"));
    }

    @Test
    void remoteContractIsFoundAndHeldAfterwards() {
        node.with(finding(state(1)));

        StepVerifier.create(update(CONTRACT, full(state(2))))
                .assertNext(receipt -> assertThat(receipt.changed()).isTrue())
                .verifyComplete();

        assertThat(held(CONTRACT)).isEqualTo(state(2));
        node.assertNothingPending();
    }

    @Test
    void unknownContractIsNotFound() {
        node.with(ScriptedPeer.replying(peerAt(0.01, 1), request -> new Get.NotFound(request.tx(), CONTRACT.id(), 0)));

        StepVerifier.create(update(CONTRACT, full(state(1))))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ContractNotFoundException.class,
                                missing -> assertThat(missing.id()).isEqualTo(CONTRACT.id())));

        assertThat(node.updates.changeCount()).isZero();
        node.assertNothingPending();
    }

    @Test
    void nodeWithoutNeighboursReportsNotFoundAtOnce() {
        StepVerifier.create(update(CONTRACT, full(state(1)))).verifyError(ContractNotFoundException.class);
        node.assertNothingPending();
    }

    @Test
    void rejectedUpdateChangesNothing() {
        hold(CONTRACT, state(1));

        StepVerifier.create(update(CONTRACT, full(State.of(new byte[3]))))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ContractRejectedException.class)
                        .hasMessageContaining("8 bytes"));

        assertThat(held(CONTRACT)).isEqualTo(state(1));
        node.assertNothingPending();
    }

    @Test
    void tooLargeUpdateIsRefusedBeforeContractIsCalled() {
        hold(CONTRACT, state(1));
        State huge = LastWriterWins.state(2, new byte[ContractLimits.defaults().stateBytes()]);

        StepVerifier.create(update(CONTRACT, full(huge))).verifyError(PayloadTooLargeException.class);
        node.assertNothingPending();
    }

    @Test
    void foundContractWithoutRoomIsAnError() {
        OperationFixture small = nodeAt(
                0.3,
                OperationConfig.defaults().withReplicas(1),
                HostingConfig.defaults().withContracts(1));
        small.contracts.store(StateOrigin.ofClientPut(), SET, guests()).block();
        small.with(finding(state(1)));

        StepVerifier.create(small.updates.update(CONTRACT.id(), full(state(2))))
                .verifyError(HostingBudgetException.class);
        small.assertNothingPending();
    }

    @Test
    void unansweredUpdateEndsAtDeadline() {
        node.with(ScriptedPeer.silent(peerAt(0.01, 1)));

        StepVerifier.create(update(CONTRACT, full(state(1))))
                .then(() -> node.advance(Duration.ofSeconds(61)))
                .verifyError(DeadlineExceededException.class);
        node.assertNothingPending();
    }

    @Test
    void cancelledSearchLeavesNoExchange() {
        node.with(ScriptedPeer.silent(peerAt(0.01, 1)));

        StepVerifier.create(update(CONTRACT, full(state(1))))
                .then(() -> assertThat(node.exchanges.pending()).isEqualTo(1))
                .thenCancel()
                .verify();
        node.assertNothingPending();
    }

    @Test
    void quarantinedContractIsChangedHereAndReceiptSaysHeldBack() {
        Contract quarantined = Climbing.named("note");
        hold(quarantined, State.utf8("first"));

        for (String text : List.of("second", "third", "fourth")) {
            update(quarantined, full(State.utf8(text))).block();
        }

        StepVerifier.create(update(quarantined, full(State.utf8("fifth"))))
                .assertNext(receipt -> {
                    assertThat(receipt.changed()).isTrue();
                    assertThat(receipt.quarantined()).isTrue();
                })
                .verifyComplete();
        assertThat(held(quarantined)).isEqualTo(Climbing.state("fifth", 4));
    }

    @Test
    void relatedContractsAreSearchedFor() {
        Contract asking = RelatedContractsRuntime.validatingWithRelated("asking");
        Contract other = RelatedContractsRuntime.validatingWithRelated("other");
        hold(asking, RelatedContractsRuntime.state(1));
        node.with(ScriptedPeer.replying(
                peerAt(0.01, 1), request -> new Get.Found(request.tx(), other, RelatedContractsRuntime.state(1), 0)));

        StepVerifier.create(update(asking, full(RelatedContractsRuntime.state(2, other))))
                .assertNext(receipt -> assertThat(receipt.changed()).isTrue())
                .verifyComplete();

        assertThat(held(asking)).isEqualTo(RelatedContractsRuntime.state(2, other));
        node.assertNothingPending();
    }

    private Mono<UpdateReceipt> update(Contract contract, StateChange change) {
        return node.updates.update(contract.id(), change);
    }

    private void hold(Contract contract, State state) {
        node.contracts.store(StateOrigin.ofClientPut(), contract, state).block();
    }

    private State held(Contract contract) {
        return node.store.read(contract.id()).blockOptional().orElseThrow().state();
    }

    private static ScriptedPeer finding(State state) {
        return ScriptedPeer.replying(peerAt(0.01, 1), request -> new Get.Found(request.tx(), CONTRACT, state, 0));
    }

    private static State guests(String... names) {
        return GrowOnlySet.state(List.of(names).stream().map(Bytes::utf8).toList());
    }

    private static State state(int version) {
        return LastWriterWins.state(version, new byte[] {42});
    }

    private static StateChange full(State state) {
        return new StateChange.Full(state);
    }
}
