package dev.tributary.core.contract;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.value.Bytes;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Runs contracts on threads of their own, never on the subscriber's, in the order of {@link CallClass} and contract by
 * contract. Cancelling forgets a call that waits and interrupts one that runs. Besides what {@link ContractRuntime} says,
 * every method errors with {@link NodeBusyException} when too many calls wait.
 */
public final class ContractExecutor {

    private static final Logger log = LoggerFactory.getLogger(ContractExecutor.class);

    /** How long they are looked for, all together: the network's number. */
    private static final Duration RELATED_PATIENCE = Duration.ofSeconds(10);

    /** On whose account merges are made again: no contract has this id. */
    private static final ContractInstanceId CHECKS = new ContractInstanceId(Bytes.wrap(new byte[32]));

    private final List<ContractRuntime> runtimes;
    private final ContractLimits limits;
    private final Scheduler timer;
    private final RelatedStates relatedStates;
    private final FairQueue queue;
    private final CallMeter meter;

    /**
     * An executor of these runtimes, whose contracts know of no others.
     *
     * @param threads where contracts run, as many at once as the limits say
     */
    public ContractExecutor(List<ContractRuntime> runtimes, ContractLimits limits, Scheduler threads) {
        this(runtimes, limits, threads, threads, TimeSource.system(), RelatedStates.none());
    }

    /**
     * An executor of these runtimes.
     *
     * @param threads where contracts run, as many at once as the limits say
     * @param timer measures how long related contracts are looked for
     * @param time measures the calls
     * @param relatedStates where they are found
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
        this.queue = new FairQueue(limits, threads);
        this.meter = new CallMeter(time);
    }

    /** {@link #accept(CallClass, Contract, State, State)} for a client of this node. */
    public Mono<State> accept(Contract contract, @Nullable State held, State brought) {
        return accept(CallClass.CLIENT_LOCAL, contract, held, brought);
    }

    /**
     * The state that follows when somebody brings one: validated alone if nothing is held, else merged and the result
     * validated. Equals {@code held} if it brings nothing new.
     */
    public Mono<State> accept(CallClass callClass, Contract contract, @Nullable State held, State brought) {
        return Mono.defer(() -> {
            limits.check(contract, brought);
            if (held == null) {
                return validated(callClass, contract, brought);
            }
            return brought.equals(held)
                    ? Mono.just(held)
                    : change(callClass, contract, held, new StateChange.Full(brought));
        });
    }

    /** The state that follows from a change to the one that is held, validated; equals {@code held} if nothing is new. */
    public Mono<State> change(CallClass callClass, Contract contract, State held, StateChange change) {
        return Mono.defer(() -> {
            limits.check(contract, change.size());
            return run(callClass, contract, runtime -> attempt(runtime, contract, held, change))
                    .flatMap(attempt -> attempt.merged() instanceof MergeOutcome.RequestRelated request
                            ? mergedWithOthers(callClass, contract, held, change, request.ids())
                                    .flatMap(merged -> validated(callClass, contract, held, merged))
                            : settled(callClass, contract, held, attempt));
        });
    }

    /** What a merge made, and what the contract says of that if it is something new and was looked at. */
    private record Attempt(MergeOutcome merged, @Nullable Verdict verdict) {}

    /** Both calls in one turn: a turn of its own costs more than most contracts take to validate a small state. */
    private Attempt attempt(ContractRuntime runtime, Contract contract, State held, StateChange change) {
        RelatedContracts none = RelatedContracts.none();
        MergeOutcome outcome = meter.measure(() -> runtime.merge(contract, held, change, none));
        boolean fresh = outcome instanceof MergeOutcome.Merged merged
                && !merged.state().equals(held)
                && merged.state().size() <= limits.stateBytes();
        return new Attempt(
                outcome,
                fresh
                        ? meter.measure(() -> runtime.validate(contract, ((MergeOutcome.Merged) outcome).state(), none))
                        : null);
    }

    private Mono<State> settled(CallClass callClass, Contract contract, State held, Attempt attempt) {
        State merged = ((MergeOutcome.Merged) attempt.merged()).state();
        Verdict verdict = attempt.verdict();
        return verdict == null
                ? validated(callClass, contract, held, merged)
                : judged(callClass, contract, merged, verdict);
    }

    private Mono<State> validated(CallClass callClass, Contract contract, State held, State merged) {
        return merged.equals(held) ? Mono.just(held) : validated(callClass, contract, merged);
    }

    /** A digest of the state. */
    public Mono<StateSummary> summarize(CallClass callClass, Contract contract, State state) {
        return call(callClass, contract, runtime -> runtime.summarize(contract, state));
    }

    /** What the holder of the summarised state is missing of this one. */
    public Mono<StateDelta> delta(CallClass callClass, Contract contract, State state, StateSummary summary) {
        return call(callClass, contract, runtime -> runtime.delta(contract, state, summary));
    }

    /**
     * The law that a merge is found to break when it is made again; see {@link ConformanceCheck#recheck}. Ranks as upkeep,
     * and counts as nobody's calls, so that it takes no turn of the contract's own.
     */
    Mono<Optional<Law>> recheck(Contract contract, State held, State brought, State merged) {
        return run(
                CHECKS,
                CallClass.BACKGROUND,
                contract,
                runtime -> meter.measure(() -> ConformanceCheck.recheck(runtime, contract, held, brought, merged)));
    }

    /** What contracts take and took. */
    public ContractUsage usage() {
        RuntimeUsage kept = runtimes.stream().map(ContractRuntime::usage).reduce(RuntimeUsage.NONE, RuntimeUsage::plus);
        return meter.usage(queue.usage(), kept);
    }

    private Mono<State> mergedWithOthers(
            CallClass callClass, Contract contract, State held, StateChange change, List<ContractInstanceId> others) {
        return related(contract, "merge", others)
                .flatMap(found -> call(callClass, contract, runtime -> runtime.merge(contract, held, change, found)))
                .map(outcome -> {
                    if (outcome instanceof MergeOutcome.Merged merged) {
                        return merged.state();
                    }
                    throw RelatedContracts.unrelated(contract, "merge", "it asks for other contracts again");
                });
    }

    private Mono<State> validated(CallClass callClass, Contract contract, State state) {
        if (state.size() > limits.stateBytes()) {
            return Mono.error(new PayloadTooLargeException("merged state", state.size(), limits.stateBytes()));
        }
        RelatedContracts none = RelatedContracts.none();
        return call(callClass, contract, runtime -> runtime.validate(contract, state, none))
                .flatMap(verdict -> judged(callClass, contract, state, verdict));
    }

    private Mono<State> judged(CallClass callClass, Contract contract, State state, Verdict first) {
        return (first instanceof Verdict.RequestRelated request
                        ? related(contract, "validate", request.ids())
                                .flatMap(found ->
                                        call(callClass, contract, runtime -> runtime.validate(contract, state, found)))
                        : Mono.just(first))
                .map(verdict -> {
                    if (verdict instanceof Verdict.Valid) {
                        return state;
                    } else if (verdict instanceof Verdict.Invalid invalid) {
                        throw new ContractRejectedException(contract.key(), invalid.reason());
                    }
                    throw RelatedContracts.unrelated(contract, "validate", "it asks for other contracts again");
                });
    }

    /** The states that a contract asks for; those it may not ask for, and those not found in time, are an error. */
    private Mono<RelatedContracts> related(Contract contract, String function, List<ContractInstanceId> ids) {
        RelatedContracts.requireAllowed(contract, function, ids);
        return Flux.fromStream(() -> ids.stream().distinct())
                .flatMapSequential(this::lookUp, RelatedContracts.MOST)
                .reduce(RelatedContracts::and)
                .timeout(RELATED_PATIENCE, timer)
                .onErrorMap(
                        TimeoutException.class,
                        late -> RelatedContracts.unrelated(
                                contract,
                                function,
                                "other contracts were not found within " + RELATED_PATIENCE.toMillis() + " ms"))
                .flatMap(found -> found.missing().isEmpty()
                        ? Mono.just(found)
                        : Mono.error(missing(contract, function, found.missing())));
    }

    private Mono<RelatedContracts> lookUp(ContractInstanceId id) {
        return relatedStates
                .find(id)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .map(state -> new RelatedContracts(Map.of(id, state)));
    }

    private static ContractFailedException missing(
            Contract contract, String function, List<ContractInstanceId> missing) {
        String detail = missing.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return ContractFailedException.missing(
                contract.key(), function, missing, "it asks for contracts that are not held here: " + detail);
    }

    /** One call in a turn of its own. */
    private <T> Mono<T> call(CallClass callClass, Contract contract, Function<ContractRuntime, T> call) {
        return run(callClass, contract, runtime -> meter.measure(() -> call.apply(runtime)));
    }

    /** Code is made ready before a thread is taken, so that no thread waits for a compiler. */
    private <T> Mono<T> run(CallClass callClass, Contract contract, Function<ContractRuntime, T> call) {
        return run(contract.id(), callClass, contract, call);
    }

    private <T> Mono<T> run(
            ContractInstanceId account, CallClass callClass, Contract contract, Function<ContractRuntime, T> call) {
        return Mono.defer(() -> {
            ContractRuntime runtime = runtime(contract);
            return runtime.prepare(contract.code())
                    .then(queued(account, callClass, contract, () -> call.apply(runtime)));
        });
    }

    private <T> Mono<T> queued(ContractInstanceId account, CallClass callClass, Contract contract, Callable<T> call) {
        return Mono.defer(() -> {
                    QueuedCall<T> work = new QueuedCall<>(call);
                    FairQueue.Call place = queue.add(account, callClass, work);
                    return work.answer().doOnCancel(() -> {
                        queue.remove(place);
                        work.cancel();
                    });
                })
                .onErrorMap(failure -> typed(contract, failure));
    }

    /** Whatever a contract throws, its callers get one of the node's own errors. */
    private static Throwable typed(Contract contract, Throwable failure) {
        if (failure instanceof NodeException) {
            return failure;
        }
        log.warn("contract={} failed", contract.key(), failure);
        return new ContractRejectedException(contract.key(), "it failed: " + failure);
    }

    private ContractRuntime runtime(Contract contract) {
        return runtimes.stream()
                .filter(each -> each.supports(contract.code()))
                .findFirst()
                .orElseThrow(() -> new ContractUnsupportedException(
                        contract.code().hash(), "none of " + runtimes.size() + " runtimes knows it"));
    }
}
