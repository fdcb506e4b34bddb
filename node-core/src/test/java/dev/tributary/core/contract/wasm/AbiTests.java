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

/** The interface between node and contract, for both generations of contracts: every function, every answer, every error. */
class AbiTests {

    private static final WasmContractRuntime RUNTIME = Probe.runtime(WasmLimits.DEFAULT);
    private static final State STATE = State.utf8("state");
    private static final StateChange CHANGE = new StateChange.Full(State.utf8("other"));

    @AfterAll
    static void close() {
        RUNTIME.close();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void aValidStateIsValid(Probe probe) {
        assertThat(RUNTIME.validate(probe.doing('V'), STATE)).isEqualTo(Verdict.valid());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void anInvalidStateIsInvalid(Probe probe) {
        assertThat(RUNTIME.validate(probe.doing('I'), STATE)).isInstanceOf(Verdict.Invalid.class);
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
    void anEmptyStateArrivesEmpty(Probe probe) {
        assertThat(RUNTIME.summarize(probe.doing('='), State.of(new byte[0]))
                        .bytes()
                        .toArray())
                .isEqualTo(new byte[8]);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void anEmptySummaryAndAnEmptyStateGiveAnEmptyDelta(Probe probe) {
        assertThat(RUNTIME.delta(probe.doing('a'), State.of(new byte[0]), StateSummary.of(new byte[0]))
                        .size())
                .isZero();
        assertThat(RUNTIME.delta(probe.doing('s'), State.of(new byte[0]), StateSummary.utf8("x"))
                        .size())
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void anEmptySummaryIsAnAnswer(Probe probe) {
        assertThat(RUNTIME.summarize(probe.doing('p'), STATE).size()).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void aSummaryArrivesAsItWasMade(Probe probe) {
        assertThat(RUNTIME.summarize(probe.doing('p', "digest"), STATE)).isEqualTo(StateSummary.utf8("digest"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void aDeltaIsComputedFromTheSummary(Probe probe) {
        assertThat(RUNTIME.delta(probe.doing('a'), STATE, StateSummary.utf8("known")))
                .isEqualTo(StateDelta.utf8("known"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void aDeltaIsComputedFromTheState(Probe probe) {
        assertThat(RUNTIME.delta(probe.doing('s'), STATE, StateSummary.utf8("known")))
                .isEqualTo(StateDelta.utf8("state"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void anEmptyDeltaMeansUpToDate(Probe probe) {
        assertThat(RUNTIME.delta(probe.doing('-'), STATE, StateSummary.utf8("known"))
                        .size())
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void noChangeAnswersTheCurrentState(Probe probe) {
        assertThat(RUNTIME.merge(probe.doing('N'), STATE, CHANGE)).isSameAs(STATE);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void theSameBytesAreNoChange(Probe probe) {
        assertThat(RUNTIME.merge(probe.doing('W'), STATE, CHANGE)).isSameAs(STATE);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void aStateArrivesAsAnUpdate(Probe probe) {
        assertThat(RUNTIME.merge(probe.doing('A'), STATE, new StateChange.Full(State.of(Probe.hex("aabb"))))
                        .bytes()
                        .toHex())
                .isEqualTo("0100000000000000" + "00000000" + "0200000000000000" + "aabb");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void aDeltaArrivesAsAnUpdate(Probe probe) {
        assertThat(RUNTIME.merge(probe.doing('A'), STATE, new StateChange.Delta(StateDelta.of(Probe.hex("cc"))))
                        .bytes()
                        .toHex())
                .isEqualTo("0100000000000000" + "01000000" + "0100000000000000" + "cc");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void aStateWithItsDeltaArrivesAsAnUpdate(Probe probe) {
        StateChange both = new StateChange.FullAndDelta(State.of(Probe.hex("aabb")), StateDelta.of(Probe.hex("cc")));
        assertThat(RUNTIME.merge(probe.doing('A'), STATE, both).bytes().toHex())
                .isEqualTo("0100000000000000" + "02000000" + "0200000000000000" + "aabb" + "0100000000000000" + "cc");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void anEmptyUpdateArrivesEmpty(Probe probe) {
        assertThat(RUNTIME.merge(probe.doing('U'), STATE, new StateChange.Delta(StateDelta.of(new byte[0])))
                        .bytes()
                        .toHex())
                .isEqualTo("01");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void relatedStatesFollowTheUpdate(Probe probe) {
        RelatedContracts related = RelatedContracts.none().with(Probe.id(0x11), State.of(Probe.hex("aabb")));
        assertThat(merged(RUNTIME.merge(
                        probe.doing('A'), STATE, new StateChange.Delta(StateDelta.of(Probe.hex("cc"))), related)))
                .isEqualTo("0200000000000000" + "01000000" + "0100000000000000" + "cc" + "03000000" + "11".repeat(32)
                        + "0200000000000000" + "aabb");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void noRelatedContractsAreAnEmptyMap(Probe probe) {
        assertThatThrownBy(() -> RUNTIME.validate(probe.doing('A'), STATE)).hasMessageEndingWith("0000000000000000");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void relatedContractsWithTheirStatesAreAMap(Probe probe) {
        RelatedContracts related = RelatedContracts.none().with(Probe.id(0x11), State.of(Probe.hex("aabb")));
        assertThatThrownBy(() -> RUNTIME.validate(probe.doing('A'), STATE, related))
                .hasMessageEndingWith(": 0100000000000000" + "11".repeat(32) + "01" + "0200000000000000" + "aabb");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void relatedContractsWithoutStateAreInTheMap(Probe probe) {
        RelatedContracts related = new RelatedContracts(Map.of(Probe.id(0x22), Optional.empty()));
        assertThatThrownBy(() -> RUNTIME.validate(probe.doing('A'), STATE, related))
                .hasMessageEndingWith(": 0100000000000000" + "22".repeat(32) + "00");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void severalRelatedContractsKeepTheirOrder(Probe probe) {
        Map<ContractInstanceId, Optional<State>> states = new LinkedHashMap<>();
        states.put(Probe.id(0x33), Optional.empty());
        states.put(Probe.id(0x11), Optional.of(State.of(new byte[0])));
        assertThatThrownBy(() -> RUNTIME.validate(probe.doing('A'), STATE, new RelatedContracts(states)))
                .hasMessageEndingWith(
                        ": 0200000000000000" + "33".repeat(32) + "00" + "11".repeat(32) + "01" + "0".repeat(16));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void validatingMayAskForOthers(Probe probe) {
        assertThat(RUNTIME.validate(probe.doing('R', Probe.id(1), Probe.id(2)), STATE))
                .isEqualTo(new Verdict.RequestRelated(List.of(Probe.id(1), Probe.id(2))));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void validatingMayAskForNobody(Probe probe) {
        assertThat(RUNTIME.validate(probe.doing('R'), STATE)).isEqualTo(new Verdict.RequestRelated(List.of()));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void updatingMayAskForOthers(Probe probe) {
        assertThat(RUNTIME.merge(probe.doing('Q', Probe.id(1), Probe.id(2)), STATE, CHANGE, RelatedContracts.none()))
                .isEqualTo(new MergeOutcome.RequestRelated(List.of(Probe.id(1), Probe.id(2))));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void aNewStateCountsMoreThanWhatIsAskedForBesideIt(Probe probe) {
        assertThat(RUNTIME.merge(probe.doing('B', Probe.id(7), "new"), STATE, CHANGE, RelatedContracts.none()))
                .isEqualTo(new MergeOutcome.Merged(State.utf8("new")));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void askingForOthersWhereThereAreNoneIsAnError(Probe probe) {
        assertThatThrownBy(() -> RUNTIME.merge(probe.doing('Q', Probe.id(1)), STATE, CHANGE))
                .isInstanceOfSatisfying(
                        ContractFailedException.class,
                        failed -> assertThat(failed.failure()).isEqualTo(Failure.RELATED_UNAVAILABLE));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void everyErrorOfValidatingArrivesInTheContractsWords(Probe probe) {
        refuses(() -> RUNTIME.validate(probe.doing('E', (byte) 0, "why"), STATE), "cannot be decoded: why");
        refuses(() -> RUNTIME.validate(probe.doing('E', (byte) 1), STATE), "invalid update");
        refuses(() -> RUNTIME.validate(probe.doing('E', (byte) 2, "why"), STATE), "invalid update: why");
        refuses(() -> RUNTIME.validate(probe.doing('E', (byte) 3), STATE), "invalid state");
        refuses(() -> RUNTIME.validate(probe.doing('E', (byte) 4), STATE), "invalid delta");
        refuses(() -> RUNTIME.validate(probe.doing('E', (byte) 5, "why"), STATE), "why");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void everyErrorOfUpdatingArrivesInTheContractsWords(Probe probe) {
        refuses(() -> RUNTIME.merge(probe.doing('E', (byte) 0, "why"), STATE, CHANGE), "cannot be decoded: why");
        refuses(() -> RUNTIME.merge(probe.doing('E', (byte) 1), STATE, CHANGE), "invalid update");
        refuses(() -> RUNTIME.merge(probe.doing('E', (byte) 2, "why"), STATE, CHANGE), "invalid update: why");
        refuses(() -> RUNTIME.merge(probe.doing('E', (byte) 3), STATE, CHANGE), "invalid state");
        refuses(() -> RUNTIME.merge(probe.doing('E', (byte) 4), STATE, CHANGE), "invalid delta");
        refuses(() -> RUNTIME.merge(probe.doing('E', (byte) 5, "why"), STATE, CHANGE), "why");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void everyErrorOfSummarizingArrivesInTheContractsWords(Probe probe) {
        refuses(() -> RUNTIME.summarize(probe.doing('E', (byte) 0, "why"), STATE), "cannot be decoded: why");
        refuses(() -> RUNTIME.summarize(probe.doing('E', (byte) 1), STATE), "invalid update");
        refuses(() -> RUNTIME.summarize(probe.doing('E', (byte) 2, "why"), STATE), "invalid update: why");
        refuses(() -> RUNTIME.summarize(probe.doing('E', (byte) 3), STATE), "invalid state");
        refuses(() -> RUNTIME.summarize(probe.doing('E', (byte) 4), STATE), "invalid delta");
        refuses(() -> RUNTIME.summarize(probe.doing('E', (byte) 5, "why"), STATE), "why");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void everyErrorOfComputingADeltaArrivesInTheContractsWords(Probe probe) {
        refuses(
                () -> RUNTIME.delta(probe.doing('E', (byte) 0, "why"), STATE, StateSummary.utf8("x")),
                "cannot be decoded: why");
        refuses(() -> RUNTIME.delta(probe.doing('E', (byte) 1), STATE, StateSummary.utf8("x")), "invalid update");
        refuses(
                () -> RUNTIME.delta(probe.doing('E', (byte) 2, "why"), STATE, StateSummary.utf8("x")),
                "invalid update: why");
        refuses(() -> RUNTIME.delta(probe.doing('E', (byte) 3), STATE, StateSummary.utf8("x")), "invalid state");
        refuses(() -> RUNTIME.delta(probe.doing('E', (byte) 4), STATE, StateSummary.utf8("x")), "invalid delta");
        refuses(() -> RUNTIME.delta(probe.doing('E', (byte) 5, "why"), STATE, StateSummary.utf8("x")), "why");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void anErrorIsTakenWhateverKindTheAnswerIsOf(Probe probe) {
        for (byte kind = 0; kind <= 4; kind++) {
            Contract failing = probe.doing('e', kind, (byte) 5, "why");
            refuses(() -> RUNTIME.validate(failing, STATE), "why");
            refuses(() -> RUNTIME.merge(failing, STATE, CHANGE), "why");
            refuses(() -> RUNTIME.summarize(failing, STATE), "why");
            refuses(() -> RUNTIME.delta(failing, STATE, StateSummary.utf8("x")), "why");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void aTextThatIsNoUtf8IsReadWithReplacement(Probe probe) {
        refuses(() -> RUNTIME.validate(probe.doing('E', (byte) 5, Probe.hex("61ff62")), STATE), "a\ufffdb");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void aLongTextIsCut(Probe probe) {
        assertThatThrownBy(() -> RUNTIME.validate(probe.doing('E', (byte) 5, "x".repeat(50_000)), STATE))
                .isInstanceOfSatisfying(
                        ContractRejectedException.class,
                        rejected -> assertThat(rejected.reason()).hasSize(2003).endsWith("..."));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void whatFollowsAnAnswerIsIgnored(Probe probe) {
        assertThat(RUNTIME.validate(probe.doing('X', Probe.hex("0000000000000000 ffff")), STATE))
                .isEqualTo(Verdict.valid());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void aStateLongerThanAWindowArrivesWhole(Probe probe) {
        for (int size : new int[] {65_531, 65_532, 65_533, 65_536, 131_068, 200_000}) {
            State large = State.of(Probe.noise(size));
            assertThat(RUNTIME.summarize(probe.doing('a'), large).bytes()).isEqualTo(large.bytes());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void aStateOfAMebibyteArrivesWhole(Probe probe) {
        State large = State.of(Probe.noise(1 << 20));
        assertThat(RUNTIME.summarize(probe.doing('a'), large).bytes()).isEqualTo(large.bytes());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void theLargestStateArrivesWholeAndComesBackWhole(Probe probe) {
        State largest = State.of(Probe.noise(50 << 20));
        assertThat(RUNTIME.merge(probe.doing('W'), largest, CHANGE)).isSameAs(largest);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void parametersLongerThanAWindowArriveWhole(Probe probe) {
        byte[] lengthy = Probe.noise(300_000);
        assertThat(RUNTIME.summarize(probe.doing('p', lengthy), STATE).bytes().toArray())
                .isEqualTo(lengthy);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void anUpdateLongerThanAWindowArrivesWhole(Probe probe) {
        State large = State.of(Probe.noise(300_000));
        assertThat(RUNTIME.merge(probe.doing('U'), STATE, new StateChange.Full(large))
                        .bytes()
                        .toHex())
                .isEqualTo("00" + large.bytes().toHex());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void aSummaryLongerThanAWindowArrivesWhole(Probe probe) {
        StateSummary large = StateSummary.of(Probe.noise(300_000));
        assertThat(RUNTIME.delta(probe.doing('a'), STATE, large).bytes()).isEqualTo(large.bytes());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void memoryIsMadeRoomInBeforeTheArguments(Probe probe) {
        long before = number(RUNTIME.summarize(probe.doing('m'), State.of(new byte[0])));
        long after = number(RUNTIME.summarize(probe.doing('m'), State.of(new byte[10 * 65_536])));
        // The parameters' one byte makes it eleven pages; the arguments themselves may have needed one more.
        assertThat(before).isBetween(1L, 4L);
        assertThat(after).isBetween(11L, 24L);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void eachCallHasAnInstanceOfItsOwn(Probe probe) {
        for (int i = 0; i < 3; i++) {
            assertThat(number(RUNTIME.summarize(probe.doing('C'), STATE))).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void eachCallHasAnIdOfItsOwn(Probe probe) {
        long first = number(RUNTIME.summarize(probe.doing('i'), STATE));
        assertThat(first).isNotNegative();
        assertThat(number(RUNTIME.summarize(probe.doing('i'), STATE))).isGreaterThan(first);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "HOST")
    void theSameCallGivesTheSameBytes(Probe probe) {
        State large = State.of(Probe.noise(100_000));
        assertThat(RUNTIME.merge(probe.doing('A'), STATE, new StateChange.Full(large)))
                .isEqualTo(RUNTIME.merge(probe.doing('A'), STATE, new StateChange.Full(large)));
    }

    private static void refuses(ThrowingCallable call, String reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ContractRejectedException.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(reason));
    }

    private static String merged(MergeOutcome outcome) {
        return ((MergeOutcome.Merged) outcome).state().bytes().toHex();
    }

    private static long number(StateSummary summary) {
        return ByteBuffer.wrap(summary.bytes().toArray())
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }
}
