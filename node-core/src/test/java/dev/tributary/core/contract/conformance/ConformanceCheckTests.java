package dev.tributary.core.contract.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.JavaContract;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;

class ConformanceCheckTests {

    private static final List<State> STATES = List.of(State.utf8("a"), State.utf8("g"), State.utf8("zebra"));

    @Test
    void builtInContractsConform() {
        JavaContractRuntime runtime = JavaContractRuntime.standard();
        List<State> registers = List.of(
                LastWriterWins.state(1, "x".getBytes(StandardCharsets.UTF_8)),
                LastWriterWins.state(1, "y".getBytes(StandardCharsets.UTF_8)),
                LastWriterWins.state(2, new byte[0]));
        List<State> sets = List.of(
                GrowOnlySet.state(List.of()),
                GrowOnlySet.state(List.of(Bytes.utf8("a"), Bytes.utf8("b"))),
                GrowOnlySet.state(List.of(Bytes.utf8("b"), Bytes.utf8("c"))));
        assertThat(ConformanceCheck.check(runtime, LastWriterWins.named("r"), registers)
                        .violations())
                .isEmpty();
        assertThat(ConformanceCheck.check(runtime, GrowOnlySet.named("s"), sets).violations())
                .isEmpty();
    }

    @Test
    void contractThatKeepsTheLastStateIsDetected() {
        ConformanceReport report = check((held, incoming) -> incoming);
        assertThat(report.conforms()).isFalse();
        assertThat(report.violations())
                .filteredOn(violation -> violation.law() == MergeLaw.MERGE_IS_COMMUTATIVE)
                .singleElement()
                .satisfies(
                        violation -> assertThat(violation.states()).containsExactly(State.utf8("a"), State.utf8("g")))
                .satisfies(
                        violation -> assertThat(violation.results()).containsExactly(Bytes.utf8("g"), Bytes.utf8("a")));
    }

    @Test
    void contractThatAppendsIsDetected() {
        assertThat(laws(check((held, incoming) -> held + incoming)))
                .contains(MergeLaw.MERGE_IS_IDEMPOTENT, MergeLaw.MERGE_IS_COMMUTATIVE);
    }

    @Test
    void contractThatAveragesIsDetected() {
        assertThat(laws(check((held, incoming) -> String.valueOf((char) ((held.charAt(0) + incoming.charAt(0)) / 2)))))
                .contains(MergeLaw.MERGE_HEALS);
    }

    @Test
    void invalidMergeResultIsDetected() {
        assertThat(laws(check((held, incoming) ->
                        held.equals(incoming) ? held : held.compareTo(incoming) < 0 ? "!" + held : "!" + incoming)))
                .contains(MergeLaw.MERGE_KEEPS_VALID);
    }

    @Test
    void rejectingOlderStatesIsEquivalentToKeepingTheNewerState() {
        assertThat(laws(check((held, incoming) -> {
                    if (incoming.compareTo(held) <= 0) {
                        throw new IllegalArgumentException("not newer");
                    }
                    return incoming;
                })))
                .doesNotContain(
                        MergeLaw.MERGE_IS_IDEMPOTENT, MergeLaw.MERGE_IS_COMMUTATIVE, MergeLaw.MERGE_HEALS);
    }

    @Test
    void contractThatRejectsEverythingIsDetected() {
        assertThat(laws(check((held, incoming) -> {
                    throw new IllegalArgumentException("no");
                })))
                .contains(MergeLaw.MERGE_IS_COMMUTATIVE);
    }

    @Test
    void invalidStateIsNotAccepted() {
        assertThatThrownBy(() -> ConformanceCheck.check(
                        JavaContractRuntime.of(new Merging((held, incoming) -> held)),
                        Contract.of(Merging.CODE, Parameters.none()),
                        List.of(State.utf8("!"))))
                .isInstanceOf(ContractRejectedException.class);
    }

    private static ConformanceReport check(BinaryOperator<String> merge) {
        return ConformanceCheck.check(
                JavaContractRuntime.of(new Merging(merge)), Contract.of(Merging.CODE, Parameters.none()), STATES);
    }

    private static List<MergeLaw> laws(ConformanceReport report) {
        return report.violations().stream()
                .map(ConformanceReport.Violation::law)
                .toList();
    }

    /** A text merged by a given function; the summary and the delta are the text itself. */
    private record Merging(BinaryOperator<String> merge) implements JavaContract {

        private static final ContractCode CODE = ContractCode.of(Bytes.utf8("merging"));

        @Override
        public ContractCode code() {
            return CODE;
        }

        @Override
        public Verdict validate(Parameters parameters, State state) {
            return state.bytes().toUtf8().startsWith("!") ? Verdict.invalid("it begins with '!'") : Verdict.valid();
        }

        @Override
        public State merge(Parameters parameters, State current, StateChange change) {
            Bytes incoming = change instanceof StateChange.Full full
                    ? full.state().bytes()
                    : ((StateChange.Delta) change).delta().bytes();
            return State.utf8(merge.apply(current.bytes().toUtf8(), incoming.toUtf8()));
        }

        @Override
        public StateSummary summarize(Parameters parameters, State state) {
            return new StateSummary(state.bytes());
        }

        @Override
        public StateDelta delta(Parameters parameters, State state, StateSummary summary) {
            return new StateDelta(summary.bytes().equals(state.bytes()) ? Bytes.empty() : state.bytes());
        }
    }
}
