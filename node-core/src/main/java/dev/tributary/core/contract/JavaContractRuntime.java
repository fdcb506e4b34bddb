package dev.tributary.core.contract;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs registered {@link JavaContract}s. */
public final class JavaContractRuntime implements ContractRuntime {

    private final Map<CodeHash, JavaContract> contracts;

    private JavaContractRuntime(Map<CodeHash, JavaContract> contracts) {
        this.contracts = contracts;
    }

    /** A runtime of these contracts; throws {@link IllegalStateException} if two have the same code. */
    public static JavaContractRuntime of(JavaContract... contracts) {
        return new JavaContractRuntime(Arrays.stream(contracts)
                .collect(Collectors.toUnmodifiableMap(each -> each.code().hash(), Function.identity())));
    }

    /** A runtime of the two contracts that every node has: {@link LastWriterWins} and {@link GrowOnlySet}. */
    public static JavaContractRuntime standard() {
        return of(LastWriterWins.CONTRACT, GrowOnlySet.CONTRACT);
    }

    @Override
    public boolean supports(ContractCode code) {
        return contracts.containsKey(code.hash());
    }

    @Override
    public Verdict validate(Contract contract, State state) {
        return guarded(contract, "validate", () -> code(contract).validate(contract.parameters(), state));
    }

    @Override
    public State merge(Contract contract, State current, StateChange change) {
        // The whole state contains all that its delta adds.
        StateChange single =
                change instanceof StateChange.FullAndDelta both ? new StateChange.Full(both.state()) : change;
        return guarded(
                contract,
                "merge",
                mapRejection(contract, () -> code(contract).merge(contract.parameters(), current, single)));
    }

    @Override
    public StateSummary summarize(Contract contract, State state) {
        return guarded(
                contract,
                "summarize",
                mapRejection(contract, () -> code(contract).summarize(contract.parameters(), state)));
    }

    @Override
    public StateDelta delta(Contract contract, State state, StateSummary summary) {
        return guarded(
                contract,
                "delta",
                mapRejection(contract, () -> code(contract).delta(contract.parameters(), state, summary)));
    }

    private JavaContract code(Contract contract) {
        JavaContract registered = contracts.get(contract.code().hash());
        if (registered == null) {
            throw new ContractUnsupportedException(contract.code().hash(), "no Java contract is registered for it");
        }
        return registered;
    }

    private static <T> Supplier<T> mapRejection(Contract contract, Supplier<T> call) {
        return () -> {
            try {
                return call.get();
            } catch (IllegalArgumentException rejected) {
                throw new ContractRejectedException(contract.key(), String.valueOf(rejected.getMessage()));
            }
        };
    }

    /** Maps every way in which a contract can fail to give an answer to one error that names the function. */
    private static <T> T guarded(Contract contract, String function, Supplier<@Nullable T> call) {
        @Nullable T answer;
        try {
            answer = call.get();
        } catch (NodeException known) {
            throw known;
        } catch (StackOverflowError deep) {
            throw failed(contract, function, Failure.STACK_EXHAUSTED, "its calls nest too deeply");
        } catch (RuntimeException | LinkageError | AssertionError broken) {
            throw failed(contract, function, Failure.TRAP, broken.toString());
        }
        if (answer == null) {
            throw failed(contract, function, Failure.MALFORMED_RESULT, "it returned null");
        }
        return answer;
    }

    private static ContractFailedException failed(Contract contract, String function, Failure failure, String detail) {
        return new ContractFailedException(contract.key(), function, failure, detail);
    }
}
