package dev.tributary.core.contract.wasm;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.MergeOutcome;
import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.contract.RuntimeUsage;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import run.endive.runtime.TrapException;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.WasmEngineException;

/**
 * Runs contracts in WebAssembly, as the network's other nodes do. Code is compiled to JVM bytecode once and cached;
 * each call has its own instance, isolated from other calls. A call runs on the caller's thread, which should have a
 * stack of {@link #STACK_BYTES}; it ends when its time limit expires or its thread is interrupted.
 */
public final class WasmContractRuntime implements ContractRuntime, AutoCloseable {

    /** Stack size of contract threads in bytes: the value of the network's other nodes. */
    public static final long STACK_BYTES = 8L << 20;

    /** Id of the next call, which guests pass back to host functions: one sequence for all runtimes of the process. */
    private static final AtomicLong NEXT_CALL_ID = new AtomicLong();

    private final WasmLimits limits;
    private final TimeSource time;
    private final RandomGenerator random;
    private final ContractLog log;
    private final CompilerThreads compiler;
    private final ModuleCache modules;
    private final Watchdog watchdog;
    private final MemoryGauge gauge;

    /** Interprets contracts where this JVM may miscompile them; null where it does not. */
    private final @Nullable WasmContractRuntime reference;

    WasmContractRuntime(
            WasmLimits limits, TimeSource time, RandomGenerator random, ContractLog log, ModuleLoader.Mode mode) {
        this.limits = limits;
        this.time = time;
        this.random = random;
        this.log = log;
        this.compiler = new CompilerThreads(limits, STACK_BYTES);
        // Time limits use real time, also in a simulation where the node's clock is virtual.
        this.watchdog = new Watchdog(limits, TimeSource.system());
        this.modules = new ModuleCache(new ModuleLoader(limits, mode), compiler, watchdog, limits);
        this.gauge = new MemoryGauge(MemoryPlan.ofThisProcess()
                .permits(MemoryUse.GUESTS, limits.calls().totalMemoryBytes()));
        this.reference = mode == ModuleLoader.Mode.COMPILED && CompilerBugWorkaround.isNeeded()
                ? new WasmContractRuntime(interpreted(limits), time, random, log, ModuleLoader.Mode.INTERPRETED)
                : null;
    }

    /**
     * Opens a runtime with its own compiler thread and watchdog. Close it after use.
     *
     * @param time source of the time that contracts read
     * @param random source of the random bytes that contracts read; used by several threads at once
     * @throws IllegalStateException if this JVM may miscompile contracts and the workaround fails
     */
    public static WasmContractRuntime open(
            WasmLimits limits, TimeSource time, RandomGenerator random, ContractLog log) {
        CompilerBugWorkaround.apply();
        return new WasmContractRuntime(limits, time, random, log, ModuleLoader.Mode.COMPILED);
    }

    @Override
    public boolean supports(ContractCode code) {
        return CodeContainer.isWasm(code.bytes());
    }

    @Override
    public RuntimeUsage usage() {
        ModuleUsage cached = modules.usage();
        return new RuntimeUsage(cached.modules(), cached.bytes(), cached.loads(), gauge.bytes(), gauge.peak());
    }

    @Override
    public Mono<Void> prepare(ContractCode code) {
        return prepare(code, CallClass.CLIENT_LOCAL);
    }

    @Override
    public Mono<Void> prepare(ContractCode code, CallClass callClass) {
        return modules.module(code, callClass).then();
    }

    @Override
    public Verdict validate(Contract contract, State state) {
        return validate(contract, state, RelatedContracts.none());
    }

    @Override
    public Verdict validate(Contract contract, State state, RelatedContracts related) {
        return call(
                contract,
                GuestFunction.VALIDATE,
                (long) parameterBytes(contract) + state.size(),
                List.of(parameters(contract), GuestInput.of(state.bytes()), GuestArguments.related(related)),
                GuestAnswer::verdict);
    }

    @Override
    public State merge(Contract contract, State current, StateChange change) {
        MergeOutcome outcome = merge(contract, current, change, RelatedContracts.none());
        if (outcome instanceof MergeOutcome.Merged merged) {
            return merged.state();
        }
        throw new ContractFailedException(
                contract.key(),
                GuestFunction.UPDATE.export(),
                Failure.RELATED_UNAVAILABLE,
                "it asks for other contracts, which are not available here");
    }

    @Override
    public MergeOutcome merge(Contract contract, State current, StateChange change, RelatedContracts related) {
        return call(
                contract,
                GuestFunction.UPDATE,
                GuestArguments.updateSize(change, related) + parameterBytes(contract) + current.size(),
                List.of(parameters(contract), GuestInput.of(current.bytes()), GuestArguments.updates(change, related)),
                answer -> answer.merged(current));
    }

    @Override
    public StateSummary summarize(Contract contract, State state) {
        return call(
                contract,
                GuestFunction.SUMMARIZE,
                (long) parameterBytes(contract) + state.size(),
                List.of(parameters(contract), GuestInput.of(state.bytes())),
                answer -> new StateSummary(answer.bytes()));
    }

    @Override
    public StateDelta delta(Contract contract, State state, StateSummary summary) {
        return call(
                contract,
                GuestFunction.DELTA,
                (long) parameterBytes(contract) + state.size() + summary.size(),
                List.of(parameters(contract), GuestInput.of(state.bytes()), GuestInput.of(summary.bytes())),
                answer -> new StateDelta(answer.bytes()));
    }

    /** {@inheritDoc} Before Java 18 compiled code may compare wrongly; interpreted code does not. */
    @Override
    public ContractRuntime forConfirmation() {
        return reference == null ? this : reference;
    }

    /** The same limits with the time that interpreting takes, as far as a contract thread may be occupied. */
    private static WasmLimits interpreted(WasmLimits limits) {
        return limits.withCalls(limits.calls().withCpuTime(limits.calls().wallTime()));
    }

    /** Stops the compiler and watchdog threads; running calls continue to their end. */
    @Override
    public void close() {
        compiler.close();
        watchdog.close();
        if (reference != null) {
            reference.close();
        }
    }

    private <T> T call(
            Contract contract,
            GuestFunction function,
            long reservedBytes,
            List<GuestInput> arguments,
            Function<GuestAnswer, T> decode) {
        LoadedModule module = module(contract, function);
        HostContext host = new HostContext(contract.id(), log, limits.calls().logBytes(), time, random);
        try (Watchdog.WatchedCall watch = watchdog.watch()) {
            return guarded(
                    contract,
                    function,
                    watch,
                    () -> decode.apply(new GuestCall(module, host, limits, gauge)
                            .run(function, NEXT_CALL_ID.getAndIncrement(), reservedBytes, arguments)));
        }
    }

    /** Maps every failure of a call to an error that names contract, function and cause. */
    private <T> T guarded(Contract contract, GuestFunction function, Watchdog.WatchedCall watch, Supplier<T> call) {
        try {
            return call.get();
        } catch (GuestAnswer.RejectionException refusal) {
            throw new ContractRejectedException(contract.key(), refusal.reason());
        } catch (GuestFaultException fault) {
            throw failed(contract, function, fault.failure(), fault.detail());
        } catch (WasmInterruptedException interrupted) {
            throw watch.expired()
                    ? failed(contract, function, Failure.TIMED_OUT, timeoutDetail())
                    : failed(contract, function, Failure.CANCELLED, "the call was cancelled");
        } catch (StackOverflowError deep) {
            throw failed(contract, function, Failure.STACK_EXHAUSTED, "its calls nest too deeply");
        } catch (TrapException trap) {
            throw failed(contract, function, Failure.TRAP, detail(trap));
        } catch (WasmEngineException broken) {
            String detail = detail(broken);
            boolean deep = detail.contains("call stack exhausted");
            throw failed(contract, function, deep ? Failure.STACK_EXHAUSTED : Failure.TRAP, detail);
        } catch (LinkageError unloadable) {
            throw new ContractUnsupportedException(contract.code().hash(), "its classes do not load: " + unloadable);
        } catch (RuntimeException | AssertionError unexpected) {
            // The engine passes some Java exceptions through, for example of an access out of bounds.
            throw failed(contract, function, Failure.TRAP, unexpected.toString());
        }
    }

    /** Returns the loaded module; blocks until it is loaded if it was not prepared. */
    private LoadedModule module(Contract contract, GuestFunction function) {
        CompletableFuture<LoadedModule> loading =
                modules.module(contract.code(), CallClass.CLIENT_LOCAL).toFuture();
        try {
            return loading.get();
        } catch (InterruptedException cancelled) {
            loading.cancel(true);
            throw failed(contract, function, Failure.CANCELLED, "the call was cancelled");
        } catch (ExecutionException failed) {
            throw cause(failed) instanceof RuntimeException known
                    ? known
                    : new IllegalStateException(failed.getCause());
        }
    }

    private String timeoutDetail() {
        return "it took longer than " + limits.calls().cpuTime().toMillis() + " ms of processor time or "
                + limits.calls().wallTime().toMillis() + " ms";
    }

    private static ContractFailedException failed(
            Contract contract, GuestFunction function, Failure failure, String detail) {
        return new ContractFailedException(contract.key(), function.export(), failure, detail);
    }

    private static String detail(Throwable error) {
        return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    }

    private static Throwable cause(Throwable wrapped) {
        return wrapped.getCause() == null ? wrapped : wrapped.getCause();
    }

    private static int parameterBytes(Contract contract) {
        return contract.parameters().bytes().size();
    }

    private static GuestInput parameters(Contract contract) {
        return GuestInput.of(contract.parameters().bytes());
    }
}
