package dev.tributary.core.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.core.contract.conformance.ConformanceCheck;
import dev.tributary.core.contract.conformance.ConformanceReport.LawResult;
import dev.tributary.core.contract.conformance.LawOutcome;
import dev.tributary.core.contract.conformance.MergeLaw.Weight;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A test kit for contracts in Java or WebAssembly: properties that every correct contract has. */
public interface ContractTests {

    /** Rounds of random merges of {@link #states()} that the merge laws are checked with. */
    int RANDOM_ROUNDS = 3;

    ContractRuntime runtime();

    Contract contract();

    /** Valid, distinct states, ordered so that each adds something to all states before it. */
    List<State> states();

    /** A state that is not valid. */
    State invalid();

    @Test
    default void runtimeSupportsTheCode() {
        assertThat(runtime().supports(contract().code())).isTrue();
    }

    @Test
    default void validStatesAreValid() {
        assertThat(states())
                .allSatisfy(state ->
                        assertThat(runtime().validate(contract(), state)).isEqualTo(Verdict.valid()));
    }

    @Test
    default void invalidStateIsInvalidWithAReason() {
        try {
            assertThat(runtime().validate(contract(), invalid()))
                    .isInstanceOfSatisfying(
                            Verdict.Invalid.class,
                            verdict -> assertThat(verdict.reason()).isNotBlank());
        } catch (ContractRejectedException rejected) {
            assertThat(rejected.reason()).isNotBlank();
        }
    }

    @Test
    default void invalidStateIsNotMerged() {
        State held = states().get(states().size() - 1);
        try {
            assertThat(runtime().merge(contract(), held, new StateChange.Full(invalid())))
                    .isEqualTo(held);
        } catch (ContractRejectedException rejected) {
            assertThat(rejected.reason()).isNotBlank();
        }
    }

    /** One test for each law. What cannot be told, has no case, or is advice only, is skipped with the reason. */
    @TestFactory
    default Stream<DynamicTest> contractConformsToTheMergeLaws() {
        ConformanceCheck check = ConformanceCheck.of(runtime(), contract()).round(states());
        Random random = new Random(1);
        for (int round = 0; round < RANDOM_ROUNDS; round++) {
            check.randomRound(states(), random);
        }
        return check.report().laws().stream()
                .map(result -> DynamicTest.dynamicTest(result.law().name(), () -> ContractTests.require(result)));
    }

    private static void require(LawResult result) {
        String found = result.violation()
                .map(violation -> violation.detail() + ", for states of "
                        + violation.states().stream().map(State::size).toList() + " bytes: "
                        + violation.states().stream()
                                .map(state -> state.bytes().toHex())
                                .toList())
                .orElse(result.doubt());
        assertThat(result.outcome() == LawOutcome.BROKEN && result.law().weight() == Weight.BINDING)
                .as("%s is broken: %s", result.law(), found)
                .isFalse();
        assumeTrue(result.outcome() == LawOutcome.HELD, () -> result.law() + " " + result.outcome() + ": " + found);
    }

    @Test
    default void knownStateChangesNothing() {
        for (State state : states()) {
            assertThat(runtime().merge(contract(), state, new StateChange.Full(state)))
                    .isEqualTo(state);
        }
    }

    @Test
    default void emptyDeltaChangesNothing() {
        for (State state : states()) {
            assertThat(runtime().merge(contract(), state, new StateChange.Delta(StateDelta.of(new byte[0]))))
                    .isEqualTo(state);
        }
    }

    @Test
    default void deltaBringsAnotherStateUpToDate() {
        State behind = states().get(0);
        State ahead = behind;
        for (State state : states()) {
            ahead = runtime().merge(contract(), ahead, new StateChange.Full(state));
        }
        StateSummary summary = runtime().summarize(contract(), behind);
        StateDelta delta = runtime().delta(contract(), ahead, summary);
        assertThat(delta.size()).isPositive();
        assertThat(runtime().merge(contract(), behind, new StateChange.Delta(delta)))
                .isEqualTo(ahead);
    }

    @Test
    default void stateWithItsDeltaMergesLikeTheStateAlone() {
        State first = states().get(0);
        State second = states().get(1);
        StateDelta delta = runtime().delta(contract(), second, runtime().summarize(contract(), first));
        assertThat(runtime().merge(contract(), first, new StateChange.FullAndDelta(second, delta)))
                .isEqualTo(runtime().merge(contract(), first, new StateChange.Full(second)));
    }

    @Test
    default void malformedSummaryIsRejected() {
        StateSummary malformed = StateSummary.of(new byte[77]);
        assertThatThrownBy(() -> runtime().delta(contract(), states().get(0), malformed))
                .isInstanceOf(ContractRejectedException.class);
    }
}
