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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
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
    private final HeldThreads threads = new HeldThreads();
    private final Recording runtime = new Recording();
    private final List<Disposable> subscriptions = new ArrayList<>();

    @AfterEach
    void nothingIsLeftBehind() {
        subscriptions.forEach(Disposable::dispose);
        threads.go();
    }

    @Test
    void localClientsGoBeforeStrangersAndThoseBeforeUpkeep() {
        ContractExecutor executor = executor(LIMITS);
        ask(executor, CallClass.BACKGROUND, "upkeep");
        ask(executor, CallClass.BACKGROUND, "upkeep 2");
        ask(executor, CallClass.NETWORK_RELAY, "stranger");
        ask(executor, CallClass.CLIENT_LOCAL, "client");
        threads.go();
        // The first one found the threads idle.
        assertThat(runtime.called).containsExactly("upkeep", "client", "stranger", "upkeep 2");
    }

    @Test
    void noClassStarvesUnderAFloodOfAnother() {
        ContractExecutor executor = executor(new ContractLimits(1000, 1000, 1000, 1, 1000));
        for (int i = 0; i < 64; i++) {
            ask(executor, CallClass.CLIENT_LOCAL, "client " + i);
            ask(executor, CallClass.NETWORK_RELAY, "stranger " + i);
            ask(executor, CallClass.BACKGROUND, "upkeep " + i);
        }
        threads.go();
        List<String> first = runtime.called.subList(0, 33);
        assertThat(count(first, "client")).isBetween(20L, 24L);
        assertThat(count(first, "stranger")).isBetween(7L, 10L);
        assertThat(count(first, "upkeep")).isBetween(1L, 3L);
    }

    @Test
    void contractsOfOneClassTakeTurns() {
        ContractExecutor executor = executor(new ContractLimits(1000, 1000, 1000, 1, 100));
        for (int i = 0; i < 20; i++) {
            ask(executor, CallClass.NETWORK_RELAY, "hot");
        }
        ask(executor, CallClass.NETWORK_RELAY, "cold");
        threads.go();
        assertThat(runtime.called.indexOf("cold")).isLessThanOrEqualTo(2);
    }

    @Test
    void aContractHasNoMoreThanHalfOfTheThreads() {
        ContractExecutor executor = executor(new ContractLimits(1000, 1000, 1000, 4, 100));
        for (int i = 0; i < 10; i++) {
            ask(executor, CallClass.CLIENT_LOCAL, "hot");
        }
        assertThat(executor.usage().queue().running()).isEqualTo(2);
        ask(executor, CallClass.BACKGROUND, "cold");
        assertThat(executor.usage().queue().running()).isEqualTo(3);
        threads.go();
        assertThat(executor.usage().queue().running() + executor.usage().queue().queued())
                .isZero();
    }

    @Test
    void aContractFillsNoMoreThanAQuarterOfTheQueue() {
        ContractExecutor executor = executor(LIMITS);
        for (int i = 0; i < 3; i++) {
            ask(executor, CallClass.CLIENT_LOCAL, "hot");
        }
        StepVerifier.create(validate(executor, CallClass.CLIENT_LOCAL, "hot"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(NodeBusyException.class)
                        .hasMessageContaining("2 calls of contract"));
        assertThat(executor.usage().queue().refused()).isOne();
    }

    @Test
    void aFullQueueRefuses() {
        ContractExecutor executor = executor(LIMITS);
        for (int i = 0; i < 9; i++) {
            ask(executor, CallClass.CLIENT_LOCAL, "client " + i);
        }
        StepVerifier.create(validate(executor, CallClass.CLIENT_LOCAL, "one more"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(NodeBusyException.class)
                        .hasMessageContaining("8 contract calls"));
    }

    @Test
    void aCancelledCallLeavesTheQueueAndDoesNotRun() {
        ContractExecutor executor = executor(LIMITS);
        ask(executor, CallClass.CLIENT_LOCAL, "first");
        Disposable second = ask(executor, CallClass.CLIENT_LOCAL, "second");
        second.dispose();
        assertThat(executor.usage().queue().queued()).isZero();
        threads.go();
        assertThat(runtime.called).containsExactly("first");
    }

    @Test
    void aFailedCallGivesItsThreadBack() {
        ContractExecutor executor = executor(LIMITS);
        StepVerifier.create(validate(executor, CallClass.CLIENT_LOCAL, "fail"))
                .then(threads::go)
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("as told"));
        assertThat(executor.usage().queue().running()).isZero();
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeItIsQueued() {
        StepVerifier.create(executor(LIMITS).accept(contract("large"), null, State.of(new byte[1001])))
                .verifyError(PayloadTooLargeException.class);
        assertThat(runtime.called).isEmpty();
    }

    @Test
    void relatedStatesThatAContractAsksForAreFoundAndItIsAskedAgain() {
        ContractInstanceId other = contract("other").id();
        runtime.wanted = List.of(other);
        RelatedStates known = id -> Mono.just(State.utf8("known"));
        StepVerifier.create(executor(known).accept(contract("asking"), null, State.utf8("s")))
                .then(threads::go)
                .expectNext(State.utf8("s"))
                .verifyComplete();
        assertThat(runtime.called).containsExactly("asking", "asking with 1");
    }

    @Test
    void aRelatedContractThatIsNotHeldIsAnErrorThatNamesIt() {
        ContractInstanceId other = contract("other").id();
        runtime.wanted = List.of(other);
        StepVerifier.create(executor(RelatedStates.none()).accept(contract("asking"), null, State.utf8("s")))
                .then(threads::go)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .hasMessageContaining("not held here: " + other)
                        .isInstanceOfSatisfying(
                                ContractFailedException.class,
                                failed -> assertThat(failed.missing()).containsExactly(other)));
    }

    @Test
    void relatedContractsThatAreNotFoundInTimeAreAnError() {
        runtime.wanted = List.of(contract("other").id());
        StepVerifier.create(executor(id -> Mono.never()).accept(contract("asking"), null, State.utf8("s")))
                .then(threads::go)
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(10)))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("10000 ms"));
    }

    @Test
    void aContractMayNotAskForItselfForNobodyOrForMoreThanTen() {
        ContractExecutor executor = executor(id -> Mono.just(State.utf8("known")));
        runtime.wanted = List.of(contract("asking").id());
        related(executor, "it asks for itself");
        runtime.wanted = List.of();
        related(executor, "it asks for 0 others");
        runtime.wanted = Stream.iterate(0, i -> i + 1)
                .limit(11)
                .map(i -> contract("other " + i).id())
                .toList();
        related(executor, "it asks for 11 others; 1 to 10 are allowed");
    }

    @Test
    void aContractThatAsksAgainIsRefused() {
        runtime.wanted = List.of(contract("other").id());
        runtime.insatiable = true;
        related(executor(id -> Mono.just(State.utf8("known"))), "asks for other contracts again");
    }

    private void related(ContractExecutor executor, String detail) {
        StepVerifier.create(executor.accept(contract("asking"), null, State.utf8("s")))
                .then(threads::go)
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

    private Disposable ask(ContractExecutor executor, CallClass callClass, String name) {
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

    /** Threads that do nothing until they are told to. */
    private static final class HeldThreads implements Scheduler {

        private final Deque<Runnable> tasks = new ArrayDeque<>();

        void go() {
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

    /** Notes which contracts were called, in what order. */
    private static final class Recording implements ContractRuntime {

        private final List<String> called = Collections.synchronizedList(new ArrayList<>());
        private List<ContractInstanceId> wanted = List.of();
        private boolean insatiable;

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
                throw new IllegalStateException("as told");
            }
            return name.equals("asking") && (known == 0 || insatiable)
                    ? new Verdict.RequestRelated(wanted)
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
