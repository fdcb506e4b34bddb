package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.MergeOutcome;
import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the node's bincode against a Rust contract that is built with the network's own libraries. */
class RustCodecTests {

    private static final WasmContractRuntime RUNTIME = Probe.runtime(WasmLimits.defaults());
    private static final ContractCode CODE = Probe.code("echo-rust");
    private static final State STATE = State.utf8("state");
    private static final StateChange CHANGE = new StateChange.Full(State.of(new byte[] {1, 2}));

    @AfterAll
    static void close() {
        RUNTIME.close();
    }

    @Test
    void verdictsAreDecoded() {
        assertThat(RUNTIME.validate(contract("V"), STATE)).isEqualTo(Verdict.valid());
        assertThat(RUNTIME.validate(contract("I"), STATE)).isInstanceOf(Verdict.Invalid.class);
    }

    @Test
    void requestsForRelatedContractsAreDecoded() {
        String twoIds = "1".repeat(32) + "2".repeat(32);
        assertThat(RUNTIME.validate(contract("R" + twoIds), STATE))
                .isEqualTo(new Verdict.RequestRelated(List.of(Probe.id('1'), Probe.id('2'))));
        assertThat(RUNTIME.merge(contract("Q" + twoIds), STATE, CHANGE, RelatedContracts.none()))
                .isEqualTo(new MergeOutcome.RequestRelated(List.of(Probe.id('1'), Probe.id('2'))));
    }

    @ParameterizedTest
    @CsvSource({
        "0, cannot be decoded: why",
        "1, invalid update",
        "2, invalid update: why",
        "3, invalid state",
        "4, invalid delta",
        "5, why"
    })
    void errorsAreDecoded(int tag, String reason) {
        Contract failing = contract("E" + (char) tag + "why");
        assertThatThrownBy(() -> RUNTIME.validate(failing, STATE)).satisfies(error -> assertRejection(error, reason));
        assertThatThrownBy(() -> RUNTIME.merge(failing, STATE, CHANGE))
                .satisfies(error -> assertRejection(error, reason));
        assertThatThrownBy(() -> RUNTIME.summarize(failing, STATE)).satisfies(error -> assertRejection(error, reason));
        assertThatThrownBy(() -> RUNTIME.delta(failing, STATE, StateSummary.utf8("")))
                .satisfies(error -> assertRejection(error, reason));
    }

    @Test
    void noChangeIsDecoded() {
        assertThat(RUNTIME.merge(contract("N"), STATE, CHANGE)).isSameAs(STATE);
    }

    @Test
    void contractDecodesUpdates() {
        assertThat(updates(CHANGE, RelatedContracts.none())).isEqualTo("[State([1, 2])]");
        assertThat(updates(new StateChange.Delta(StateDelta.of(new byte[] {3})), RelatedContracts.none()))
                .isEqualTo("[Delta([3])]");
        assertThat(updates(new StateChange.Delta(StateDelta.of(new byte[0])), RelatedContracts.none()))
                .isEqualTo("[Delta([])]");
        StateChange both = new StateChange.FullAndDelta(State.of(new byte[] {1}), StateDelta.of(new byte[] {2}));
        assertThat(updates(both, RelatedContracts.none())).isEqualTo("[StateAndDelta { state: [1], delta: [2] }]");
    }

    @Test
    void contractDecodesRelatedStatesInUpdates() {
        RelatedContracts related = RelatedContracts.none().with(Probe.id(7), State.of(new byte[] {9}));
        assertThat(updates(CHANGE, related))
                .isEqualTo("[State([1, 2]), RelatedState { related_to: [7" + ", 7".repeat(31) + "], state: [9] }]");
    }

    @Test
    void contractDecodesRelatedContracts() {
        assertThat(related(RelatedContracts.none())).isEmpty();
        assertThat(related(new RelatedContracts(Map.of(Probe.id(0x11), Optional.empty()))))
                .isEqualTo("11=none");
        assertThat(related(RelatedContracts.none()
                        .with(Probe.id(0x11), State.of(new byte[] {1, 2}))
                        .with(Probe.id(0x22), State.of(new byte[0]))))
                .isEqualTo("11=0102,22=");
    }

    @Test
    void summariesAndDeltasAreDecoded() {
        State large = State.of(Probe.noise(100_000));
        assertThat(RUNTIME.summarize(contract("s"), large).bytes()).isEqualTo(large.bytes());
        assertThat(RUNTIME.delta(contract("d"), STATE, new StateSummary(large.bytes()))
                        .bytes())
                .isEqualTo(large.bytes());
        assertThat(RUNTIME.summarize(contract("s"), State.of(new byte[0])).size())
                .isZero();
    }

    @Test
    void panicIsATrap() {
        assertThatThrownBy(() -> RUNTIME.validate(contract("P"), STATE))
                .isInstanceOfSatisfying(
                        ContractFailedException.class,
                        failed -> assertThat(failed.failure()).isEqualTo(ContractFailedException.Failure.TRAP));
    }

    private static String updates(StateChange change, RelatedContracts related) {
        MergeOutcome outcome = RUNTIME.merge(contract("U"), STATE, change, related);
        return ((MergeOutcome.Merged) outcome).state().bytes().toUtf8();
    }

    private static String related(RelatedContracts related) {
        try {
            RUNTIME.validate(contract("A"), STATE, related);
            return "accepted";
        } catch (ContractRejectedException rejected) {
            return rejected.reason();
        }
    }

    private static void assertRejection(Throwable error, String reason) {
        assertThat(error)
                .isInstanceOfSatisfying(
                        ContractRejectedException.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(reason));
    }

    private static Contract contract(String parameters) {
        return Contract.of(CODE, Parameters.utf8(parameters));
    }
}
