package dev.tributary.core.contract;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.QuotedText;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.watchdog.Watched;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Makes calls of contracts, each in its turn on a contract thread, and maps what a contract throws to the errors of the
 * node. Cancelling removes a queued call and interrupts a running one.
 */
final class CallRunner {

    private static final Logger log = LoggerFactory.getLogger(ContractExecutor.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    /**
     * Queue id of repeated merges, so that they use no turn of the contract, and of contracts that exceeded their limits,
     * so that all of them together use at most half of the threads.
     */
    private static final ContractInstanceId CHECKS = ContractInstanceId.NONE;

    private final List<ContractRuntime> runtimes;
    private final FairQueue queue;
    private final CallMeter meter;
    private final ContractRests rests;

    CallRunner(List<ContractRuntime> runtimes, FairQueue queue, CallMeter meter, ContractRests rests) {
        this.runtimes = List.copyOf(runtimes);
        this.queue = queue;
        this.meter = meter;
        this.rests = rests;
    }

    /** Makes one call in its own turn. */
    <T> Mono<T> call(CallClass callClass, Contract contract, Function<ContractRuntime, T> call) {
        return run(callClass, contract, runtime -> meter.measure(() -> call.apply(runtime)));
    }

    /** Prepares the code before the call takes a thread, so that no contract thread waits for the compiler. */
    <T> Mono<T> run(CallClass callClass, Contract contract, Function<ContractRuntime, T> call) {
        boolean isSuspect = callClass != CallClass.CLIENT_LOCAL && rests.isSuspect(contract.id());
        return run(isSuspect ? CHECKS : contract.id(), callClass, contract, call);
    }

    /** Makes several calls in one turn, of class {@link CallClass#BACKGROUND} and under {@link #CHECKS}. */
    <T> Mono<T> runInBackground(Contract contract, Function<ContractRuntime, T> work) {
        return run(CHECKS, CallClass.BACKGROUND, contract, runtime -> meter.measure(() -> work.apply(runtime)));
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
        if (failure instanceof OverTimeException late) {
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

    /** Completes on a contract thread, the next that is free. */
    Mono<Void> probe() {
        return Mono.defer(() -> {
            QueuedCall<Boolean> probe = new QueuedCall<>(() -> true);
            queue.probe(probe);
            return probe.outcome().doOnCancel(() -> queue.removeProbe(probe)).then();
        });
    }

    /** The running calls, for the watchdog. */
    Watched watched() {
        return new WatchedCalls(queue);
    }

    /** Ends calls that have run for longer than {@link FairQueue#CALL_TIME}. */
    void endOverdue() {
        queue.endOverdue(FairQueue.CALL_TIME);
    }

    /** True if all contract threads are busy with calls that are not over their time. */
    boolean isWithinTime() {
        return queue.isWithinTime(FairQueue.CALL_TIME.multipliedBy(2));
    }

    /** Current and accumulated use of threads, time and memory by contracts. */
    ContractUsage usage() {
        RuntimeUsage kept = runtimes.stream().map(ContractRuntime::usage).reduce(RuntimeUsage.NONE, RuntimeUsage::plus);
        return meter.usage(queue.usage(), kept);
    }

    private ContractRuntime runtime(Contract contract) {
        return runtimes.stream()
                .filter(each -> each.supports(contract.code()))
                .findFirst()
                .orElseThrow(() -> new ContractUnsupportedException(
                        contract.code().hash(), "none of " + runtimes.size() + " runtimes supports it"));
    }
}
