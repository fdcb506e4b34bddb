package dev.tributary.core.test;

import dev.tributary.core.contract.JavaContract;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;

/** A contract whose summaries and deltas are whole states, for tests of what its merge does. */
public interface WholeStateContract extends JavaContract {

    /** Merges a state that arrives, whole or as a delta. */
    State merge(State current, State incoming);

    @Override
    default Verdict validate(Parameters parameters, State state) {
        return Verdict.valid();
    }

    @Override
    default State merge(Parameters parameters, State current, StateChange change) {
        return merge(
                current,
                change instanceof StateChange.Full full
                        ? full.state()
                        : new State(((StateChange.Delta) change).delta().bytes()));
    }

    @Override
    default StateSummary summarize(Parameters parameters, State state) {
        return new StateSummary(state.bytes());
    }

    @Override
    default StateDelta delta(Parameters parameters, State state, StateSummary summary) {
        return new StateDelta(summary.bytes().equals(state.bytes()) ? Bytes.empty() : state.bytes());
    }
}
