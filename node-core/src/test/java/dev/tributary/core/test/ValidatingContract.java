package dev.tributary.core.test;

import dev.tributary.core.contract.JavaContract;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;

/** A contract whose state never changes, for tests of what its validation does. */
public interface ValidatingContract extends JavaContract {

    @Override
    default State merge(Parameters parameters, State current, StateChange change) {
        return current;
    }

    @Override
    default StateSummary summarize(Parameters parameters, State state) {
        return StateSummary.utf8("");
    }

    @Override
    default StateDelta delta(Parameters parameters, State state, StateSummary summary) {
        return new StateDelta(Bytes.utf8(""));
    }
}
