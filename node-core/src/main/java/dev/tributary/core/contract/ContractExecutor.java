package dev.tributary.core.contract;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.watchdog.Watched;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Runs contracts on dedicated threads, never on the subscriber's. Calls are scheduled by {@link CallClass}, and round
 * robin among contracts. Cancelling removes a queued call and interrupts a running one. Besides the errors of
 * {@link ContractRuntime}, every method errors with {@link NodeBusyException} when the queue is full.
 */
public final class ContractExecutor {

    private final ContractLimits limits;
    private final ContractRests rests;
    private final CallRunner calls;
    private final ContractMerges merges;

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
        CallMeter meter = new CallMeter(time);
        this.limits = limits;
        this.rests = new ContractRests(time);
        this.calls = new CallRunner(runtimes, new FairQueue(limits, threads, time), meter, rests);
        this.merges = new ContractMerges(limits, calls, meter, new RelatedLookup(relatedStates, timer));
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
                        () -> merges.validate(callClass, contract, incoming));
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
                    () -> merges.merge(callClass, contract, held, change));
        });
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

    /** A digest of the state. */
    public Mono<StateSummary> summarize(CallClass callClass, Contract contract, State state) {
        return compare(callClass, contract, runtime -> runtime.summarize(contract, state));
    }

    /** The delta from the summarised state to this one. */
    public Mono<StateDelta> delta(CallClass callClass, Contract contract, State state, StateSummary summary) {
        return compare(callClass, contract, runtime -> runtime.delta(contract, state, summary));
    }

    private <T> Mono<T> compare(CallClass callClass, Contract contract, Function<ContractRuntime, T> call) {
        return judged(
                callClass, contract, ContractRests.Work.COMPARE, null, () -> calls.call(callClass, contract, call));
    }

    /**
     * Makes several calls of the contract in one turn, without their related contracts. Runs in class
     * {@link CallClass#BACKGROUND}, and uses no turn of the contract.
     */
    public <T> Mono<T> runInBackground(Contract contract, Function<ContractRuntime, T> work) {
        return calls.runInBackground(contract, work);
    }

    /** Current and accumulated use of threads, time and memory by contracts. */
    public ContractUsage usage() {
        return calls.usage();
    }

    /**
     * Ends calls that have run for longer than {@link FairQueue#CALL_TIME}: each is named in the log and in
     * {@link #usage}, its caller gets {@link ContractFailedException}, and a further thread takes its place. Called now
     * and then.
     */
    public void endOverdueCalls() {
        calls.endOverdue();
    }

    /** The running calls, for the watchdog. */
    public Watched watched() {
        return calls.watched();
    }

    /** Completes on a contract thread, the next that is free. */
    public Mono<Void> probe() {
        return calls.probe();
    }

    /** True if all contract threads are busy with calls that are not over their time. */
    public boolean isWithinTime() {
        return calls.isWithinTime();
    }
}
