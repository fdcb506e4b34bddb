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
 * A runtime of contracts whose state is a version and the ids of related contracts. A state is valid if these exist;
 * the later version wins a merge. Contracts of the second kind request the related contracts for a merge too.
 */
public final class RelatedContractsRuntime implements ContractRuntime {

    private static final ContractCode VALIDATE_CODE = ContractCode.of(Bytes.utf8("asks when it validates"));
    private static final ContractCode MERGE_CODE = ContractCode.of(Bytes.utf8("asks when it merges too"));

    /** A contract that requests its related contracts when it validates. */
    public static Contract validatingWithRelated(String name) {
        return Contract.of(VALIDATE_CODE, Parameters.utf8(name));
    }

    /** A contract that requests its related contracts when it validates and when it merges. */
    public static Contract mergingWithRelated(String name) {
        return Contract.of(MERGE_CODE, Parameters.utf8(name));
    }

    public static State state(int version, Contract... related) {
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        state.write(version);
        for (Contract each : related) {
            state.writeBytes(each.id().bytes().toArray());
        }
        return State.of(state.toByteArray());
    }

    @Override
    public boolean supports(ContractCode code) {
        return code.equals(VALIDATE_CODE) || code.equals(MERGE_CODE);
    }

    @Override
    public Verdict validate(Contract contract, State state) {
        return validate(contract, state, RelatedContracts.none());
    }

    @Override
    public Verdict validate(Contract contract, State state, RelatedContracts related) {
        List<ContractInstanceId> relatedIds = relatedIds(state);
        if (related.states().isEmpty() && !relatedIds.isEmpty()) {
            return new Verdict.RequestRelated(relatedIds);
        }
        return related.states().values().stream().allMatch(Optional::isPresent)
                ? Verdict.valid()
                : Verdict.invalid("a related contract is missing");
    }

    @Override
    public State merge(Contract contract, State current, StateChange change) {
        State incoming = ((StateChange.Full) change).state();
        return incoming.bytes().at(0) > current.bytes().at(0) ? incoming : current;
    }

    @Override
    public MergeOutcome merge(Contract contract, State current, StateChange change, RelatedContracts related) {
        List<ContractInstanceId> relatedIds = relatedIds(current);
        return contract.code().equals(MERGE_CODE) && related.states().isEmpty() && !relatedIds.isEmpty()
                ? new MergeOutcome.RequestRelated(relatedIds)
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

    private static List<ContractInstanceId> relatedIds(State state) {
        byte[] bytes = state.bytes().toArray();
        List<ContractInstanceId> relatedIds = new ArrayList<>();
        for (int at = 1; at + 32 <= bytes.length; at += 32) {
            byte[] id = new byte[32];
            System.arraycopy(bytes, at, id, 0, 32);
            relatedIds.add(new ContractInstanceId(Bytes.wrap(id)));
        }
        return relatedIds;
    }
}
