package dev.tributary.core.contract.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.JavaContract;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.test.ForwardingRuntime;
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
import java.util.Random;
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
                .satisfies(violation ->
                        assertThat(violation.states()).containsExactlyInAnyOrder(State.utf8(""), State.utf8("g")))
                .satisfies(violation ->
                        assertThat(violation.results()).containsExactlyInAnyOrder(Bytes.utf8("g"), Bytes.utf8("")));
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
                .doesNotContain(MergeLaw.MERGE_IS_IDEMPOTENT, MergeLaw.MERGE_IS_COMMUTATIVE, MergeLaw.MERGE_HEALS);
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

    @Test
    void callsThatTimeOutCannotBeTold() {
        ContractRuntime slow = new FailingRuntime(JavaContractRuntime.standard(), Failure.TIMED_OUT, 0);
        ConformanceReport report = ConformanceCheck.check(slow, GrowOnlySet.named("s"), sets());
        assertThat(report.violations()).isEmpty();
        assertThat(report.conforms()).isTrue();
        assertThat(report.outcome()).isEqualTo(LawOutcome.INCONCLUSIVE);
        assertThat(report.law(MergeLaw.MERGE_IS_COMMUTATIVE).doubt()).contains("TIMED_OUT");
        assertThat(report.law(MergeLaw.SUMMARY_IS_STABLE).outcome()).isEqualTo(LawOutcome.HELD);
    }

    @Test
    void lawWithoutACaseIsNotChecked() {
        ConformanceReport report =
                ConformanceCheck.check(JavaContractRuntime.standard(), GrowOnlySet.named("s"), sets().subList(0, 1));
        assertThat(report.law(MergeLaw.MERGE_IS_COMMUTATIVE).outcome()).isEqualTo(LawOutcome.NOT_CHECKED);
        assertThat(report.law(MergeLaw.MERGE_IS_IDEMPOTENT).outcome()).isEqualTo(LawOutcome.HELD);
        assertThat(report.law(MergeLaw.STATE_ABSORBS_ITS_BASE).outcome()).isEqualTo(LawOutcome.NOT_CHECKED);
    }

    @Test
    void lawThatIsBrokenOnlyOnceCannotBeTold() {
        int[] clock = {0};
        ConformanceReport report = check((held, incoming) -> clock[0]++ == 0 ? "z" : max(held, incoming));
        assertThat(report.violations()).isEmpty();
        assertThat(report.outcome()).isEqualTo(LawOutcome.INCONCLUSIVE);
    }

    @Test
    void contractThatWritesAnUnsortedMapBreaksOnlyRepetition() {
        Random random = new Random(1);
        ModelContract set = ModelContract.arrivalOrderedSet();
        ModelContract unsorted = new ModelContract(
                "unsorted",
                (a, b) -> random.nextBoolean() ? set.merged(a, b) : set.merged(b, a),
                state -> true,
                set.delta(),
                set.random());
        ConformanceCheck check = ConformanceCheck.of(unsorted.runtime(), unsorted.contract());
        for (int i = 0; i < 50; i++) {
            check.round(List.of(
                    set.random().apply(random),
                    set.random().apply(random),
                    set.random().apply(random)));
        }
        assertThat(laws(check.report())).isSubsetOf(MergeLaw.MERGE_IS_STABLE);
        assertThat(check.report().advice()).isEmpty();
    }

    @Test
    void emptyDeltasOfContractThatNeverSendsAnythingAreDetected() {
        ModelContract silent = new ModelContract(
                "silent",
                (a, b) -> a.bytes().compareTo(b.bytes()) > 0 ? a : b,
                state -> true,
                (a, b) -> State.of(new byte[0]),
                random -> ModelContract.number(0));
        ConformanceReport report = ConformanceCheck.check(
                silent.runtime(), silent.contract(), List.of(ModelContract.number(1), ModelContract.number(2)));
        assertThat(laws(report)).containsExactly(MergeLaw.EXCHANGE_CONVERGES);
        assertThat(report.advice())
                .extracting(ConformanceReport.Violation::law)
                .containsExactly(MergeLaw.DELTA_BRINGS_EVERYTHING);
    }

    @Test
    void encodedEmptyDeltaIsOnlyAdvice() {
        ModelContract set = ModelContract.arrivalOrderedSet();
        ModelContract json = new ModelContract(
                "json",
                (a, b) -> set.merged(
                        a,
                        State.of(
                                b.bytes().toHex().replace("7b7d", "").isEmpty()
                                        ? new byte[0]
                                        : b.bytes().toArray())),
                state -> true,
                (a, b) -> set.delta().apply(a, b).size() == 0
                        ? State.utf8("{}")
                        : set.delta().apply(a, b),
                set.random());
        Random random = new Random(1);
        ConformanceReport report = ConformanceCheck.check(
                json.runtime(),
                json.contract(),
                List.of(
                        set.random().apply(random),
                        set.random().apply(random),
                        set.random().apply(random)));
        assertThat(report.violations()).isEmpty();
        assertThat(report.advice())
                .extracting(ConformanceReport.Violation::law)
                .containsExactly(MergeLaw.DELTA_IS_EMPTY_WHEN_UP_TO_DATE);
    }

    @Test
    void deltaThatIsTheWholeStateWhenNothingIsMissingIsDetected() {
        ModelContract whole = new ModelContract(
                "whole",
                (a, b) -> a.bytes().compareTo(b.bytes()) > 0 ? a : b,
                state -> true,
                (a, b) -> a,
                random -> ModelContract.number(0));
        ConformanceReport report = ConformanceCheck.check(
                whole.runtime(), whole.contract(), List.of(State.utf8("a".repeat(100)), State.utf8("b".repeat(100))));
        assertThat(laws(report)).containsExactly(MergeLaw.DELTA_IS_SMALLER_THAN_STATE);
    }

    @Test
    void recordedTransitionThatLosesItsBaseIsReported() {
        ModelContract room = ModelContract.cappedRoom();
        ConformanceReport report = ConformanceCheck.of(room.runtime(), room.contract())
                .transition(ModelContract.message(1, 5, 6), ModelContract.message(1, 6, 7))
                .transition(ModelContract.message(1, 5, 6), ModelContract.message(1, 5, 6, 7))
                .report();
        assertThat(report.advice())
                .extracting(ConformanceReport.Violation::law)
                .containsExactly(MergeLaw.STATE_ABSORBS_ITS_BASE);
        assertThat(report.conforms()).isTrue();
    }

    @Test
    void counterExampleIsAsSmallAsTheLawAllows() {
        ConformanceReport report = ConformanceCheck.check(
                JavaContractRuntime.of(new Merging((held, incoming) -> incoming)),
                Contract.of(Merging.CODE, Parameters.none()),
                List.of(State.utf8("a long text, ".repeat(100)), State.utf8("another long text, ".repeat(100))));
        assertThat(report.violations())
                .filteredOn(violation -> violation.law() == MergeLaw.MERGE_IS_COMMUTATIVE)
                .singleElement()
                .satisfies(violation -> assertThat(violation.states().stream()
                                .mapToInt(State::size)
                                .sum())
                        .isOne());
    }

    @Test
    void noMergeOfTheSameStatesRunsTwiceUnlessALawRepeatsIt() {
        FailingRuntime counting = new FailingRuntime(JavaContractRuntime.standard(), Failure.TIMED_OUT, Long.MAX_VALUE);
        ConformanceReport report = ConformanceCheck.check(counting, GrowOnlySet.named("s"), sets());
        assertThat(report.outcome()).isEqualTo(LawOutcome.HELD);
        assertThat(counting.merges).isLessThan(report.checks());
    }

    private static String max(String a, String b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static List<State> sets() {
        return List.of(
                GrowOnlySet.state(List.of()),
                GrowOnlySet.state(List.of(Bytes.utf8("a"), Bytes.utf8("b"))),
                GrowOnlySet.state(List.of(Bytes.utf8("b"), Bytes.utf8("c"))));
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

    /** Fails all merges after some. */
    private static final class FailingRuntime implements ForwardingRuntime {

        private final ContractRuntime runtime;
        private final Failure failure;
        private final long after;
        private long merges;

        FailingRuntime(ContractRuntime runtime, Failure failure, long after) {
            this.runtime = runtime;
            this.failure = failure;
            this.after = after;
        }

        @Override
        public ContractRuntime delegate() {
            return runtime;
        }

        @Override
        public State merge(Contract contract, State current, StateChange change) {
            if (merges++ >= after) {
                throw new ContractFailedException(contract.key(), "update_state", failure, "it took too long");
            }
            return runtime.merge(contract, current, change);
        }
    }
}
