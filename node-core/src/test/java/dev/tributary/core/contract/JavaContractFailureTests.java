package dev.tributary.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Every way in which a Java contract fails to answer is one typed error with the name of the function. */
@NullUnmarked
class JavaContractFailureTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final State STATE = State.utf8("s");

    @Test
    void validateThatReturnsNullFails() {
        assertFails(() -> null, Failure.MALFORMED_RESULT, "failed in validate, MALFORMED_RESULT: it returned null");
    }

    @Test
    void validateThatThrowsFailsAndIsNoRejection() {
        assertFails(
                () -> {
                    throw new IllegalStateException("broken");
                },
                Failure.TRAP,
                "failed in validate, TRAP: java.lang.IllegalStateException: broken");
        assertFails(
                () -> {
                    throw new IllegalArgumentException("broken");
                },
                Failure.TRAP,
                "broken");
        assertFails(
                () -> {
                    throw new AssertionError("broken");
                },
                Failure.TRAP,
                "broken");
    }

    @Test
    void validateThatOverflowsTheStackFails() {
        assertFails(() -> recurse(0), Failure.STACK_EXHAUSTED, "nest too deeply");
    }

    @Test
    void otherFunctionsThatReturnNullFail() {
        with(() -> null, executor -> {
            Contract contract = contract();
            assertFails(
                    executor.change(CallClass.CLIENT_LOCAL, contract, STATE, new StateChange.Full(State.utf8("x"))),
                    Failure.MALFORMED_RESULT,
                    "merge");
            assertFails(
                    executor.summarize(CallClass.CLIENT_LOCAL, contract, STATE), Failure.MALFORMED_RESULT, "summarize");
            assertFails(
                    executor.delta(CallClass.CLIENT_LOCAL, contract, STATE, StateSummary.utf8("")),
                    Failure.MALFORMED_RESULT,
                    "delta");
        });
    }

    @Test
    void illegalArgumentOfAMergeIsARejection() {
        with(
                () -> {
                    throw new IllegalArgumentException("not mine");
                },
                executor -> StepVerifier.create(executor.change(
                                CallClass.CLIENT_LOCAL, contract(), STATE, new StateChange.Full(State.utf8("x"))))
                        .expectErrorSatisfies(error -> assertThat(error)
                                .isInstanceOf(ContractRejectedException.class)
                                .hasMessageContaining("not mine"))
                        .verify(TIMEOUT));
    }

    private static Verdict recurse(long depth) {
        return depth < 0 ? Verdict.valid() : recurse(depth + 1);
    }

    /** What each function of a contract does. */
    private interface Behaviour {
        Verdict act();
    }

    private static void assertFails(Behaviour validate, Failure failure, String message) {
        with(validate, executor -> assertFails(executor.accept(contract(), null, STATE), failure, message));
    }

    private static void assertFails(Mono<?> call, Failure failure, String message) {
        StepVerifier.create(call)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ContractFailedException.class,
                                failed -> assertThat(failed.failure()).isEqualTo(failure))
                        .hasMessageContaining(message))
                .verify(TIMEOUT);
    }

    private static void with(Behaviour validate, Consumer<ContractExecutor> test) {
        Scheduler threads = Schedulers.newBoundedElastic(1, 10, "contracts");
        try {
            test.accept(new ContractExecutor(
                    List.of(JavaContractRuntime.of(new Broken(validate))),
                    new ContractLimits(1000, 1000, 1000, 1, 10),
                    threads));
        } finally {
            threads.dispose();
        }
    }

    private static Contract contract() {
        return Contract.of(ContractCode.of(Bytes.utf8("broken")), Parameters.utf8("p"));
    }

    /** A contract whose functions all do the same. */
    private record Broken(Behaviour behaviour) implements JavaContract {

        @Override
        public ContractCode code() {
            return ContractCode.of(Bytes.utf8("broken"));
        }

        @Override
        public Verdict validate(Parameters parameters, State state) {
            return behaviour.act();
        }

        @Override
        public State merge(Parameters parameters, State current, StateChange change) {
            behaviour.act();
            return null;
        }

        @Override
        public StateSummary summarize(Parameters parameters, State state) {
            behaviour.act();
            return null;
        }

        @Override
        public StateDelta delta(Parameters parameters, State state, StateSummary summary) {
            behaviour.act();
            return null;
        }
    }
}
