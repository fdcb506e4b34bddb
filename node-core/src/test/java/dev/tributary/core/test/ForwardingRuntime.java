package dev.tributary.core.test;

import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;

/** A runtime that passes every call to another one, for tests that change some of them. */
public interface ForwardingRuntime extends ContractRuntime {

    /** The runtime that does the work. */
    ContractRuntime delegate();

    @Override
    default boolean supports(ContractCode code) {
        return delegate().supports(code);
    }

    @Override
    default Verdict validate(Contract contract, State state) {
        return delegate().validate(contract, state);
    }

    @Override
    default State merge(Contract contract, State current, StateChange change) {
        return delegate().merge(contract, current, change);
    }

    @Override
    default StateSummary summarize(Contract contract, State state) {
        return delegate().summarize(contract, state);
    }

    @Override
    default StateDelta delta(Contract contract, State state, StateSummary summary) {
        return delegate().delta(contract, state, summary);
    }
}
