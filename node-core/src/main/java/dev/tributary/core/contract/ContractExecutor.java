package dev.tributary.core.contract;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Runs contracts on threads of their own, never on the subscriber's. Cancelling interrupts the call. Besides what
 * {@link ContractRuntime} says, every method errors with {@link NodeBusyException} when the threads' queue is full.
 */
public final class ContractExecutor {

    private static final Logger log = LoggerFactory.getLogger(ContractExecutor.class);

    private final List<ContractRuntime> runtimes;
    private final ContractLimits limits;
    private final Scheduler threads;

    /**
     * An executor of these runtimes.
     *
     * @param threads where contracts run; bounded, rejects what does not fit
     */
    public ContractExecutor(List<ContractRuntime> runtimes, ContractLimits limits, Scheduler threads) {
        this.runtimes = List.copyOf(runtimes);
        this.limits = limits;
        this.threads = threads;
    }

    /**
     * The state that follows when somebody brings one: validated alone if nothing is held, else merged and the result
     * validated. Equals {@code held} if it brings nothing new.
     */
    public Mono<State> accept(Contract contract, @Nullable State held, State brought) {
        return run(contract, () -> {
            limits.check(contract, brought);
            ContractRuntime runtime = runtime(contract);
            if (brought.equals(held)) {
                return held;
            }
            if (held == null) {
                return validated(runtime, contract, brought);
            }
            State merged = runtime.merge(contract, held, new StateChange.Full(brought));
            return merged.equals(held) ? held : validated(runtime, contract, merged);
        });
    }

    /** A call that is cancelled is interrupted, and what it throws then is nobody's error. */
    private <T> Mono<T> run(Contract contract, Callable<T> call) {
        return Mono.<T>create(caller -> {
                    AtomicBoolean left = new AtomicBoolean();
                    Disposable task = threads.schedule(() -> {
                        try {
                            caller.success(call.call());
                        } catch (Throwable failure) {
                            Thread.interrupted();
                            if (!left.get()) {
                                caller.error(failure);
                            }
                        }
                    });
                    caller.onCancel(() -> {
                        left.set(true);
                        task.dispose();
                    });
                })
                .onErrorMap(failure -> typed(contract, failure));
    }

    /** Whatever a contract throws, its callers get one of the node's own errors. */
    private Throwable typed(Contract contract, Throwable failure) {
        if (failure instanceof NodeException) {
            return failure;
        } else if (failure instanceof RejectedExecutionException) {
            return new NodeBusyException("contract calls", limits.queuedCalls());
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

    private State validated(ContractRuntime runtime, Contract contract, State state) {
        if (state.size() > limits.stateBytes()) {
            throw new PayloadTooLargeException("merged state", state.size(), limits.stateBytes());
        }
        Verdict verdict = runtime.validate(contract, state);
        if (verdict instanceof Verdict.Invalid invalid) {
            throw new ContractRejectedException(contract.key(), invalid.reason());
        } else if (verdict instanceof Verdict.RequestRelated) {
            throw new ContractFailedException(
                    contract.key(), "validate", Failure.RELATED_UNAVAILABLE, "it asks for other contracts");
        }
        return state;
    }
}
