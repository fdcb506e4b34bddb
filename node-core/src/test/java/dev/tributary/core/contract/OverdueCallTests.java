package dev.tributary.core.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.test.ValidatingContract;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Java contracts that do not return, and ignore interrupts, in the way of others. */
@Timeout(60)
class OverdueCallTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final State STATE = State.utf8("s");
    private static final ContractLimits LIMITS = new ContractLimits(1000, 1000, 1000, 2, 100);

    private final Spinning contract = new Spinning();
    private final AtomicLong nanos = new AtomicLong();
    private final Scheduler threads =
            Schedulers.newBoundedElastic(2 * ContractExecutor.maxThreads(LIMITS), 100, "contracts");
    private final ContractExecutor executor = new ContractExecutor(
            List.of(JavaContractRuntime.of(contract)),
            LIMITS,
            threads,
            threads,
            new TimeSource(Clock.systemUTC(), nanos::get),
            RelatedStates.none());
    private final List<Throwable> errors = new ArrayList<>();

    @AfterEach
    void letThemReturn() {
        contract.spins = false;
        threads.disposeGracefully().block(TIMEOUT);
    }

    @Test
    void callIsNeverQueuedBehindARunningOneWhileAThreadIsFree() {
        spin("a");
        for (int i = 0; i < 200; i++) {
            assertValid("other " + i);
        }
    }

    @Test
    void callOverItsTimeIsAnsweredOnceAndNamed() {
        Mono<State> call = spin("a");
        passTime();
        StepVerifier.create(call)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ContractFailedException.class,
                                failed -> assertThat(failed.failure()).isEqualTo(Failure.TIMED_OUT))
                        .hasMessageContaining("25000 ms"))
                .verify(TIMEOUT);
        QueueUsage usage = executor.usage().queue();
        assertThat(usage.overdueCalls()).isOne();
        assertThat(usage.overdue()).singleElement().satisfies(overdue -> {
            assertThat(overdue.contract()).isEqualTo(contract("a").id());
            assertThat(overdue.running()).isGreaterThanOrEqualTo(FairQueue.CALL_TIME);
            assertThat(overdue.thread()).isNotEmpty();
            assertThat(overdue.stack()).anyMatch(frame -> frame.contains("Spinning"));
        });
        passTime();
        assertThat(executor.usage().queue().overdueCalls()).isOne();
    }

    @Test
    void threadsOfCallsOverTheirTimeAreReplaced() {
        spin("a");
        spin("b");
        Mono<State> waiting = start("c");
        passTime();
        StepVerifier.create(waiting).expectNext(STATE).expectComplete().verify(TIMEOUT);
        for (int i = 0; i < 20; i++) {
            assertValid("other " + i);
        }
    }

    @Test
    void replacementsAreLimitedAndEndWithTheCalls() {
        for (String name : List.of("a", "b", "c", "d")) {
            spin(name);
            passTime();
        }
        assertThat(executor.usage().queue().overdue()).hasSize(4);
        assertThat(executor.usage().queue().running()).isBetween(0, 2);
        contract.spins = false;
        await().atMost(TIMEOUT)
                .untilAsserted(
                        () -> assertThat(executor.usage().queue().overdue()).isEmpty());
        assertThat(executor.usage().queue().running()).isZero();
        assertValid("e");
    }

    @Test
    void probeRunsBeforeAllQueuedCalls() {
        StepVerifier.create(executor.probe()).expectComplete().verify(TIMEOUT);
        spin("a");
        StepVerifier.create(executor.probe()).expectComplete().verify(TIMEOUT);
        spin("b");
        Mono<Void> waiting = executor.probe().cache();
        waiting.subscribe();
        assertThat(executor.isWithinTime()).isTrue();
        passTime();
        StepVerifier.create(waiting).expectComplete().verify(TIMEOUT);
    }

    private void passTime() {
        nanos.addAndGet(FairQueue.CALL_TIME.plusSeconds(1).toNanos());
        executor.endOverdueCalls();
    }

    /** Starts a call that does not return; waits until it runs. */
    private Mono<State> spin(String name) {
        int before = contract.spinning.intValue();
        Mono<State> call = start("spin " + name);
        await().atMost(TIMEOUT).until(() -> contract.spinning.intValue() > before);
        return call;
    }

    private Mono<State> start(String name) {
        Mono<State> call = executor.accept(
                        contract(name.replace("spin ", "")), null, name.startsWith("spin") ? State.utf8("spin") : STATE)
                .cache();
        call.subscribe(state -> {}, errors::add);
        return call;
    }

    private void assertValid(String name) {
        StepVerifier.create(executor.accept(contract(name), null, STATE))
                .expectNext(STATE)
                .expectComplete()
                .verify(TIMEOUT);
    }

    private Contract contract(String name) {
        return Contract.of(contract.code(), Parameters.utf8(name));
    }

    /** A contract whose validation of one state takes no notice of anything. */
    private static final class Spinning implements ValidatingContract {

        private final AtomicLong spinning = new AtomicLong();
        private volatile boolean spins = true;

        @Override
        public ContractCode code() {
            return ContractCode.of(Bytes.utf8("spinning"));
        }

        @Override
        public Verdict validate(Parameters parameters, State state) {
            if (state.equals(State.utf8("spin"))) {
                spinning.incrementAndGet();
                while (spins) {
                    Thread.onSpinWait();
                }
            }
            return Verdict.valid();
        }
    }
}
