package dev.tributary.core.contract.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.State;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each contract is told rightly for 3200 random triples of its states. */
class GeneratedTriplesTests {

    private static final int TRIPLES = 3200;

    static Stream<ModelContract> innocent() {
        return Stream.of(
                ModelContract.cappedRoom(),
                ModelContract.window(),
                ModelContract.arrivalOrderedSet(),
                ModelContract.settling());
    }

    static Stream<Arguments> guilty() {
        return Stream.of(
                Arguments.of(ModelContract.averaging(), MergeLaw.MERGE_HEALS),
                Arguments.of(ModelContract.wrapping(), MergeLaw.MERGE_HEALS),
                Arguments.of(ModelContract.climbing(), MergeLaw.MERGE_HEALS),
                Arguments.of(ModelContract.cyclicWinner(), MergeLaw.MERGE_HEALS),
                Arguments.of(ModelContract.arrivalOrder(), MergeLaw.MERGE_IS_COMMUTATIVE));
    }

    @ParameterizedTest
    @MethodSource("innocent")
    void innocentContractBreaksNoLaw(ModelContract model) {
        for (List<State> triple : triples(model)) {
            ConformanceReport report = ConformanceCheck.check(model.runtime(), model.contract(), triple);
            assertThat(report.violations()).as("states %s", hex(triple)).isEmpty();
            assertThat(report.outcome()).isEqualTo(LawOutcome.HELD);
        }
    }

    @ParameterizedTest
    @MethodSource("innocent")
    void innocentContractGetsNoAdvice(ModelContract model) {
        Set<MergeLaw> advice = EnumSet.noneOf(MergeLaw.class);
        triples(model)
                .forEach(triple -> ConformanceCheck.check(model.runtime(), model.contract(), triple)
                        .advice()
                        .forEach(each -> advice.add(each.law())));
        assertThat(advice).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("guilty")
    void guiltyContractIsNeverAcquittedWhereTheResultsDiffer(ModelContract model, MergeLaw law) {
        LawJudge judge = new LawJudge(new ContractCalls(model.runtime(), model.contract(), 128 << 20));
        int broken = 0;
        for (List<State> triple : triples(model)) {
            boolean differs = isStrictlyBroken(model, law, triple);
            assertThat(judge.judge(law, triple).outcome())
                    .as("states %s", hex(triple))
                    .isEqualTo(differs ? LawOutcome.BROKEN : LawOutcome.HELD);
            broken += differs ? 1 : 0;
        }
        assertThat(broken).isPositive();
    }

    @ParameterizedTest
    @MethodSource("guilty")
    void guiltyContractHasASmallCounterExample(ModelContract model, MergeLaw law) {
        ConformanceReport report = triples(model).stream()
                .map(triple -> ConformanceCheck.check(model.runtime(), model.contract(), triple))
                .filter(each -> !each.conforms())
                .findFirst()
                .orElseThrow();
        assertThat(report.outcome()).isEqualTo(LawOutcome.BROKEN);
        assertThat(report.law(law).violation())
                .hasValueSatisfying(violation -> assertThat(violation.states().stream()
                                .mapToInt(State::size)
                                .sum())
                        .isLessThanOrEqualTo(12));
    }

    private static boolean isStrictlyBroken(ModelContract model, MergeLaw law, List<State> states) {
        State a = states.get(0);
        State b = states.get(1);
        State c = states.get(2);
        return law == MergeLaw.MERGE_IS_COMMUTATIVE
                ? !model.merged(a, b).equals(model.merged(b, a))
                : !model.merged(model.merged(a, b), c).equals(model.merged(a, model.merged(b, c)));
    }

    private static List<List<State>> triples(ModelContract model) {
        Random random = new Random(1);
        List<List<State>> triples = new ArrayList<>();
        for (int i = 0; i < TRIPLES; i++) {
            triples.add(List.of(
                    model.random().apply(random),
                    model.random().apply(random),
                    model.random().apply(random)));
        }
        return triples;
    }

    private static List<String> hex(List<State> states) {
        return states.stream().map(state -> state.bytes().toHex()).toList();
    }
}
