package dev.tributary.core.test;

import dev.tributary.core.contract.JavaContract;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;

/** A contract that keeps the last state it receives: peers that receive states in different orders never converge. */
public final class LastArrivalWins implements JavaContract {

    public static final LastArrivalWins CONTRACT = new LastArrivalWins();

    private LastArrivalWins() {}

    public static Contract named(String name) {
        return Contract.of(CONTRACT.code(), Parameters.utf8(name));
    }

    @Override
    public ContractCode code() {
        return ContractCode.of(Bytes.utf8("test/last-comer-wins"));
    }

    @Override
    public Verdict validate(Parameters parameters, State state) {
        return Verdict.valid();
    }

    @Override
    public State merge(Parameters parameters, State current, StateChange change) {
        return change instanceof StateChange.Full full
                ? full.state()
                : new State(((StateChange.Delta) change).delta().bytes());
    }

    @Override
    public StateSummary summarize(Parameters parameters, State state) {
        return new StateSummary(state.bytes());
    }

    @Override
    public StateDelta delta(Parameters parameters, State state, StateSummary summary) {
        return new StateDelta(summary.bytes().equals(state.bytes()) ? Bytes.empty() : state.bytes());
    }
}
