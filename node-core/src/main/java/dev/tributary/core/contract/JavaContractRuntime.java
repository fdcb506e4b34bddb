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
        return code(contract).validate(contract.parameters(), state);
    }

    @Override
    public State merge(Contract contract, State current, StateChange change) {
        // The whole state contains all that its delta adds.
        StateChange single =
                change instanceof StateChange.FullAndDelta both ? new StateChange.Full(both.state()) : change;
        return mapRejection(contract, () -> code(contract).merge(contract.parameters(), current, single));
    }

    @Override
    public StateSummary summarize(Contract contract, State state) {
        return mapRejection(contract, () -> code(contract).summarize(contract.parameters(), state));
    }

    @Override
    public StateDelta delta(Contract contract, State state, StateSummary summary) {
        return mapRejection(contract, () -> code(contract).delta(contract.parameters(), state, summary));
    }

    private JavaContract code(Contract contract) {
        JavaContract registered = contracts.get(contract.code().hash());
        if (registered == null) {
            throw new ContractUnsupportedException(contract.code().hash(), "no Java contract is registered for it");
        }
        return registered;
    }

    private static <T> T mapRejection(Contract contract, Supplier<T> call) {
        try {
            return call.get();
        } catch (IllegalArgumentException rejected) {
            throw new ContractRejectedException(contract.key(), String.valueOf(rejected.getMessage()));
        }
    }
}
