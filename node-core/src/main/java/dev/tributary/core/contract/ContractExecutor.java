package dev.tributary.core.contract;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.error.QuotedText;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Runs contracts on dedicated threads, never on the subscriber's. Calls are scheduled by {@link CallClass}, and round
 * robin among contracts. Cancelling removes a queued call and interrupts a running one. Besides the errors of
 * {@link ContractRuntime}, every method errors with {@link NodeBusyException} when the queue is full.
 */
public final class ContractExecutor {

    private static final Logger log = LoggerFactory.getLogger(ContractExecutor.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    /** Timeout of fetching all related states of one call: the value that all nodes of the network use. */
    private static final Duration RELATED_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Queue id of repeated merges, so that they use no turn of the contract, and of contracts that exceeded their limits,
     * so that all of them together use at most half of the threads.
     */
    private static final ContractInstanceId CHECKS = ContractInstanceId.NONE;

    private final List<ContractRuntime> runtimes;
    private final ContractLimits limits;
    private final Scheduler timer;
    private final RelatedStates relatedStates;
    private final FairQueue queue;
    private final CallMeter meter;
    private final ContractRests rests;

    /**
     * An executor of these runtimes; contracts that ask for related states fail.
     *
     * @param threads runs the contracts, at most {@link ContractLimits#threads()} at once
     */
    public ContractExecutor(List<ContractRuntime> runtimes, ContractLimits limits, Scheduler threads) {
        this(runtimes, limits, threads, threads, TimeSource.system(), RelatedStates.none());
    }

    /**
     * An executor of these runtimes.
     *
     * @param threads runs the contracts, at most {@link ContractLimits#threads()} at once
     * @param timer runs the timeout of fetching related states
     * @param time measures the duration of calls
     * @param relatedStates finds the states of related contracts
     */
    public ContractExecutor(
            List<ContractRuntime> runtimes,
            ContractLimits limits,
            Scheduler threads,
            Scheduler timer,
            TimeSource time,
            RelatedStates relatedStates) {
        this.runtimes = List.copyOf(runtimes);
        this.limits = limits;
        this.timer = timer;
        this.relatedStates = relatedStates;
        this.queue = new FairQueue(limits, threads, time);
        this.meter = new CallMeter(time);
        this.rests = new ContractRests(time);
    }

    /** Maximum number of threads: one for each call at once, and those in place of a thread whose call does not return. */
    public static int maxThreads(ContractLimits limits) {
        return limits.threads() + FairQueue.maxReplaced(limits);
    }

    /** {@link #accept(CallClass, Contract, State, State)} for a client of this node. */
    public Mono<State> accept(Contract contract, @Nullable State held, State incoming) {
        return accept(CallClass.CLIENT_LOCAL, contract, held, incoming);
    }

    /**
     * Returns the state after an incoming one: the incoming state, validated, if none is held; else the merged and
     * validated state. Equals {@code held} if the incoming state adds nothing.
     */
    public Mono<State> accept(CallClass callClass, Contract contract, @Nullable State held, State incoming) {
        return Mono.defer(() -> {
            limits.check(contract, incoming);
            if (held == null) {
                StateChange first = new StateChange.Full(incoming);
                return judged(
                        callClass,
                        contract,
                        ContractRests.Work.CHANGE,
                        first,
                        () -> validate(callClass, contract, incoming));
            }
            return incoming.equals(held)
                    ? Mono.just(held)
                    : change(callClass, contract, held, new StateChange.Full(incoming));
        });
    }

    /** Applies a change to the held state and validates the result; equals {@code held} if the change adds nothing. */
    public Mono<State> change(CallClass callClass, Contract contract, State held, StateChange change) {
        return Mono.defer(() -> {
            limits.check(contract, change.size());
            if (change instanceof StateChange.Full full && full.state().equals(held)) {
                return Mono.just(held);
            }
            return judged(
                    callClass,
                    contract,
                    ContractRests.Work.CHANGE,
                    change,
                    () -> merge(callClass, contract, held, change));
        });
    }

    private Mono<State> merge(CallClass callClass, Contract contract, State held, StateChange change) {
        return run(callClass, contract, runtime -> attempt(runtime, contract, held, change))
                .flatMap(attempt -> attempt.merged() instanceof MergeOutcome.RequestRelated request
                        ? mergeWithRelated(callClass, contract, held, change, request.ids())
                                .flatMap(merged -> validate(callClass, contract, held, merged))
                        : complete(callClass, contract, held, attempt));
    }

    /** Whether the contract rests after a call over its limits: then it is called for this node's clients only. */
    public boolean isResting(ContractInstanceId id) {
        return rests.isResting(id);
    }

    /** Runs the calls unless the contract rests, and notes whether they exceed the limits of a call. */
    private <T> Mono<T> judged(
            CallClass callClass,
            Contract contract,
            ContractRests.Work work,
            @Nullable StateChange change,
            Supplier<Mono<T>> calls) {
        return Mono.defer(() -> {
            rests.require(callClass, contract, change);
            return calls.get()
                    .doOnNext(done -> rests.recordSuccess(contract, work))
                    .doOnError(
                            ContractFailedException.class,
                            failure -> rests.recordFailure(contract, work, change, failure));
        });
    }

    /** Outcome of a merge, and the verdict on the new state; null if it is unchanged, too large or not merged. */
    private record Attempt(MergeOutcome merged, @Nullable Verdict verdict) {}

    /** Merges and validates in one turn, since a second turn costs more than most validations of a small state. */
    private Attempt attempt(ContractRuntime runtime, Contract contract, State held, StateChange change) {
        RelatedContracts none = RelatedContracts.none();
        MergeOutcome outcome = meter.measure(() -> runtime.merge(contract, held, change, none));
        boolean changed = outcome instanceof MergeOutcome.Merged merged
                && !merged.state().equals(held)
                && merged.state().size() <= limits.stateBytes();
        return new Attempt(
                outcome,
                changed
                        ? meter.measure(() -> runtime.validate(contract, ((MergeOutcome.Merged) outcome).state(), none))
                        : null);
    }

    private Mono<State> complete(CallClass callClass, Contract contract, State held, Attempt attempt) {
        State merged = ((MergeOutcome.Merged) attempt.merged()).state();
        Verdict verdict = attempt.verdict();
        return verdict == null
                ? validate(callClass, contract, held, merged)
                : requireValid(callClass, contract, merged, verdict);
    }

    private Mono<State> validate(CallClass callClass, Contract contract, State held, State merged) {
        return merged.equals(held) ? Mono.just(held) : validate(callClass, contract, merged);
    }

    /** A digest of the state. */
    public Mono<StateSummary> summarize(CallClass callClass, Contract contract, State state) {
        return compare(callClass, contract, runtime -> runtime.summarize(contract, state));
    }

    /** The delta from the summarised state to this one. */
    public Mono<StateDelta> delta(CallClass callClass, Contract contract, State state, StateSummary summary) {
        return compare(callClass, contract, runtime -> runtime.delta(contract, state, summary));
    }

    private <T> Mono<T> compare(CallClass callClass, Contract contract, Function<ContractRuntime, T> call) {
        return judged(callClass, contract, ContractRests.Work.COMPARE, null, () -> call(callClass, contract, call));
    }

    /**
     * Makes several calls of the contract in one turn, without their related contracts. Runs in class
     * {@link CallClass#BACKGROUND} and under {@link #CHECKS}, so that it uses no turn of the contract.
     */
    public <T> Mono<T> runInBackground(Contract contract, Function<ContractRuntime, T> calls) {
        return run(CHECKS, CallClass.BACKGROUND, contract, runtime -> meter.measure(() -> calls.apply(runtime)));
    }

    /** Current and accumulated use of threads, time and memory by contracts. */
    public ContractUsage usage() {
        RuntimeUsage kept = runtimes.stream().map(ContractRuntime::usage).reduce(RuntimeUsage.NONE, RuntimeUsage::plus);
        return meter.usage(queue.usage(), kept);
    }

    private Mono<State> mergeWithRelated(
            CallClass callClass,
            Contract contract,
            State held,
            StateChange change,
            List<ContractInstanceId> relatedIds) {
        return fetchRelated(contract, "merge", relatedIds)
                .flatMap(found -> call(callClass, contract, runtime -> runtime.merge(contract, held, change, found)))
                .map(outcome -> {
                    if (outcome instanceof MergeOutcome.Merged merged) {
                        return merged.state();
                    }
                    throw RelatedContracts.unavailable(contract, "merge", "it asks for other contracts again");
                });
    }

    private Mono<State> validate(CallClass callClass, Contract contract, State state) {
        if (state.size() > limits.stateBytes()) {
            return Mono.error(new PayloadTooLargeException("merged state", state.size(), limits.stateBytes()));
        }
        RelatedContracts none = RelatedContracts.none();
        return call(callClass, contract, runtime -> runtime.validate(contract, state, none))
                .flatMap(verdict -> requireValid(callClass, contract, state, verdict));
    }

    private Mono<State> requireValid(CallClass callClass, Contract contract, State state, Verdict first) {
        return (first instanceof Verdict.RequestRelated request
                        ? fetchRelated(contract, "validate", request.ids())
                                .flatMap(found ->
                                        call(callClass, contract, runtime -> runtime.validate(contract, state, found)))
                        : Mono.just(first))
                .map(verdict -> switch (verdict.kind()) {
                    case VALID -> state;
                    case INVALID ->
                        throw new ContractRejectedException(contract.key(), ((Verdict.Invalid) verdict).reason());
                    case REQUEST_RELATED ->
                        throw RelatedContracts.unavailable(contract, "validate", "it asks for other contracts again");
                });
    }

    /** Fetches the states that a contract asks for; errors if an id is not allowed or not found within the timeout. */
    private Mono<RelatedContracts> fetchRelated(Contract contract, String function, List<ContractInstanceId> ids) {
        RelatedContracts.requireAllowed(contract, function, ids);
        return Flux.fromStream(() -> ids.stream().distinct())
                .flatMapSequential(this::lookUp, RelatedContracts.MAX_RELATED)
                .reduce(RelatedContracts::plus)
                .timeout(RELATED_TIMEOUT, timer)
                .onErrorMap(
                        TimeoutException.class,
                        late -> RelatedContracts.unavailable(
                                contract,
                                function,
                                "other contracts were not found within " + RELATED_TIMEOUT.toMillis() + " ms"))
                .flatMap(found -> found.missing().isEmpty()
                        ? Mono.just(found)
                        : Mono.error(missingRelated(contract, function, found.missing())));
    }

    private Mono<RelatedContracts> lookUp(ContractInstanceId id) {
        return relatedStates
                .find(id)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .map(state -> new RelatedContracts(Map.of(id, state)));
    }

    private static ContractFailedException missingRelated(
            Contract contract, String function, List<ContractInstanceId> missing) {
        String detail = missing.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return ContractFailedException.missing(
                contract.key(), function, missing, "it asks for contracts that are not held here: " + detail);
    }

    /** Makes one call in its own turn. */
    private <T> Mono<T> call(CallClass callClass, Contract contract, Function<ContractRuntime, T> call) {
        return run(callClass, contract, runtime -> meter.measure(() -> call.apply(runtime)));
    }

    /** Prepares the code before the call takes a thread, so that no contract thread waits for the compiler. */
    private <T> Mono<T> run(CallClass callClass, Contract contract, Function<ContractRuntime, T> call) {
        boolean isSuspect = callClass != CallClass.CLIENT_LOCAL && rests.isSuspect(contract.id());
        return run(isSuspect ? CHECKS : contract.id(), callClass, contract, call);
    }

    private <T> Mono<T> run(
            ContractInstanceId queueId, CallClass callClass, Contract contract, Function<ContractRuntime, T> call) {
        return Mono.defer(() -> {
            ContractRuntime runtime = runtime(contract);
            return runtime.prepare(contract.code(), callClass).then(enqueue(queueId, callClass, contract, () -> {
                // The contract may have begun to rest while this call waited.
                rests.require(callClass, contract, null);
                return requireAnswer(contract, call.apply(runtime));
            }));
        });
    }

    private <T> Mono<T> enqueue(ContractInstanceId queueId, CallClass callClass, Contract contract, Callable<T> call) {
        return Mono.defer(() -> {
                    QueuedCall<T> work = new QueuedCall<>(call);
                    ScheduledCall queuedCall = queue.add(queueId, callClass, work);
                    return work.outcome().doOnCancel(() -> {
                        queue.remove(queuedCall);
                        work.cancel();
                    });
                })
                .onErrorMap(failure -> toNodeException(contract, failure));
    }

    /** Maps every exception of a contract to a {@link NodeException}. */
    private static Throwable toNodeException(Contract contract, Throwable failure) {
        if (failure instanceof NodeException) {
            return failure;
        }
        if (failure instanceof FairQueue.OverTimeException late) {
            return failed(contract, Failure.TIMED_OUT, String.valueOf(late.getMessage()));
        }
        failures.warn(failure, "contract call failed contract={}", contract.key());
        return failure instanceof StackOverflowError
                ? failed(contract, Failure.STACK_EXHAUSTED, "its calls nest too deeply")
                : failed(contract, Failure.TRAP, QuotedText.cut(failure.toString()));
    }

    private static ContractFailedException failed(Contract contract, Failure failure, String detail) {
        return new ContractFailedException(contract.key(), "a call", failure, detail);
    }

    /** A runtime must not answer null: it would end the call without an answer. */
    private static <T> T requireAnswer(Contract contract, @Nullable T answer) {
        if (answer == null) {
            throw failed(contract, Failure.MALFORMED_RESULT, "it returned null");
        }
        return answer;
    }

    /**
     * Ends calls that have run for longer than {@link FairQueue#CALL_TIME}: each is named in the log and in
     * {@link #usage}, its caller gets {@link ContractFailedException}, and a further thread takes its place. Called now
     * and then.
     */
    public void endOverdueCalls() {
        queue.endOverdue(FairQueue.CALL_TIME);
    }

    /** Completes on a contract thread, the next that is free. */
    public Mono<Void> probe() {
        return Mono.defer(() -> {
            QueuedCall<Boolean> probe = new QueuedCall<>(() -> true);
            queue.probe(probe);
            return probe.outcome().doOnCancel(() -> queue.removeProbe(probe)).then();
        });
    }

    /** True if all contract threads are busy with calls that are not over their time. */
    public boolean isWithinTime() {
        return queue.isWithinTime(FairQueue.CALL_TIME.multipliedBy(2));
    }

    private ContractRuntime runtime(Contract contract) {
        return runtimes.stream()
                .filter(each -> each.supports(contract.code()))
                .findFirst()
                .orElseThrow(() -> new ContractUnsupportedException(
                        contract.code().hash(), "none of " + runtimes.size() + " runtimes supports it"));
    }
}
