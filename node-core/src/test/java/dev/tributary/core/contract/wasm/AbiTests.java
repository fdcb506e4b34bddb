package dev.tributary.core.contract.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.MergeOutcome;
import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Tests the ABI between node and contract for both generations: every function, every answer, every error. */
class AbiTests {

    private static final WasmContractRuntime RUNTIME = Probe.runtime(WasmLimits.defaults());
    private static final State STATE = State.utf8("state");
    private static final StateChange CHANGE = new StateChange.Full(State.utf8("other"));

    @AfterAll
    static void close() {
        RUNTIME.close();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void validStateIsValid(Probe probe) {
        assertThat(RUNTIME.validate(probe.contract('V'), STATE)).isEqualTo(Verdict.valid());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void invalidStateIsInvalid(Probe probe) {
        assertThat(RUNTIME.validate(probe.contract('I'), STATE)).isInstanceOf(Verdict.Invalid.class);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void parametersMayBeEmpty(Probe probe) {
        Contract bare = Contract.of(probe.code(), Parameters.none());
        assertThat(RUNTIME.validate(bare, STATE)).isEqualTo(Verdict.valid());
        assertThat(RUNTIME.summarize(bare, STATE).bytes()).isEqualTo(STATE.bytes());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void emptyStateArrivesEmpty(Probe probe) {
        assertThat(RUNTIME.summarize(probe.contract('='), State.of(new byte[0]))
                        .bytes()
                        .toArray())
                .isEqualTo(new byte[8]);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void emptySummaryAndEmptyStateGiveAnEmptyDelta(Probe probe) {
        assertThat(RUNTIME.delta(probe.contract('a'), State.of(new byte[0]), StateSummary.of(new byte[0]))
                        .size())
                .isZero();
        assertThat(RUNTIME.delta(probe.contract('s'), State.of(new byte[0]), StateSummary.utf8("x"))
                        .size())
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void emptySummaryIsAllowed(Probe probe) {
        assertThat(RUNTIME.summarize(probe.contract('p'), STATE).size()).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void summaryIsReturnedUnchanged(Probe probe) {
        assertThat(RUNTIME.summarize(probe.contract('p', "digest"), STATE)).isEqualTo(StateSummary.utf8("digest"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void deltaIsComputedFromTheSummary(Probe probe) {
        assertThat(RUNTIME.delta(probe.contract('a'), STATE, StateSummary.utf8("known")))
                .isEqualTo(StateDelta.utf8("known"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void deltaIsComputedFromTheState(Probe probe) {
        assertThat(RUNTIME.delta(probe.contract('s'), STATE, StateSummary.utf8("known")))
                .isEqualTo(StateDelta.utf8("state"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void emptyDeltaMeansUpToDate(Probe probe) {
        assertThat(RUNTIME.delta(probe.contract('-'), STATE, StateSummary.utf8("known"))
                        .size())
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void noChangeReturnsTheCurrentState(Probe probe) {
        assertThat(RUNTIME.merge(probe.contract('N'), STATE, CHANGE)).isSameAs(STATE);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void sameBytesAreNoChange(Probe probe) {
        assertThat(RUNTIME.merge(probe.contract('W'), STATE, CHANGE)).isSameAs(STATE);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void stateArrivesAsUpdate(Probe probe) {
        assertThat(RUNTIME.merge(probe.contract('A'), STATE, new StateChange.Full(State.of(Probe.hex("aabb"))))
                        .bytes()
                        .toHex())
                .isEqualTo("0100000000000000" + "00000000" + "0200000000000000" + "aabb");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void deltaArrivesAsUpdate(Probe probe) {
        assertThat(RUNTIME.merge(probe.contract('A'), STATE, new StateChange.Delta(StateDelta.of(Probe.hex("cc"))))
                        .bytes()
                        .toHex())
                .isEqualTo("0100000000000000" + "01000000" + "0100000000000000" + "cc");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void stateWithItsDeltaArrivesAsUpdate(Probe probe) {
        StateChange both = new StateChange.FullAndDelta(State.of(Probe.hex("aabb")), StateDelta.of(Probe.hex("cc")));
        assertThat(RUNTIME.merge(probe.contract('A'), STATE, both).bytes().toHex())
                .isEqualTo("0100000000000000" + "02000000" + "0200000000000000" + "aabb" + "0100000000000000" + "cc");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void emptyUpdateArrivesEmpty(Probe probe) {
        assertThat(RUNTIME.merge(probe.contract('U'), STATE, new StateChange.Delta(StateDelta.of(new byte[0])))
                        .bytes()
                        .toHex())
                .isEqualTo("01");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void relatedStatesFollowTheUpdate(Probe probe) {
        RelatedContracts related = RelatedContracts.none().with(Probe.id(0x11), State.of(Probe.hex("aabb")));
        assertThat(mergedHex(RUNTIME.merge(
                        probe.contract('A'), STATE, new StateChange.Delta(StateDelta.of(Probe.hex("cc"))), related)))
                .isEqualTo("0200000000000000" + "01000000" + "0100000000000000" + "cc" + "03000000" + "11".repeat(32)
                        + "0200000000000000" + "aabb");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void noRelatedContractsArriveAsEmptyMap(Probe probe) {
        assertThatThrownBy(() -> RUNTIME.validate(probe.contract('A'), STATE)).hasMessageEndingWith("0000000000000000");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void relatedContractsWithStatesArriveAsMap(Probe probe) {
        RelatedContracts related = RelatedContracts.none().with(Probe.id(0x11), State.of(Probe.hex("aabb")));
        assertThatThrownBy(() -> RUNTIME.validate(probe.contract('A'), STATE, related))
                .hasMessageEndingWith(": 0100000000000000" + "11".repeat(32) + "01" + "0200000000000000" + "aabb");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void relatedContractsWithoutStateAreInTheMap(Probe probe) {
        RelatedContracts related = new RelatedContracts(Map.of(Probe.id(0x22), Optional.empty()));
        assertThatThrownBy(() -> RUNTIME.validate(probe.contract('A'), STATE, related))
                .hasMessageEndingWith(": 0100000000000000" + "22".repeat(32) + "00");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void severalRelatedContractsKeepTheirOrder(Probe probe) {
        Map<ContractInstanceId, Optional<State>> states = new LinkedHashMap<>();
        states.put(Probe.id(0x33), Optional.empty());
        states.put(Probe.id(0x11), Optional.of(State.of(new byte[0])));
        assertThatThrownBy(() -> RUNTIME.validate(probe.contract('A'), STATE, new RelatedContracts(states)))
                .hasMessageEndingWith(
                        ": 0200000000000000" + "33".repeat(32) + "00" + "11".repeat(32) + "01" + "0".repeat(16));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void validationMayAskForRelatedContracts(Probe probe) {
        assertThat(RUNTIME.validate(probe.contract('R', Probe.id(1), Probe.id(2)), STATE))
                .isEqualTo(new Verdict.RequestRelated(List.of(Probe.id(1), Probe.id(2))));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void validationMayAskForAnEmptyList(Probe probe) {
        assertThat(RUNTIME.validate(probe.contract('R'), STATE)).isEqualTo(new Verdict.RequestRelated(List.of()));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void updateMayAskForRelatedContracts(Probe probe) {
        assertThat(RUNTIME.merge(probe.contract('Q', Probe.id(1), Probe.id(2)), STATE, CHANGE, RelatedContracts.none()))
                .isEqualTo(new MergeOutcome.RequestRelated(List.of(Probe.id(1), Probe.id(2))));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void newStateTakesPrecedenceOverRequestedContracts(Probe probe) {
        assertThat(RUNTIME.merge(probe.contract('B', Probe.id(7), "new"), STATE, CHANGE, RelatedContracts.none()))
                .isEqualTo(new MergeOutcome.Merged(State.utf8("new")));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void requestForUnavailableContractsIsAnError(Probe probe) {
        assertThatThrownBy(() -> RUNTIME.merge(probe.contract('Q', Probe.id(1)), STATE, CHANGE))
                .isInstanceOfSatisfying(
                        ContractFailedException.class,
                        failed -> assertThat(failed.failure()).isEqualTo(Failure.RELATED_UNAVAILABLE));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void everyErrorOfValidationArrivesWithItsReason(Probe probe) {
        assertRejected(() -> RUNTIME.validate(probe.contract('E', (byte) 0, "why"), STATE), "cannot be decoded: why");
        assertRejected(() -> RUNTIME.validate(probe.contract('E', (byte) 1), STATE), "invalid update");
        assertRejected(() -> RUNTIME.validate(probe.contract('E', (byte) 2, "why"), STATE), "invalid update: why");
        assertRejected(() -> RUNTIME.validate(probe.contract('E', (byte) 3), STATE), "invalid state");
        assertRejected(() -> RUNTIME.validate(probe.contract('E', (byte) 4), STATE), "invalid delta");
        assertRejected(() -> RUNTIME.validate(probe.contract('E', (byte) 5, "why"), STATE), "why");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void everyErrorOfAnUpdateArrivesWithItsReason(Probe probe) {
        assertRejected(
                () -> RUNTIME.merge(probe.contract('E', (byte) 0, "why"), STATE, CHANGE), "cannot be decoded: why");
        assertRejected(() -> RUNTIME.merge(probe.contract('E', (byte) 1), STATE, CHANGE), "invalid update");
        assertRejected(() -> RUNTIME.merge(probe.contract('E', (byte) 2, "why"), STATE, CHANGE), "invalid update: why");
        assertRejected(() -> RUNTIME.merge(probe.contract('E', (byte) 3), STATE, CHANGE), "invalid state");
        assertRejected(() -> RUNTIME.merge(probe.contract('E', (byte) 4), STATE, CHANGE), "invalid delta");
        assertRejected(() -> RUNTIME.merge(probe.contract('E', (byte) 5, "why"), STATE, CHANGE), "why");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void everyErrorOfASummaryArrivesWithItsReason(Probe probe) {
        assertRejected(() -> RUNTIME.summarize(probe.contract('E', (byte) 0, "why"), STATE), "cannot be decoded: why");
        assertRejected(() -> RUNTIME.summarize(probe.contract('E', (byte) 1), STATE), "invalid update");
        assertRejected(() -> RUNTIME.summarize(probe.contract('E', (byte) 2, "why"), STATE), "invalid update: why");
        assertRejected(() -> RUNTIME.summarize(probe.contract('E', (byte) 3), STATE), "invalid state");
        assertRejected(() -> RUNTIME.summarize(probe.contract('E', (byte) 4), STATE), "invalid delta");
        assertRejected(() -> RUNTIME.summarize(probe.contract('E', (byte) 5, "why"), STATE), "why");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void everyErrorOfADeltaArrivesWithItsReason(Probe probe) {
        assertRejected(
                () -> RUNTIME.delta(probe.contract('E', (byte) 0, "why"), STATE, StateSummary.utf8("x")),
                "cannot be decoded: why");
        assertRejected(
                () -> RUNTIME.delta(probe.contract('E', (byte) 1), STATE, StateSummary.utf8("x")), "invalid update");
        assertRejected(
                () -> RUNTIME.delta(probe.contract('E', (byte) 2, "why"), STATE, StateSummary.utf8("x")),
                "invalid update: why");
        assertRejected(
                () -> RUNTIME.delta(probe.contract('E', (byte) 3), STATE, StateSummary.utf8("x")), "invalid state");
        assertRejected(
                () -> RUNTIME.delta(probe.contract('E', (byte) 4), STATE, StateSummary.utf8("x")), "invalid delta");
        assertRejected(() -> RUNTIME.delta(probe.contract('E', (byte) 5, "why"), STATE, StateSummary.utf8("x")), "why");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void errorIsAcceptedInAnAnswerOfAnyKind(Probe probe) {
        for (byte kind = 0; kind <= 4; kind++) {
            Contract failing = probe.contract('e', kind, (byte) 5, "why");
            assertRejected(() -> RUNTIME.validate(failing, STATE), "why");
            assertRejected(() -> RUNTIME.merge(failing, STATE, CHANGE), "why");
            assertRejected(() -> RUNTIME.summarize(failing, STATE), "why");
            assertRejected(() -> RUNTIME.delta(failing, STATE, StateSummary.utf8("x")), "why");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void malformedUtf8IsReplaced(Probe probe) {
        assertRejected(() -> RUNTIME.validate(probe.contract('E', (byte) 5, Probe.hex("61ff62")), STATE), "a\ufffdb");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void longTextIsCut(Probe probe) {
        assertThatThrownBy(() -> RUNTIME.validate(probe.contract('E', (byte) 5, "x".repeat(50_000)), STATE))
                .isInstanceOfSatisfying(
                        ContractRejectedException.class,
                        rejected -> assertThat(rejected.reason()).hasSize(2003).endsWith("..."));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void bytesAfterAnAnswerAreIgnored(Probe probe) {
        assertThat(RUNTIME.validate(probe.contract('X', Probe.hex("0000000000000000 ffff")), STATE))
                .isEqualTo(Verdict.valid());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void stateLargerThanAWindowArrivesWhole(Probe probe) {
        for (int size : new int[] {65_531, 65_532, 65_533, 65_536, 131_068, 200_000}) {
            State large = State.of(Probe.noise(size));
            assertThat(RUNTIME.summarize(probe.contract('a'), large).bytes()).isEqualTo(large.bytes());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void stateOfAMebibyteArrivesWhole(Probe probe) {
        State large = State.of(Probe.noise(1 << 20));
        assertThat(RUNTIME.summarize(probe.contract('a'), large).bytes()).isEqualTo(large.bytes());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void largestStateArrivesAndReturnsWhole(Probe probe) {
        State largest = State.of(Probe.noise(50 << 20));
        assertThat(RUNTIME.merge(probe.contract('W'), largest, CHANGE)).isSameAs(largest);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void parametersLargerThanAWindowArriveWhole(Probe probe) {
        byte[] large = Probe.noise(300_000);
        assertThat(RUNTIME.summarize(probe.contract('p', large), STATE).bytes().toArray())
                .isEqualTo(large);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void updateLargerThanAWindowArrivesWhole(Probe probe) {
        State large = State.of(Probe.noise(300_000));
        assertThat(RUNTIME.merge(probe.contract('U'), STATE, new StateChange.Full(large))
                        .bytes()
                        .toHex())
                .isEqualTo("00" + large.bytes().toHex());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void summaryLargerThanAWindowArrivesWhole(Probe probe) {
        StateSummary large = StateSummary.of(Probe.noise(300_000));
        assertThat(RUNTIME.delta(probe.contract('a'), STATE, large).bytes()).isEqualTo(large.bytes());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void memoryIsReservedBeforeTheArguments(Probe probe) {
        long before = number(RUNTIME.summarize(probe.contract('m'), State.of(new byte[0])));
        long after = number(RUNTIME.summarize(probe.contract('m'), State.of(new byte[10 * 65_536])));
        // With the one byte of the parameters eleven pages are reserved; the arguments themselves may have needed one
        // more.
        assertThat(before).isBetween(1L, 4L);
        assertThat(after).isBetween(11L, 24L);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void eachCallHasItsOwnInstance(Probe probe) {
        for (int i = 0; i < 3; i++) {
            assertThat(number(RUNTIME.summarize(probe.contract('C'), STATE))).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void eachCallHasItsOwnId(Probe probe) {
        long first = number(RUNTIME.summarize(probe.contract('i'), STATE));
        assertThat(first).isNotNegative();
        assertThat(number(RUNTIME.summarize(probe.contract('i'), STATE))).isGreaterThan(first);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void sameCallReturnsTheSameBytes(Probe probe) {
        State large = State.of(Probe.noise(100_000));
        assertThat(RUNTIME.merge(probe.contract('A'), STATE, new StateChange.Full(large)))
                .isEqualTo(RUNTIME.merge(probe.contract('A'), STATE, new StateChange.Full(large)));
    }

    private static void assertRejected(ThrowingCallable call, String reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ContractRejectedException.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(reason));
    }

    private static String mergedHex(MergeOutcome outcome) {
        return ((MergeOutcome.Merged) outcome).state().bytes().toHex();
    }

    private static long number(StateSummary summary) {
        return ByteBuffer.wrap(summary.bytes().toArray())
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }
}
