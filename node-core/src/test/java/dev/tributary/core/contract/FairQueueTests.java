package dev.tributary.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class FairQueueTests {

    private static final ContractLimits LIMITS = new ContractLimits(1000, 1000, 1000, 1, 8);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ManualScheduler threads = new ManualScheduler();
    private final RecordingRuntime runtime = new RecordingRuntime();
    private final List<Disposable> subscriptions = new ArrayList<>();

    @AfterEach
    void disposeAndDrain() {
        subscriptions.forEach(Disposable::dispose);
        threads.runAll();
    }

    @Test
    void localClientsRunBeforePeersAndPeersBeforeMaintenance() {
        ContractExecutor executor = executor(LIMITS);
        start(executor, CallClass.BACKGROUND, "maintenance");
        start(executor, CallClass.BACKGROUND, "maintenance 2");
        start(executor, CallClass.NETWORK_RELAY, "peer");
        start(executor, CallClass.CLIENT_LOCAL, "client");
        threads.runAll();
        // The first call found the thread idle.
        assertThat(runtime.called).containsExactly("maintenance", "client", "peer", "maintenance 2");
    }

    @Test
    void noClassStarvesUnderFloodOfAnotherClass() {
        ContractExecutor executor = executor(new ContractLimits(1000, 1000, 1000, 1, 1000));
        for (int i = 0; i < 64; i++) {
            start(executor, CallClass.CLIENT_LOCAL, "client " + i);
            start(executor, CallClass.NETWORK_RELAY, "peer " + i);
            start(executor, CallClass.BACKGROUND, "maintenance " + i);
        }
        threads.runAll();
        List<String> first = runtime.called.subList(0, 33);
        assertThat(count(first, "client")).isBetween(20L, 24L);
        assertThat(count(first, "peer")).isBetween(7L, 10L);
        assertThat(count(first, "maintenance")).isBetween(1L, 3L);
    }

    @Test
    void contractsOfOneClassRunRoundRobin() {
        ContractExecutor executor = executor(new ContractLimits(1000, 1000, 1000, 1, 100));
        for (int i = 0; i < 20; i++) {
            start(executor, CallClass.NETWORK_RELAY, "busy");
        }
        start(executor, CallClass.NETWORK_RELAY, "idle");
        threads.runAll();
        assertThat(runtime.called.indexOf("idle")).isLessThanOrEqualTo(2);
    }

    @Test
    void contractUsesAtMostHalfOfTheThreads() {
        ContractExecutor executor = executor(new ContractLimits(1000, 1000, 1000, 4, 100));
        for (int i = 0; i < 10; i++) {
            start(executor, CallClass.CLIENT_LOCAL, "busy");
        }
        assertThat(executor.usage().queue().running()).isEqualTo(2);
        start(executor, CallClass.BACKGROUND, "idle");
        assertThat(executor.usage().queue().running()).isEqualTo(3);
        threads.runAll();
        assertThat(executor.usage().queue().running() + executor.usage().queue().queued())
                .isZero();
    }

    @Test
    void callsOfPeersLeaveAThreadToClientsAndOthersToQuickContracts() {
        ContractExecutor executor = executor(new ContractLimits(1000, 1000, 1000, 4, 100));
        start(executor, CallClass.NETWORK_RELAY, "quick");
        threads.runAll();
        for (int i = 0; i < 10; i++) {
            start(executor, CallClass.NETWORK_RELAY, "stranger " + i);
            start(executor, CallClass.BACKGROUND, "maintenance " + i);
        }
        assertThat(executor.usage().queue().running()).as("of strangers").isEqualTo(1);
        start(executor, CallClass.NETWORK_RELAY, "quick");
        start(executor, CallClass.NETWORK_RELAY, "quick");
        assertThat(executor.usage().queue().running()).as("with quick ones").isEqualTo(3);
        start(executor, CallClass.CLIENT_LOCAL, "client");
        assertThat(executor.usage().queue().running()).as("with a client's").isEqualTo(4);
        threads.runAll();
        assertThat(executor.usage().queue().running() + executor.usage().queue().queued())
                .isZero();
    }

    @Test
    void contractThatWasSlowOnceIsNotTakenForQuick() {
        ContractExecutor executor = new ContractExecutor(
                List.of(runtime),
                new ContractLimits(1000, 1000, 1000, 4, 100),
                threads,
                time,
                new TimeSource(Clock.systemUTC(), () -> time.now(TimeUnit.NANOSECONDS)),
                RelatedStates.none());
        start(executor, CallClass.NETWORK_RELAY, "slow");
        time.advanceTimeBy(Duration.ofMillis(200));
        threads.runAll();
        start(executor, CallClass.NETWORK_RELAY, "stranger");
        start(executor, CallClass.NETWORK_RELAY, "other stranger");
        start(executor, CallClass.NETWORK_RELAY, "slow");
        assertThat(executor.usage().queue().running()).isEqualTo(1);
        threads.runAll();
    }

    @Test
    void contractFillsAtMostAQuarterOfTheQueue() {
        ContractExecutor executor = executor(LIMITS);
        for (int i = 0; i < 3; i++) {
            start(executor, CallClass.CLIENT_LOCAL, "busy");
        }
        StepVerifier.create(validate(executor, CallClass.CLIENT_LOCAL, "busy"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(NodeBusyException.class)
                        .hasMessageContaining("2 calls of contract"));
        assertThat(executor.usage().queue().refused()).isOne();
    }

    @Test
    void fullQueueRefusesCalls() {
        ContractExecutor executor = executor(LIMITS);
        for (int i = 0; i < 9; i++) {
            start(executor, CallClass.CLIENT_LOCAL, "client " + i);
        }
        StepVerifier.create(validate(executor, CallClass.CLIENT_LOCAL, "one more"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(NodeBusyException.class)
                        .hasMessageContaining("8 contract calls"));
    }

    @Test
    void cancelledCallLeavesTheQueueAndDoesNotRun() {
        ContractExecutor executor = executor(LIMITS);
        start(executor, CallClass.CLIENT_LOCAL, "first");
        Disposable second = start(executor, CallClass.CLIENT_LOCAL, "second");
        second.dispose();
        assertThat(executor.usage().queue().queued()).isZero();
        threads.runAll();
        assertThat(runtime.called).containsExactly("first");
    }

    @Test
    void failedCallReleasesItsThread() {
        ContractExecutor executor = executor(LIMITS);
        StepVerifier.create(validate(executor, CallClass.CLIENT_LOCAL, "fail"))
                .then(threads::runAll)
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("failed on purpose"));
        assertThat(executor.usage().queue().running()).isZero();
    }

    @Test
    void tooLargeStateIsRefusedBeforeItIsQueued() {
        StepVerifier.create(executor(LIMITS).accept(contract("large"), null, State.of(new byte[1001])))
                .verifyError(PayloadTooLargeException.class);
        assertThat(runtime.called).isEmpty();
    }

    @Test
    void contractIsCalledAgainWithTheRelatedStatesItAskedFor() {
        ContractInstanceId other = contract("other").id();
        runtime.requested = List.of(other);
        RelatedStates known = id -> Mono.just(State.utf8("known"));
        StepVerifier.create(executor(known).accept(contract("requester"), null, State.utf8("s")))
                .then(threads::runAll)
                .expectNext(State.utf8("s"))
                .verifyComplete();
        assertThat(runtime.called).containsExactly("requester", "requester with 1");
    }

    @Test
    void missingRelatedContractIsNamedInTheError() {
        ContractInstanceId other = contract("other").id();
        runtime.requested = List.of(other);
        StepVerifier.create(executor(RelatedStates.none()).accept(contract("requester"), null, State.utf8("s")))
                .then(threads::runAll)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .hasMessageContaining("not held here: " + other)
                        .isInstanceOfSatisfying(
                                ContractFailedException.class,
                                failed -> assertThat(failed.missing()).containsExactly(other)));
    }

    @Test
    void searchForRelatedContractsTimesOut() {
        runtime.requested = List.of(contract("other").id());
        StepVerifier.create(executor(id -> Mono.never()).accept(contract("requester"), null, State.utf8("s")))
                .then(threads::runAll)
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(10)))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("10000 ms"));
    }

    @Test
    void contractMayNotAskForItselfForNoneOrForMoreThanTen() {
        ContractExecutor executor = executor(id -> Mono.just(State.utf8("known")));
        runtime.requested = List.of(contract("requester").id());
        assertRelatedUnavailable(executor, "it asks for itself");
        runtime.requested = List.of();
        assertRelatedUnavailable(executor, "it asks for 0 others");
        runtime.requested = Stream.iterate(0, i -> i + 1)
                .limit(11)
                .map(i -> contract("other " + i).id())
                .toList();
        assertRelatedUnavailable(executor, "it asks for 11 others; 1 to 10 are allowed");
    }

    @Test
    void contractThatAsksTwiceIsRefused() {
        runtime.requested = List.of(contract("other").id());
        runtime.alwaysAsks = true;
        assertRelatedUnavailable(executor(id -> Mono.just(State.utf8("known"))), "asks for other contracts again");
    }

    private void assertRelatedUnavailable(ContractExecutor executor, String detail) {
        StepVerifier.create(executor.accept(contract("requester"), null, State.utf8("s")))
                .then(threads::runAll)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .hasMessageContaining(detail)
                        .isInstanceOfSatisfying(
                                ContractFailedException.class,
                                failed -> assertThat(failed.failure()).isEqualTo(Failure.RELATED_UNAVAILABLE)));
    }

    private ContractExecutor executor(ContractLimits limits) {
        return new ContractExecutor(List.of(runtime), limits, threads);
    }

    private ContractExecutor executor(RelatedStates related) {
        return new ContractExecutor(List.of(runtime), LIMITS, threads, time, TimeSource.system(), related);
    }

    private Disposable start(ContractExecutor executor, CallClass callClass, String name) {
        Disposable subscription = validate(executor, callClass, name)
                .onErrorComplete()
                .subscribe(unused -> {}, error -> {
                    throw new AssertionError(error);
                });
        subscriptions.add(subscription);
        return subscription;
    }

    private static Mono<State> validate(ContractExecutor executor, CallClass callClass, String name) {
        return executor.accept(callClass, contract(name), null, State.utf8("s"));
    }

    private static Contract contract(String name) {
        return Contract.of(ContractCode.of(Bytes.utf8("recording")), Parameters.utf8(name));
    }

    private static long count(List<String> names, String prefix) {
        return names.stream().filter(name -> name.startsWith(prefix)).count();
    }

    /** A scheduler that queues tasks until {@link #runAll()}. */
    private static final class ManualScheduler implements Scheduler {

        private final Deque<Runnable> tasks = new ArrayDeque<>();

        void runAll() {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
        }

        @Override
        public Disposable schedule(Runnable task) {
            tasks.add(task);
            return () -> tasks.remove(task);
        }

        @Override
        public Worker createWorker() {
            throw new UnsupportedOperationException();
        }
    }

    /** Records which contracts were called, in order. */
    private static final class RecordingRuntime implements ContractRuntime {

        private final List<String> called = Collections.synchronizedList(new ArrayList<>());
        private List<ContractInstanceId> requested = List.of();
        private boolean alwaysAsks;

        @Override
        public boolean supports(ContractCode code) {
            return true;
        }

        @Override
        public Verdict validate(Contract contract, State state) {
            return validate(contract, state, RelatedContracts.none());
        }

        @Override
        public Verdict validate(Contract contract, State state, RelatedContracts related) {
            String name = contract.parameters().bytes().toUtf8();
            int known = related.states().size();
            called.add(known == 0 ? name : name + " with " + known);
            if (name.equals("fail")) {
                throw new IllegalStateException("failed on purpose");
            }
            return name.equals("requester") && (known == 0 || alwaysAsks)
                    ? new Verdict.RequestRelated(requested)
                    : Verdict.valid();
        }

        @Override
        public State merge(Contract contract, State current, StateChange change) {
            return current;
        }

        @Override
        public StateSummary summarize(Contract contract, State state) {
            return new StateSummary(state.bytes());
        }

        @Override
        public StateDelta delta(Contract contract, State state, StateSummary summary) {
            return new StateDelta(state.bytes());
        }
    }
}
