package dev.tributary.core.contract;

import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;

/**
 * A contract written in Java, registered by an application that embeds nodes. Its code bytes are only a name: every node
 * that is to run it must have registered the same contract under it. Implementations are stateless and deterministic;
 * see {@link ContractRuntime} for what each method promises.
 */
public interface JavaContract {

    /** The code under which the contract is known, made from a name that changes whenever its behaviour does. */
    ContractCode code();

    Verdict validate(Parameters parameters, State state);

    /**
     * Throws {@link IllegalArgumentException} with its reason when the change does not fit.
     *
     * @param change a whole state or a delta, never both
     */
    State merge(Parameters parameters, State current, StateChange change);

    StateSummary summarize(Parameters parameters, State state);

    StateDelta delta(Parameters parameters, State state, StateSummary summary);
}
