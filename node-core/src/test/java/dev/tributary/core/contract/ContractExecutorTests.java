package dev.tributary.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.PayloadTooLargeException;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class ContractExecutorTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final State STATE = State.of(new byte[] {1});

    private final Scheduler threads = Schedulers.newBoundedElastic(1, 1, "contracts");

    @AfterEach
    void disposeThreads() {
        threads.dispose();
    }

    @Test
    void exceptionOfAContractIsAFailureAndNoRejection() {
        Contract faulty = contract();
        ContractExecutor executor = executor(() -> {
            throw new ArrayIndexOutOfBoundsException("7");
        });

        StepVerifier.create(executor.accept(faulty, null, STATE))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ContractFailedException.class)
                        .hasMessageContaining("ArrayIndexOutOfBounds"))
                .verify(TIMEOUT);
    }

    @Test
    void callsAreCountedByOutcome() {
        ContractExecutor rejecting = executor(() -> {
            throw new ContractRejectedException(contract().key(), "no");
        });
        StepVerifier.create(rejecting.accept(contract(), null, STATE))
                .expectError()
                .verify(TIMEOUT);
        assertThat(rejecting.usage().finished()).isOne();
        ContractExecutor faulty = executor(() -> {
            throw new ArrayIndexOutOfBoundsException("7");
        });
        StepVerifier.create(faulty.accept(contract(), null, STATE))
                .expectError()
                .verify(TIMEOUT);
        assertThat(faulty.usage().finished()).isZero();
        assertThat(faulty.usage().failed()).isOne();
        assertThat(faulty.usage().longest())
                .isPositive()
                .isEqualTo(faulty.usage().time());
    }

    @Test
    void cancelledCallIsInterruptedAndItsErrorIsDropped() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        ContractExecutor executor = executor(() -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException stop) {
                interrupted.countDown();
                throw new IllegalStateException(stop);
            }
        });

        StepVerifier.create(executor.accept(contract(), null, STATE))
                .then(() -> await(running))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void callsBeyondTheQueueAreRefusedAsBusy() {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        ContractExecutor executor = executor(() -> {
            running.countDown();
            await(gate);
        });
        StepVerifier first = StepVerifier.create(executor.accept(contract(), null, STATE))
                .expectNext(STATE)
                .expectComplete()
                .verifyLater();
        await(running);
        StepVerifier second = StepVerifier.create(executor.accept(contract(), null, STATE))
                .expectNext(STATE)
                .expectComplete()
                .verifyLater();

        StepVerifier.create(executor.accept(contract(), null, STATE))
                .expectError(NodeBusyException.class)
                .verify(TIMEOUT);

        gate.countDown();
        first.verify(TIMEOUT);
        second.verify(TIMEOUT);
    }

    @Test
    void unknownCodeAndTooLargeStatesAreRefused() {
        ContractExecutor executor = executor(() -> {});
        Contract unknown = Contract.of(ContractCode.of(Bytes.utf8("unknown")), Parameters.none());

        StepVerifier.create(executor.accept(unknown, null, STATE))
                .expectError(ContractUnsupportedException.class)
                .verify(TIMEOUT);
        StepVerifier.create(executor.accept(contract(), null, State.of(new byte[101])))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PayloadTooLargeException.class)
                        .hasMessageContaining("101")
                        .hasMessageContaining("100"))
                .verify(TIMEOUT);
    }

    @Test
    void mergeAndValidationOfItsResultAreOneTurnAndTwoCalls() {
        VirtualTimeScheduler turns = VirtualTimeScheduler.create();
        ContractExecutor executor = new ContractExecutor(
                List.of(JavaContractRuntime.of(LastWriterWins.CONTRACT)), ContractLimits.defaults(), turns);
        Contract register = LastWriterWins.named("one turn");
        State newer = LastWriterWins.state(2, new byte[] {2});

        StepVerifier.create(executor.accept(register, LastWriterWins.state(1, new byte[] {1}), newer))
                .expectNext(newer)
                .expectComplete()
                .verify(TIMEOUT);

        assertThat(turns.getScheduledTaskCount()).isOne();
        assertThat(executor.usage().finished()).isEqualTo(2);
        turns.dispose();
    }

    private ContractExecutor executor(Runnable onValidate) {
        ContractLimits limits = new ContractLimits(100, 100, 100, 1, 1);
        return new ContractExecutor(List.of(JavaContractRuntime.of(new Scripted(onValidate))), limits, threads);
    }

    private static Contract contract() {
        return Contract.of(Scripted.CODE, Parameters.none());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    /** A contract whose validation runs code of the test. */
    private record Scripted(Runnable onValidate) implements JavaContract {

        static final ContractCode CODE = ContractCode.of(Bytes.utf8("scripted"));

        @Override
        public ContractCode code() {
            return CODE;
        }

        @Override
        public Verdict validate(Parameters parameters, State state) {
            onValidate.run();
            return Verdict.valid();
        }

        @Override
        public State merge(Parameters parameters, State current, StateChange change) {
            return current;
        }

        @Override
        public StateSummary summarize(Parameters parameters, State state) {
            return new StateSummary(state.bytes());
        }

        @Override
        public StateDelta delta(Parameters parameters, State state, StateSummary summary) {
            return new StateDelta(state.bytes());
        }
    }
}
