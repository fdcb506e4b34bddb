package dev.tributary.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.test.VirtualClock;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class ContractRestsTests {

    private static final State HELD = State.utf8("held");
    private static final Contract CONTRACT =
            Contract.of(ContractCode.of(Bytes.utf8("test/exhausting")), Parameters.utf8("a"));

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ExhaustingRuntime runtime = new ExhaustingRuntime();
    private final ContractExecutor executor = new ContractExecutor(
            List.of(runtime),
            ContractLimits.defaults(),
            Schedulers.immediate(),
            time,
            new TimeSource(new VirtualClock(time), () -> time.now(TimeUnit.NANOSECONDS)),
            RelatedStates.none());

    /** The first calls of a code are not judged. */
    @BeforeEach
    void warmUp() {
        for (int i = 0; i < 3; i++) {
            assertThat(change(CallClass.NETWORK_RELAY, "usual " + i)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Failure.class,
            names = {"TIMED_OUT", "OUT_OF_MEMORY", "STACK_EXHAUSTED"})
    void oneCallOverALimitRestsTheContractForTwoMinutes(Failure failure) {
        runtime.failure = failure;
        assertThat(change(CallClass.NETWORK_RELAY, "endless")).contains(failure);

        for (int notice = 0; notice < 119; notice++) {
            time.advanceTimeBy(Duration.ofSeconds(1));
            assertThat(change(CallClass.NETWORK_RELAY, "endless " + notice)).contains(Failure.RESTING);
            assertThat(change(CallClass.BACKGROUND, "usual")).contains(Failure.RESTING);
        }
        assertThat(runtime.endlessCalls).isEqualTo(1);

        time.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(executor.isResting(CONTRACT.id())).isFalse();
        assertThat(change(CallClass.NETWORK_RELAY, "usual")).isEmpty();
    }

    @Test
    void otherContractsOfTheCodeAreNotAffected() {
        change(CallClass.NETWORK_RELAY, "endless");

        Contract other = Contract.of(CONTRACT.code(), Parameters.utf8("b"));
        assertThat(executor.change(CallClass.NETWORK_RELAY, other, HELD, new StateChange.Full(State.utf8("usual")))
                        .block())
                .isEqualTo(State.utf8("usual"));
    }

    @Test
    void restDoublesUpToTwoHours() {
        for (long minutes : new long[] {2, 4, 8, 16, 32, 64, 120, 120}) {
            assertThat(change(CallClass.NETWORK_RELAY, "endless for " + minutes + runtime.endlessCalls))
                    .contains(Failure.TIMED_OUT);
            time.advanceTimeBy(Duration.ofMinutes(minutes).minusSeconds(1));
            assertThat(executor.isResting(CONTRACT.id())).isTrue();
            time.advanceTimeBy(Duration.ofSeconds(2));
            assertThat(executor.isResting(CONTRACT.id())).isFalse();
        }
    }

    @Test
    void clientOfThisNodeIsServedAllTheSameAndItsSuccessEndsTheRest() {
        change(CallClass.NETWORK_RELAY, "endless");

        assertThat(change(CallClass.CLIENT_LOCAL, "endless")).contains(Failure.TIMED_OUT);
        assertThat(change(CallClass.CLIENT_LOCAL, "usual")).isEmpty();
        assertThat(executor.isResting(CONTRACT.id())).isFalse();
        assertThat(change(CallClass.NETWORK_RELAY, "another")).isEmpty();
    }

    @Test
    void changeThatFailedIsRefusedForTenMinutesAlthoughTheContractDoesNotRest() {
        change(CallClass.NETWORK_RELAY, "endless");
        change(CallClass.CLIENT_LOCAL, "usual");

        assertThat(change(CallClass.NETWORK_RELAY, "endless")).contains(Failure.RESTING);
        assertThat(change(CallClass.NETWORK_RELAY, "usual")).isEmpty();
        assertThat(runtime.endlessCalls).isEqualTo(1);

        time.advanceTimeBy(Duration.ofMinutes(10).plusSeconds(1));
        assertThat(change(CallClass.NETWORK_RELAY, "endless")).contains(Failure.TIMED_OUT);
    }

    @Test
    void firstCallsOfACodeAreNotJudged() {
        Contract cold = Contract.of(ContractCode.of(Bytes.utf8("test/cold")), Parameters.utf8("a"));

        assertThat(change(CallClass.NETWORK_RELAY, cold, "endless 1")).contains(Failure.TIMED_OUT);
        assertThat(executor.isResting(cold.id())).isFalse();
        assertThat(change(CallClass.NETWORK_RELAY, cold, "endless 2")).contains(Failure.TIMED_OUT);
        assertThat(change(CallClass.NETWORK_RELAY, cold, "endless 3")).contains(Failure.TIMED_OUT);
        assertThat(executor.isResting(cold.id())).isTrue();
    }

    @Test
    void summaryThatSucceedsDoesNotEndTheRestOfMerges() {
        change(CallClass.NETWORK_RELAY, "endless");

        assertThat(executor.summarize(CallClass.CLIENT_LOCAL, CONTRACT, HELD).block())
                .isNotNull();
        assertThat(executor.isResting(CONTRACT.id())).isTrue();
    }

    @Test
    void changeToTheVeryBytesThatAreHeldIsAnsweredWithoutACall() {
        assertThat(executor.change(
                                CallClass.CLIENT_LOCAL,
                                CONTRACT,
                                State.utf8("endless"),
                                new StateChange.Full(State.utf8("endless")))
                        .block())
                .isEqualTo(State.utf8("endless"));
        assertThat(runtime.endlessCalls).isZero();
    }

    private Optional<Failure> change(CallClass callClass, String incoming) {
        return change(callClass, CONTRACT, incoming);
    }

    /** Why the change failed; empty if it did not. */
    private Optional<Failure> change(CallClass callClass, Contract contract, String incoming) {
        try {
            executor.change(callClass, contract, HELD, new StateChange.Full(State.utf8(incoming)))
                    .block();
            return Optional.empty();
        } catch (ContractFailedException failed) {
            return Optional.of(failed.failure());
        }
    }
}
