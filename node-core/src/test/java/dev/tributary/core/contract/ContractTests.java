package dev.tributary.core.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds for every well-made contract, in Java and in WebAssembly alike: the kit to test a contract of one's own with. */
public interface ContractTests {

    ContractRuntime runtime();

    Contract contract();

    /** Valid states, all different, in an order in which each brings something that those before it lack. */
    List<State> states();

    /** A state that is not valid. */
    State invalid();

    @Test
    default void itsRuntimeKnowsIt() {
        assertThat(runtime().supports(contract().code())).isTrue();
    }

    @Test
    default void validStatesAreValid() {
        assertThat(states())
                .allSatisfy(state ->
                        assertThat(runtime().validate(contract(), state)).isEqualTo(Verdict.valid()));
    }

    @Test
    default void anInvalidStateIsInvalidWithAReason() {
        try {
            assertThat(runtime().validate(contract(), invalid()))
                    .isInstanceOfSatisfying(
                            Verdict.Invalid.class,
                            verdict -> assertThat(verdict.reason()).isNotBlank());
        } catch (ContractRejectedException refused) {
            assertThat(refused.reason()).isNotBlank();
        }
    }

    @Test
    default void anInvalidStateIsNotMerged() {
        State held = states().get(states().size() - 1);
        try {
            assertThat(runtime().merge(contract(), held, new StateChange.Full(invalid())))
                    .isEqualTo(held);
        } catch (ContractRejectedException refused) {
            assertThat(refused.reason()).isNotBlank();
        }
    }

    @Test
    default void itKeepsTheLaws() {
        assertThat(ConformanceCheck.check(runtime(), contract(), states()).violations())
                .isEmpty();
    }

    @Test
    default void whatIsKnownAlreadyChangesNothing() {
        for (State state : states()) {
            assertThat(runtime().merge(contract(), state, new StateChange.Full(state)))
                    .isEqualTo(state);
        }
    }

    @Test
    default void anEmptyDeltaChangesNothing() {
        for (State state : states()) {
            assertThat(runtime().merge(contract(), state, new StateChange.Delta(StateDelta.of(new byte[0]))))
                    .isEqualTo(state);
        }
    }

    @Test
    default void aDeltaBringsAnotherUpToDate() {
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
    default void aStateWithItsDeltaIsTakenAsEitherWouldBe() {
        State first = states().get(0);
        State second = states().get(1);
        StateDelta delta = runtime().delta(contract(), second, runtime().summarize(contract(), first));
        assertThat(runtime().merge(contract(), first, new StateChange.FullAndDelta(second, delta)))
                .isEqualTo(runtime().merge(contract(), first, new StateChange.Full(second)));
    }

    @Test
    default void aSummaryThatIsNoneIsRefused() {
        StateSummary nonsense = StateSummary.of(new byte[77]);
        assertThatThrownBy(() -> runtime().delta(contract(), states().get(0), nonsense))
                .isInstanceOf(ContractRejectedException.class);
    }
}
