package dev.tributary.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.test.LastComerWins;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class LawWatchTests {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Contract LAST_COMER = LastComerWins.named("any");
    private static final CodeHash CODE = LAST_COMER.code().hash();
    private static final Contract GATED = Contract.of(Gated.CODE, Parameters.none());
    private static final State A = State.utf8("a");
    private static final State B = State.utf8("b");

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Scheduler threads = Schedulers.newBoundedElastic(2, 100, "contracts");
    private final Gated gated = new Gated();
    private final List<Quarantine> begun = new ArrayList<>();
    private final Disposable.Composite running = Disposables.composite();

    @AfterEach
    void end() {
        gated.open.countDown();
        running.dispose();
        threads.dispose();
    }

    @Test
    void aContractThatBreaksALawTwiceIsNotSpreadForAWhileWhichIsToldOnce() {
        LawWatch watch = watching(LawConfig.DEFAULT.withSample(1));

        watch.saw(LAST_COMER, A, B, B);
        assertThat(watch.mayBeSpread(CODE)).isTrue();
        watch.saw(LAST_COMER, B, A, A);
        watch.saw(LAST_COMER, A, B, B);

        assertThat(watch.mayBeSpread(CODE)).isFalse();
        assertThat(watch.mayBeSpread(GATED.code().hash())).isTrue();
        assertThat(begun).containsExactly(new Quarantine(CODE, Law.MERGE_IS_COMMUTATIVE, Duration.ofMinutes(10)));
        assertThat(watch.usage()).isEqualTo(new LawUsage(2, 2, 0, 0, 0, 1));

        time.advanceTimeBy(Duration.ofMinutes(10));
        assertThat(watch.mayBeSpread(CODE)).isTrue();
        watch.saw(LAST_COMER, A, B, B);
        assertThat(watch.quarantine(CODE).map(Quarantine::left)).contains(Duration.ofMinutes(20));
        assertThat(begun).hasSize(2);
    }

    @Test
    void aContractThatKeepsTheLawsIsLeftInPeace() {
        LawWatch watch = watching(LawConfig.DEFAULT.withSample(1));
        State older = LastWriterWins.state(1, new byte[] {1});
        State newer = LastWriterWins.state(2, new byte[] {2});

        watch.saw(LastWriterWins.named("any"), older, newer, newer);
        watch.saw(LastWriterWins.named("any"), newer, older, newer);
        assertThat(watch.usage()).isEqualTo(new LawUsage(2, 0, 0, 0, 0, 0));
    }

    @Test
    void aResultThatIsNoFixpointBreaksIdempotence() {
        LawWatch watch = watching(LawConfig.DEFAULT.withSample(1));
        State held = GrowOnlySet.state(List.of(Bytes.utf8("x")));
        State brought = GrowOnlySet.state(List.of(Bytes.utf8("y")));

        // The result that was committed is not what the contract makes of the same two now.
        watch.saw(GrowOnlySet.named("any"), held, brought, held);
        watch.saw(GrowOnlySet.named("any"), held, brought, held);
        assertThat(begun).extracting(Quarantine::law).containsExactly(Law.MERGE_IS_IDEMPOTENT);
    }

    @Test
    void aResultThatTheContractDoesNotHoldValidAnyMoreBreaksALaw() {
        LawWatch watch = watching(LawConfig.DEFAULT.withSample(1));
        State held = LastWriterWins.state(1, new byte[1]);

        watch.saw(LastWriterWins.named("any"), held, held, A);
        watch.saw(LastWriterWins.named("any"), held, held, A);
        assertThat(begun).extracting(Quarantine::law).containsExactly(Law.MERGE_KEEPS_VALID);
    }

    @Test
    void oneOfSixteenIsLookedAtAndAllOfThoseThatAreSuspected() {
        int[] drawn = {7};
        LawWatch watch = watching(LawConfig.DEFAULT, Schedulers.immediate(), () -> (long) drawn[0] << 32);

        watch.saw(LAST_COMER, A, B, B);
        assertThat(watch.usage().checked()).isZero();
        drawn[0] = 0;
        watch.saw(LAST_COMER, A, B, B);
        assertThat(watch.usage().checked()).isOne();
        drawn[0] = 7;
        watch.saw(LAST_COMER, A, B, B);
        assertThat(begun).hasSize(1);
    }

    @Test
    void aSampleOfNoneLooksAtNothing() {
        LawWatch watch = watching(LawConfig.DEFAULT.withSample(0));
        watch.saw(LAST_COMER, A, B, B);
        assertThat(watch.usage().checked() + watch.usage().waiting()).isZero();
    }

    @Test
    void whatFindsNoRoomIsCountedAndNotLookedAt() {
        LawConfig config =
                new LawConfig(1, Duration.ofSeconds(2), 4, 1000, Duration.ofMinutes(10), Duration.ofHours(4));
        LawWatch notRunning = watch(config, Schedulers.immediate(), new Random(1));
        for (int i = 0; i < 100; i++) {
            notRunning.saw(LAST_COMER, A, B, B);
        }
        LawUsage crowded = notRunning.usage();
        assertThat(crowded.waiting()).isBetween(4, 8);
        assertThat(crowded.dropped()).isEqualTo(100 - crowded.waiting());

        LawWatch another = watch(config, Schedulers.immediate(), new Random(1));
        another.saw(LAST_COMER, A, State.of(new byte[1000]), A);
        assertThat(another.usage().dropped()).isOne();
        assertThat(another.usage().waiting()).isZero();
    }

    @Test
    void aContractThatFailsProvesNothingAndTheNextIsLookedAt() {
        LawWatch watch = watching(LawConfig.DEFAULT.withSample(1));
        Contract unknown = Contract.of(ContractCode.of(Bytes.utf8("nobody's")), Parameters.none());

        watch.saw(unknown, A, B, B);
        watch.saw(LAST_COMER, A, B, B);
        assertThat(watch.usage()).isEqualTo(new LawUsage(1, 1, 1, 0, 0, 0));
    }

    @Test
    void aCheckThatTakesTooLongIsBrokenOffAndProvesNothing() throws InterruptedException {
        LawWatch watch = watching(LawConfig.DEFAULT.withSample(1), threads, new Random(1));

        watch.saw(GATED, A, B, B);
        assertThat(gated.begun.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(watch.usage().waiting()).isOne();
        time.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(gated.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(watch.usage()).isEqualTo(new LawUsage(0, 0, 1, 0, 0, 0));
    }

    @Test
    void aCheckTakesNoTurnOfTheContractsOwn() throws InterruptedException {
        ContractExecutor executor = executor(threads);
        LawWatch watch = new LawWatch(executor, LawConfig.DEFAULT.withSample(1), source(), time, new Random(1));
        running.add(watch.run().subscribe(begun::add));

        // Of two threads one contract may have one, and the check has it for as long as it wants.
        watch.saw(GATED, A, B, B);
        assertThat(gated.begun.await(10, TimeUnit.SECONDS)).isTrue();
        StepVerifier.create(executor.summarize(CallClass.BACKGROUND, GATED, A))
                .expectNextCount(1)
                .expectComplete()
                .verify(SOON);
        assertThat(watch.usage().waiting()).isOne();
    }

    @Test
    void oneIsMadeAgainAtATime() throws InterruptedException {
        ContractExecutor executor = executor(threads);
        LawWatch watch = new LawWatch(executor, LawConfig.DEFAULT.withSample(1), source(), time, new Random(1));
        running.add(watch.run().subscribe(begun::add));

        watch.saw(GATED, A, B, B);
        watch.saw(LAST_COMER, A, B, B);
        assertThat(gated.begun.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(executor.usage().queue().running() + executor.usage().queue().queued())
                .isOne();
        assertThat(watch.usage().waiting()).isEqualTo(2);
    }

    @Test
    void cancellingTheWatchEndsTheCheckUnderWay() throws InterruptedException {
        LawWatch watch = watching(LawConfig.DEFAULT.withSample(1), threads, new Random(1));
        watch.saw(GATED, A, B, B);
        assertThat(gated.begun.await(10, TimeUnit.SECONDS)).isTrue();

        running.dispose();
        assertThat(gated.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(watch.usage().waiting()).isZero();
        watch.saw(GATED, A, B, B);
        assertThat(watch.usage().dropped()).isOne();
    }

    private LawWatch watching(LawConfig config) {
        return watching(config, Schedulers.immediate(), new Random(1));
    }

    private LawWatch watching(LawConfig config, Scheduler contracts, RandomGenerator random) {
        LawWatch watch = watch(config, contracts, random);
        running.add(watch.run().subscribe(begun::add));
        return watch;
    }

    private LawWatch watch(LawConfig config, Scheduler contracts, RandomGenerator random) {
        return new LawWatch(executor(contracts), config, source(), time, random);
    }

    private ContractExecutor executor(Scheduler contracts) {
        return new ContractExecutor(
                List.of(JavaContractRuntime.of(LastComerWins.CONTRACT, gated), JavaContractRuntime.standard()),
                new ContractLimits(1000, 1000, 1000, 2, 100),
                contracts);
    }

    private TimeSource source() {
        return new TimeSource(Clock.systemUTC(), () -> time.now(TimeUnit.NANOSECONDS));
    }

    /** A contract whose validation waits until it is let go. */
    private static final class Gated implements JavaContract {

        private static final ContractCode CODE = ContractCode.of(Bytes.utf8("gated"));

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);
        private final CountDownLatch interrupted = new CountDownLatch(1);

        @Override
        public ContractCode code() {
            return CODE;
        }

        @Override
        public Verdict validate(Parameters parameters, State state) {
            begun.countDown();
            try {
                open.await();
            } catch (InterruptedException stop) {
                interrupted.countDown();
                throw new IllegalStateException(stop);
            }
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
