package dev.tributary.core.test;

import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.MergeOutcome;
import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Contracts whose states are a version and the ids of other contracts. A state is valid if the others exist; the later
 * version wins a merge, for which contracts of the second kind ask for the others too.
 */
public final class AskingRuntime implements ContractRuntime {

    private static final ContractCode VALIDATING = ContractCode.of(Bytes.utf8("asks when it validates"));
    private static final ContractCode MERGING = ContractCode.of(Bytes.utf8("asks when it merges too"));

    public static Contract asking(String name) {
        return Contract.of(VALIDATING, Parameters.utf8(name));
    }

    public static Contract askingToMerge(String name) {
        return Contract.of(MERGING, Parameters.utf8(name));
    }

    public static State state(int version, Contract... others) {
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        state.write(version);
        for (Contract other : others) {
            state.writeBytes(other.id().bytes().toArray());
        }
        return State.of(state.toByteArray());
    }

    @Override
    public boolean supports(ContractCode code) {
        return code.equals(VALIDATING) || code.equals(MERGING);
    }

    @Override
    public Verdict validate(Contract contract, State state) {
        return validate(contract, state, RelatedContracts.none());
    }

    @Override
    public Verdict validate(Contract contract, State state, RelatedContracts related) {
        List<ContractInstanceId> others = others(state);
        if (related.states().isEmpty() && !others.isEmpty()) {
            return new Verdict.RequestRelated(others);
        }
        return related.states().values().stream().allMatch(Optional::isPresent)
                ? Verdict.valid()
                : Verdict.invalid("it was asked without the others");
    }

    @Override
    public State merge(Contract contract, State current, StateChange change) {
        State brought = ((StateChange.Full) change).state();
        return brought.bytes().at(0) > current.bytes().at(0) ? brought : current;
    }

    @Override
    public MergeOutcome merge(Contract contract, State current, StateChange change, RelatedContracts related) {
        List<ContractInstanceId> others = others(current);
        return contract.code().equals(MERGING) && related.states().isEmpty() && !others.isEmpty()
                ? new MergeOutcome.RequestRelated(others)
                : new MergeOutcome.Merged(merge(contract, current, change));
    }

    @Override
    public StateSummary summarize(Contract contract, State state) {
        return new StateSummary(state.bytes());
    }

    @Override
    public StateDelta delta(Contract contract, State state, StateSummary summary) {
        return new StateDelta(state.bytes());
    }

    private static List<ContractInstanceId> others(State state) {
        byte[] bytes = state.bytes().toArray();
        List<ContractInstanceId> others = new ArrayList<>();
        for (int at = 1; at + 32 <= bytes.length; at += 32) {
            byte[] id = new byte[32];
            System.arraycopy(bytes, at, id, 0, 32);
            others.add(new ContractInstanceId(Bytes.wrap(id)));
        }
        return others;
    }
}
