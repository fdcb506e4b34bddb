package dev.tributary.app.contract;

import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.MergeOutcome;
import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.contract.RuntimeUsage;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.contract.wasm.ContractLog;
import dev.tributary.core.contract.wasm.WasmContractRuntime;
import dev.tributary.core.contract.wasm.WasmLimits;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Runs contracts without a node but within a node's limits. Related contracts are only those that were given. Records
 * the duration of the calls. Not thread-safe.
 */
final class OfflineRuntime implements ContractRuntime, AutoCloseable {

    private final WasmContractRuntime wasm;
    private final RelatedContracts given;
    private final TimeSource time = TimeSource.system();
    private final Map<String, Timing> timings = new LinkedHashMap<>();

    /** Number of calls, and their total and longest duration in nanoseconds. */
    private record Timing(long count, long total, long longest) {

        static Timing of(long nanos) {
            return new Timing(1, nanos, nanos);
        }

        Timing plus(Timing other) {
            return new Timing(count + other.count, total + other.total, Math.max(longest, other.longest));
        }
    }

    private OfflineRuntime(WasmContractRuntime wasm, RelatedContracts given) {
        this.wasm = wasm;
        this.given = given;
    }

    static OfflineRuntime open(RelatedContracts given, ContractLog log) {
        return new OfflineRuntime(
                WasmContractRuntime.open(WasmLimits.defaults(), TimeSource.system(), new SecureRandom(), log), given);
    }

    @Override
    public boolean supports(ContractCode code) {
        return wasm.supports(code);
    }

    @Override
    public Mono<Void> prepare(ContractCode code) {
        return wasm.prepare(code);
    }

    /** Compiles the code and blocks until that is done, so that compilation does not count towards the first call. */
    void load(ContractCode code) {
        timed("compile", () -> prepare(code).block());
    }

    @Override
    public Verdict validate(Contract contract, State state) {
        Verdict first = timed("validate", () -> wasm.validate(contract, state, RelatedContracts.none()));
        if (first instanceof Verdict.RequestRelated request) {
            RelatedContracts related = related(contract, "validate", request.ids());
            Verdict second = timed("validate", () -> wasm.validate(contract, state, related));
            if (second instanceof Verdict.RequestRelated more) {
                throw secondRequest(more.ids());
            }
            return second;
        }
        return first;
    }

    /** {@link #validate}, with a rejection by an error as an invalid verdict. */
    Verdict verdict(Contract contract, State state) {
        try {
            return validate(contract, state);
        } catch (ContractRejectedException rejected) {
            return Verdict.invalid(rejected.reason());
        }
    }

    @Override
    public State merge(Contract contract, State current, StateChange change) {
        MergeOutcome outcome = timed("merge", () -> wasm.merge(contract, current, change, RelatedContracts.none()));
        return switch (outcome.kind()) {
            case MERGED -> ((MergeOutcome.Merged) outcome).state();
            case REQUEST_RELATED ->
                mergeWithRelated(contract, current, change, ((MergeOutcome.RequestRelated) outcome).ids());
        };
    }

    private State mergeWithRelated(
            Contract contract, State current, StateChange change, List<ContractInstanceId> requested) {
        RelatedContracts related = related(contract, "merge", requested);
        MergeOutcome outcome = timed("merge", () -> wasm.merge(contract, current, change, related));
        return switch (outcome.kind()) {
            case MERGED -> ((MergeOutcome.Merged) outcome).state();
            case REQUEST_RELATED -> throw secondRequest(((MergeOutcome.RequestRelated) outcome).ids());
        };
    }

    @Override
    public StateSummary summarize(Contract contract, State state) {
        return timed("summarize", () -> wasm.summarize(contract, state));
    }

    @Override
    public StateDelta delta(Contract contract, State state, StateSummary summary) {
        return timed("delta", () -> wasm.delta(contract, state, summary));
    }

    @Override
    public RuntimeUsage usage() {
        return wasm.usage();
    }

    /** Prints the time and memory of the calls. */
    void report(PrintWriter out) {
        timings.forEach((name, timing) -> out.printf(
                "%-10s %d times, %.3f ms in total, %.3f ms at most%n",
                name, timing.count(), timing.total() / 1e6, timing.longest() / 1e6));
        RuntimeUsage usage = usage();
        out.printf("%-10s %d bytes at most%n", "memory", usage.memoryPeakBytes());
        out.printf("%-10s %d bytes%n", "compiled", usage.codeBytes());
        out.flush();
    }

    @Override
    public void close() {
        wasm.close();
    }

    private RelatedContracts related(Contract contract, String function, List<ContractInstanceId> ids) {
        RelatedContracts.requireAllowed(contract, function, ids);
        List<ContractInstanceId> missing = ids.stream()
                .distinct()
                .filter(id -> !given.states().containsKey(id))
                .toList();
        if (!missing.isEmpty()) {
            throw new MissingRelatedException(missing);
        }
        Map<ContractInstanceId, Optional<State>> requested = new LinkedHashMap<>(given.states());
        requested.keySet().retainAll(ids);
        return new RelatedContracts(requested);
    }

    private static UnusableInputException secondRequest(List<ContractInstanceId> ids) {
        return new UnusableInputException("the contract got the states that it asked for and asks for " + ids.size()
                + " more; a contract may ask only once");
    }

    private <T extends @Nullable Object> T timed(String name, Supplier<T> call) {
        long started = time.nanos();
        try {
            return call.get();
        } finally {
            timings.merge(name, Timing.of(time.nanos() - started), Timing::plus);
        }
    }
}
