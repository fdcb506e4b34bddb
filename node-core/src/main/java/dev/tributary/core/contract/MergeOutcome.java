package dev.tributary.core.contract;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import java.util.List;

/** What a contract makes of a change. */
public sealed interface MergeOutcome {

    /** The state after the change; the one before it, if the change brings nothing new. */
    record Merged(State state) implements MergeOutcome {}

    /** The contract cannot say without the states of these; it is asked once more with them. */
    record RequestRelated(List<ContractInstanceId> ids) implements MergeOutcome {

        public RequestRelated {
            ids = List.copyOf(ids);
        }
    }
}
