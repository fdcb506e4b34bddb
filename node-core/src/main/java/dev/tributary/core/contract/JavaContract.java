package dev.tributary.core.contract;

import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;

/**
 * A contract written in Java, registered by an application that embeds nodes. Its code bytes are only a name: every
 * node that runs it must have registered the same contract under that name. Implementations are stateless and
 * deterministic; {@link ContractRuntime} specifies what each method does.
 */
public interface JavaContract {

    /** The code that identifies the contract: a name that changes whenever the contract's behaviour does. */
    ContractCode code();

    Verdict validate(Parameters parameters, State state);

    /**
     * Merges the change; throws {@link IllegalArgumentException} with the reason if the contract rejects the change.
     *
     * @param change a whole state or a delta, never both together
     */
    State merge(Parameters parameters, State current, StateChange change);

    StateSummary summarize(Parameters parameters, State state);

    StateDelta delta(Parameters parameters, State state, StateSummary summary);
}
