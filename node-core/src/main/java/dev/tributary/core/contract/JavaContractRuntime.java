package dev.tributary.core.contract;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.ContractUnsupportedException;
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

/** Runs the {@link JavaContract}s that were registered with it. */
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

    /** A runtime of the two that every node knows: {@link LastWriterWins} and {@link GrowOnlySet}. */
    public static JavaContractRuntime standard() {
        return of(LastWriterWins.CONTRACT, GrowOnlySet.CONTRACT);
    }

    @Override
    public boolean supports(ContractCode code) {
        return contracts.containsKey(code.hash());
    }

    @Override
    public Verdict validate(Contract contract, State state) {
        return code(contract).validate(contract.parameters(), state);
    }

    @Override
    public State merge(Contract contract, State current, StateChange change) {
        // The whole state says all that the delta beside it does.
        StateChange plain =
                change instanceof StateChange.FullAndDelta both ? new StateChange.Full(both.state()) : change;
        return refusing(contract, () -> code(contract).merge(contract.parameters(), current, plain));
    }

    @Override
    public StateSummary summarize(Contract contract, State state) {
        return refusing(contract, () -> code(contract).summarize(contract.parameters(), state));
    }

    @Override
    public StateDelta delta(Contract contract, State state, StateSummary summary) {
        return refusing(contract, () -> code(contract).delta(contract.parameters(), state, summary));
    }

    private JavaContract code(Contract contract) {
        JavaContract found = contracts.get(contract.code().hash());
        if (found == null) {
            throw new ContractUnsupportedException(contract.code().hash(), "no Java contract is registered for it");
        }
        return found;
    }

    private static <T> T refusing(Contract contract, Supplier<T> call) {
        try {
            return call.get();
        } catch (IllegalArgumentException unfit) {
            throw new ContractRejectedException(contract.key(), String.valueOf(unfit.getMessage()));
        }
    }
}
