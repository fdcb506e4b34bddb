package dev.tributary.core.contract.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.JavaContract;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.test.Climbing;
import dev.tributary.core.test.ForwardingRuntime;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

class MergeLawMonitorTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Contract CLIMBING = Climbing.named("any");
    private static final ContractKey KEY = CLIMBING.key();
    private static final Contract BLOCKING = Contract.of(BlockingContract.CODE, Parameters.none());
    private static final State A = State.utf8("a");
    private static final State B = State.utf8("b");
    private static final State AB = Climbing.state("b", 1);
    private static final State BA = Climbing.state("a", 1);
    private static final Optional<PeerId> CLIENT = Optional.empty();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Scheduler threads = Schedulers.newBoundedElastic(2, 100, "contracts");
    private final BlockingContract blocking = new BlockingContract();
    private final List<Quarantine> started = new ArrayList<>();
    private final Disposable.Composite running = Disposables.composite();

    @AfterEach
    void release() {
        blocking.open.countDown();
        running.dispose();
        threads.dispose();
    }

    @Test
    void secondViolationStopsBroadcastsForAWhileAndIsReportedOnce() {
        MergeLawMonitor monitor = startMonitor(MergeLawConfig.defaults().withSampleOneIn(1));

        monitor.observed(CLIMBING, A, B, AB, CLIENT);
        assertThat(monitor.mayBroadcast(KEY)).isTrue();
        monitor.observed(CLIMBING, B, A, BA, CLIENT);
        monitor.observed(CLIMBING, A, B, AB, CLIENT);

        assertThat(monitor.mayBroadcast(KEY)).isFalse();
        assertThat(monitor.mayBroadcast(BLOCKING.key())).isTrue();
        assertThat(started)
                .containsExactly(new Quarantine(KEY.code(), KEY.id(), MergeLaw.MERGE_HEALS, Duration.ofMinutes(10)));
        assertThat(monitor.usage()).isEqualTo(new MergeLawUsage(2, 2, 0, 0, 0, 1));

        time.advanceTimeBy(Duration.ofMinutes(10));
        assertThat(monitor.mayBroadcast(KEY)).isTrue();
        monitor.observed(CLIMBING, A, B, AB, CLIENT);
        assertThat(monitor.quarantine(KEY).map(Quarantine::remaining)).contains(Duration.ofMinutes(20));
        assertThat(started).hasSize(2);
    }

    @Test
    void conformingContractIsNotQuarantined() {
        MergeLawMonitor monitor = startMonitor(MergeLawConfig.defaults().withSampleOneIn(1));
        State older = LastWriterWins.state(1, new byte[] {1});
        State newer = LastWriterWins.state(2, new byte[] {2});

        monitor.observed(LastWriterWins.named("any"), older, newer, newer, CLIENT);
        monitor.observed(LastWriterWins.named("any"), newer, older, newer, CLIENT);
        assertThat(monitor.usage()).isEqualTo(new MergeLawUsage(2, 0, 0, 0, 0, 0));
    }

    @Test
    void contractsThatOnlyDifferInOrderOrHealAreNotQuarantined() {
        for (ModelContract model : List.of(
                ModelContract.arrivalOrderedSet(),
                ModelContract.settling(),
                ModelContract.cappedRoom(),
                ModelContract.arrivalOrder(),
                ModelContract.cyclicWinner())) {
            MergeLawMonitor monitor = startMonitor(model);
            Random random = new Random(1);
            for (int i = 0; i < 1000; i++) {
                observe(
                        monitor,
                        model,
                        "a",
                        model.random().apply(random),
                        model.random().apply(random),
                        CLIENT);
            }
            assertThat(monitor.usage()).as(model.name()).isEqualTo(new MergeLawUsage(1000, 0, 0, 0, 0, 0));
        }
    }

    @Test
    void contractsThatMoveWithEveryRepetitionAreQuarantined() {
        for (ModelContract model : List.of(ModelContract.averaging(), ModelContract.climbing())) {
            MergeLawMonitor monitor = startMonitor(model);
            for (int i = 0; i < 2; i++) {
                observe(monitor, model, "a", ModelContract.number(0), ModelContract.number(100), CLIENT);
            }
            assertThat(monitor.mayBroadcast(model.contract("a").key()))
                    .as(model.name())
                    .isFalse();
            assertThat(monitor.mayBroadcast(model.contract("b").key()))
                    .as(model.name())
                    .isTrue();
        }
    }

    @Test
    void mergeThatDependsOnAClockProvesNothing() {
        int[] clock = {0};
        ModelContract pruning = new ModelContract(
                "pruning", (a, b) -> ModelContract.number(clock[0]++), random -> ModelContract.number(0));
        MergeLawMonitor monitor = startMonitor(pruning);
        for (int i = 0; i < 10; i++) {
            State merged = pruning.merged(A, B);
            monitor.observed(pruning.contract(), A, B, merged, CLIENT);
        }
        assertThat(monitor.usage()).isEqualTo(new MergeLawUsage(0, 0, 10, 0, 0, 0));
    }

    @Test
    void stateThatIsNotValidOnItsOwnProvesNothing() {
        ModelContract model = ModelContract.climbing();
        ModelContract picky = new ModelContract(
                "picky", model.merge(), state -> state.bytes().at(0) == 0, model.delta(), model.random());
        MergeLawMonitor monitor = startMonitor(picky);
        State invalid = ModelContract.number(-5);
        observe(monitor, picky, "a", ModelContract.number(1), invalid, CLIENT);
        assertThat(monitor.usage()).isEqualTo(new MergeLawUsage(0, 0, 1, 0, 0, 0));
    }

    @Test
    void findingThatTheConfirmingRuntimeDoesNotMakeProvesNothing() {
        ModelContract model = ModelContract.climbing();
        ModelContract correct =
                new ModelContract(model.name(), (a, b) -> a.bytes().compareTo(b.bytes()) > 0 ? a : b, model.random());
        MergeLawMonitor monitor = startMonitor(new MiscomputingRuntime(model.runtime(), correct.runtime()));
        for (int i = 0; i < 10; i++) {
            observe(monitor, model, "a", ModelContract.number(1), ModelContract.number(2), CLIENT);
        }
        assertThat(monitor.usage()).isEqualTo(new MergeLawUsage(0, 0, 10, 0, 0, 0));
    }

    /** A fault of the states of one contract, not of the code. */
    @Test
    void oneBadContractDoesNotStopTwentyGoodOnesOfTheSameCode() {
        ModelContract room = faultyWhenLarge();
        MergeLawMonitor monitor = startMonitor(room);
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 20; i++) {
                observe(monitor, room, "good " + i, ModelContract.number(round), ModelContract.number(5), peer(i));
            }
            observe(monitor, room, "bad", ModelContract.number(1000), ModelContract.number(1001), peer(round));
        }
        assertThat(monitor.mayBroadcast(room.contract("bad").key())).isFalse();
        for (int i = 0; i < 20; i++) {
            assertThat(monitor.mayBroadcast(room.contract("good " + i).key())).isTrue();
        }
        assertThat(started)
                .singleElement()
                .satisfies(each -> assertThat(each.instance())
                        .isEqualTo(room.contract("bad").id()));
    }

    @Test
    void codeIsQuarantinedIfContractsThatThreePeersBroughtBreakTheLaw() {
        ModelContract room = faultyWhenLarge();
        MergeLawMonitor monitor = startMonitor(room);
        for (int i = 0; i < 3; i++) {
            assertThat(monitor.mayBroadcast(room.contract("another").key())).isTrue();
            breakTwice(monitor, room, "bad " + i, peer(i));
        }
        assertThat(monitor.mayBroadcast(room.contract("another").key())).isFalse();
        assertThat(started).last().satisfies(each -> assertThat(each.instance()).isNull());
    }

    @Test
    void onePeersContractsDoNotStopAllContractsOfTheCode() {
        ModelContract room = faultyWhenLarge();
        MergeLawMonitor monitor = startMonitor(room);
        for (int i = 0; i < 30; i++) {
            breakTwice(monitor, room, "bad " + i, peer(1));
        }
        assertThat(monitor.mayBroadcast(room.contract("another").key())).isTrue();
    }

    @Test
    void codeIsNotQuarantinedIfMoreContractsKeepTheLaw() {
        ModelContract room = faultyWhenLarge();
        MergeLawMonitor monitor = startMonitor(room);
        for (int i = 0; i < 20; i++) {
            // The merge of 2 and 4 is a state of its own, so that it says something about the code.
            observe(monitor, room, "good " + i, ModelContract.number(2), ModelContract.number(4), peer(i));
        }
        for (int i = 0; i < 10; i++) {
            breakTwice(monitor, room, "bad " + i, peer(i));
        }
        assertThat(monitor.mayBroadcast(room.contract("another").key())).isTrue();
    }

    @Test
    void mergeThatTheContractDoesNotRepeatProvesNothing() {
        MergeLawMonitor monitor = startMonitor(MergeLawConfig.defaults().withSampleOneIn(1));
        State held = GrowOnlySet.state(List.of(Bytes.utf8("x")));
        State incoming = GrowOnlySet.state(List.of(Bytes.utf8("y")));

        // The committed result differs from what the contract now merges the same two states to.
        monitor.observed(GrowOnlySet.named("any"), held, incoming, held, CLIENT);
        monitor.observed(GrowOnlySet.named("any"), held, incoming, held, CLIENT);
        assertThat(started).isEmpty();
        assertThat(monitor.usage()).isEqualTo(new MergeLawUsage(0, 0, 2, 0, 0, 0));
    }

    @Test
    void oneOfSixteenMergesIsCheckedAndEveryMergeOfSuspects() {
        int[] drawn = {7};
        MergeLawMonitor monitor =
                startMonitor(MergeLawConfig.defaults(), Schedulers.immediate(), () -> (long) drawn[0] << 32);

        monitor.observed(CLIMBING, A, B, AB, CLIENT);
        assertThat(monitor.usage().checked()).isZero();
        drawn[0] = 0;
        monitor.observed(CLIMBING, A, B, AB, CLIENT);
        assertThat(monitor.usage().checked()).isOne();
        drawn[0] = 7;
        monitor.observed(CLIMBING, A, B, AB, CLIENT);
        assertThat(started).hasSize(1);
    }

    @Test
    void sampleOfZeroChecksNothing() {
        MergeLawMonitor monitor = startMonitor(MergeLawConfig.defaults().withSampleOneIn(0));
        monitor.observed(CLIMBING, A, B, AB, CLIENT);
        assertThat(monitor.usage().checked() + monitor.usage().queued()).isZero();
    }

    @Test
    void mergesBeyondTheQueueAreCountedAndNotChecked() {
        MergeLawConfig config =
                new MergeLawConfig(1, Duration.ofSeconds(2), 4, 1000, Duration.ofMinutes(10), Duration.ofHours(4));
        MergeLawMonitor notRunning = monitor(config, Schedulers.immediate(), new Random(1));
        for (int i = 0; i < 100; i++) {
            notRunning.observed(CLIMBING, A, B, AB, CLIENT);
        }
        MergeLawUsage usage = notRunning.usage();
        assertThat(usage.queued()).isBetween(4, 8);
        assertThat(usage.dropped()).isEqualTo(100 - usage.queued());

        MergeLawMonitor another = monitor(config, Schedulers.immediate(), new Random(1));
        another.observed(CLIMBING, A, State.of(new byte[1000]), A, CLIENT);
        assertThat(another.usage().dropped()).isOne();
        assertThat(another.usage().queued()).isZero();
    }

    @Test
    void failedCheckProvesNothingAndTheNextMergeIsChecked() {
        MergeLawMonitor monitor = startMonitor(MergeLawConfig.defaults().withSampleOneIn(1));
        Contract unknown = Contract.of(ContractCode.of(Bytes.utf8("unknown")), Parameters.none());

        monitor.observed(unknown, A, B, B, CLIENT);
        monitor.observed(CLIMBING, A, B, AB, CLIENT);
        assertThat(monitor.usage()).isEqualTo(new MergeLawUsage(1, 1, 1, 0, 0, 0));
    }

    @Test
    void checkThatTimesOutIsCancelledAndProvesNothing() throws InterruptedException {
        MergeLawMonitor monitor = startMonitor(MergeLawConfig.defaults().withSampleOneIn(1), threads, new Random(1));

        monitor.observed(BLOCKING, A, B, A, CLIENT);
        assertThat(blocking.started.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(monitor.usage().queued()).isOne();
        time.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(blocking.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(monitor.usage()).isEqualTo(new MergeLawUsage(0, 0, 1, 0, 0, 0));
    }

    @Test
    void checkUsesNoTurnOfTheContract() throws InterruptedException {
        ContractExecutor executor = executor(threads);
        MergeLawMonitor monitor = new MergeLawMonitor(
                executor, MergeLawConfig.defaults().withSampleOneIn(1), source(), time, new Random(1));
        running.add(monitor.run().subscribe(started::add));

        // A contract may use one of the two threads, and the check occupies one until it is released.
        monitor.observed(BLOCKING, A, B, A, CLIENT);
        assertThat(blocking.started.await(10, TimeUnit.SECONDS)).isTrue();
        StepVerifier.create(executor.summarize(CallClass.BACKGROUND, BLOCKING, A))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(monitor.usage().queued()).isOne();
    }

    @Test
    void mergesAreCheckedOneAtATime() throws InterruptedException {
        ContractExecutor executor = executor(threads);
        MergeLawMonitor monitor = new MergeLawMonitor(
                executor, MergeLawConfig.defaults().withSampleOneIn(1), source(), time, new Random(1));
        running.add(monitor.run().subscribe(started::add));

        monitor.observed(BLOCKING, A, B, A, CLIENT);
        monitor.observed(CLIMBING, A, B, AB, CLIENT);
        assertThat(blocking.started.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(executor.usage().queue().running() + executor.usage().queue().queued())
                .isOne();
        assertThat(monitor.usage().queued()).isEqualTo(2);
    }

    @Test
    void cancellingTheMonitorCancelsTheRunningCheck() throws InterruptedException {
        MergeLawMonitor monitor = startMonitor(MergeLawConfig.defaults().withSampleOneIn(1), threads, new Random(1));
        monitor.observed(BLOCKING, A, B, A, CLIENT);
        assertThat(blocking.started.await(10, TimeUnit.SECONDS)).isTrue();

        running.dispose();
        assertThat(blocking.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(monitor.usage().queued()).isZero();
        monitor.observed(BLOCKING, A, B, A, CLIENT);
        assertThat(monitor.usage().dropped()).isOne();
    }

    /** Keeps all bits of both numbers, but climbs above 1000. */
    private static ModelContract faultyWhenLarge() {
        return new ModelContract(
                "faulty when large",
                (a, b) -> {
                    int all =
                            a.bytes().toBuffer().getInt() | b.bytes().toBuffer().getInt();
                    return a.equals(b) || all < 1000 ? ModelContract.number(all) : ModelContract.number(all + 1);
                },
                random -> ModelContract.number(0));
    }

    private static void breakTwice(MergeLawMonitor monitor, ModelContract model, String name, Optional<PeerId> sender) {
        for (int i = 0; i < 2; i++) {
            observe(monitor, model, name, ModelContract.number(2000), ModelContract.number(2001), sender);
        }
    }

    private static Optional<PeerId> peer(int tag) {
        return Optional.of(ScriptedPeer.idAt(0.5, tag));
    }

    private static void observe(
            MergeLawMonitor monitor,
            ModelContract model,
            String name,
            State held,
            State incoming,
            Optional<PeerId> sender) {
        monitor.observed(model.contract(name), held, incoming, model.merged(held, incoming), sender);
    }

    private MergeLawMonitor startMonitor(ModelContract model) {
        return startMonitor(model.runtime());
    }

    private MergeLawMonitor startMonitor(ContractRuntime runtime) {
        MergeLawMonitor monitor = new MergeLawMonitor(
                new ContractExecutor(
                        List.of(runtime), new ContractLimits(1000, 1000, 1000, 2, 100), Schedulers.immediate()),
                MergeLawConfig.defaults().withSampleOneIn(1),
                source(),
                time,
                new Random(1));
        running.add(monitor.run().subscribe(started::add));
        return monitor;
    }

    private MergeLawMonitor startMonitor(MergeLawConfig config) {
        return startMonitor(config, Schedulers.immediate(), new Random(1));
    }

    private MergeLawMonitor startMonitor(MergeLawConfig config, Scheduler contracts, RandomGenerator random) {
        MergeLawMonitor monitor = monitor(config, contracts, random);
        running.add(monitor.run().subscribe(started::add));
        return monitor;
    }

    private MergeLawMonitor monitor(MergeLawConfig config, Scheduler contracts, RandomGenerator random) {
        return new MergeLawMonitor(executor(contracts), config, source(), time, random);
    }

    private ContractExecutor executor(Scheduler contracts) {
        return new ContractExecutor(
                List.of(JavaContractRuntime.of(Climbing.CONTRACT, blocking), JavaContractRuntime.standard()),
                new ContractLimits(1000, 1000, 1000, 2, 100),
                contracts);
    }

    private TimeSource source() {
        return new TimeSource(Clock.systemUTC(), () -> time.now(TimeUnit.NANOSECONDS));
    }

    /** A runtime on a machine that computes wrongly, and one that does not have the fault. */
    private record MiscomputingRuntime(ContractRuntime delegate, ContractRuntime right) implements ForwardingRuntime {

        @Override
        public ContractRuntime forConfirmation() {
            return right;
        }
    }

    /** A contract whose merge blocks until the test opens the latch. */
    private static final class BlockingContract implements JavaContract {

        private static final ContractCode CODE = ContractCode.of(Bytes.utf8("blocking"));

        private final CountDownLatch started = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);
        private final CountDownLatch interrupted = new CountDownLatch(1);

        @Override
        public ContractCode code() {
            return CODE;
        }

        @Override
        public Verdict validate(Parameters parameters, State state) {
            return Verdict.valid();
        }

        @Override
        public State merge(Parameters parameters, State current, StateChange change) {
            started.countDown();
            try {
                open.await();
            } catch (InterruptedException stop) {
                interrupted.countDown();
                throw new IllegalStateException(stop);
            }
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
