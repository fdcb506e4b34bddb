package dev.tributary.core.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both built-in contracts merge like a join-semilattice; otherwise peers would not converge. */
class MergeLawTests {

    private static final Parameters NONE = Parameters.none();

    static Stream<Arguments> contracts() {
        Function<Random, State> register = random -> {
            byte[] content = new byte[random.nextInt(3)];
            random.nextBytes(content);
            return LastWriterWins.state(random.nextInt(3), content);
        };
        Function<Random, State> set = random -> {
            List<Bytes> elements = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                elements.add(Bytes.utf8("element " + random.nextInt(5)));
            }
            return GrowOnlySet.state(elements);
        };
        return Stream.of(
                Arguments.of("register", LastWriterWins.CONTRACT, register),
                Arguments.of("set", GrowOnlySet.CONTRACT, set));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contracts")
    void mergeIsIdempotentCommutativeAndAssociative(String name, JavaContract contract, Function<Random, State> any) {
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            State a = any.apply(random);
            State b = any.apply(random);
            State c = any.apply(random);
            assertThat(merge(contract, a, a)).isEqualTo(a);
            assertThat(merge(contract, a, b)).isEqualTo(merge(contract, b, a));
            assertThat(merge(contract, merge(contract, a, b), c)).isEqualTo(merge(contract, a, merge(contract, b, c)));
            assertThat(contract.validate(NONE, merge(contract, a, b))).isEqualTo(Verdict.valid());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contracts")
    void deltaBringsTheSummarisedStateUpToDate(String name, JavaContract contract, Function<Random, State> any) {
        Random random = new Random(4);
        for (int i = 0; i < 2000; i++) {
            State local = any.apply(random);
            State remote = any.apply(random);
            StateDelta delta = contract.delta(NONE, local, contract.summarize(NONE, remote));
            State after = contract.merge(NONE, remote, new StateChange.Delta(delta));
            assertThat(after).isEqualTo(merge(contract, remote, local));
            assertThat(contract.delta(NONE, local, contract.summarize(NONE, local))
                            .size())
                    .isZero();
        }
    }

    @Test
    void malformedStatesAreInvalidWithAReason() {
        assertThat(LastWriterWins.CONTRACT.validate(NONE, State.of(new byte[7])))
                .isInstanceOf(Verdict.Invalid.class);
        assertThat(LastWriterWins.CONTRACT.validate(NONE, LastWriterWins.state(-1, new byte[0])))
                .isInstanceOf(Verdict.Invalid.class);
        assertThat(GrowOnlySet.CONTRACT.validate(NONE, State.of(new byte[] {0, 0, 0, 9, 1})))
                .isInstanceOf(Verdict.Invalid.class);
        assertThat(GrowOnlySet.CONTRACT.validate(NONE, State.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0})))
                .isInstanceOf(Verdict.Invalid.class);
        assertThat(GrowOnlySet.CONTRACT.validate(NONE, State.of(new byte[] {-1, -1, -1, -1})))
                .isInstanceOf(Verdict.Invalid.class);
    }

    @Test
    void malformedSummariesAndChangesAreRejected() {
        State register = LastWriterWins.state(1, new byte[1]);
        assertThatThrownBy(() -> LastWriterWins.CONTRACT.delta(NONE, register, StateSummary.of(new byte[3])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GrowOnlySet.CONTRACT.delta(NONE, State.of(new byte[0]), StateSummary.of(new byte[3])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> merge(GrowOnlySet.CONTRACT, State.of(new byte[0]), State.of(new byte[] {9})))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static State merge(JavaContract contract, State current, State other) {
        return contract.merge(NONE, current, new StateChange.Full(other));
    }
}
