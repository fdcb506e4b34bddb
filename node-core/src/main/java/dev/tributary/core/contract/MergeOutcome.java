package dev.tributary.core.contract;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import java.util.List;

/** A contract's answer to a change. */
public sealed interface MergeOutcome {

    /** The kinds of outcomes, one for each permitted type. */
    enum Kind {
        MERGED,
        REQUEST_RELATED
    }

    Kind kind();

    /** The state after the change; equal to the one before if the change adds nothing. */
    record Merged(State state) implements MergeOutcome {

        @Override
        public Kind kind() {
            return Kind.MERGED;
        }
    }

    /** The contract needs the states of these contracts; it is called once more with them. */
    record RequestRelated(List<ContractInstanceId> ids) implements MergeOutcome {

        public RequestRelated {
            ids = List.copyOf(ids);
        }

        @Override
        public Kind kind() {
            return Kind.REQUEST_RELATED;
        }
    }
}
