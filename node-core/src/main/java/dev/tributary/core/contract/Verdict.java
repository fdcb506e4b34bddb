package dev.tributary.core.contract;

import dev.tributary.core.value.ContractInstanceId;
import java.util.List;

/** A contract's answer to whether a state is valid. */
public sealed interface Verdict {

    /** The state is valid. */
    record Valid() implements Verdict {}

    /** The state is not valid, for the reason that the contract gives. */
    record Invalid(String reason) implements Verdict {}

    /** The contract needs the states of these contracts; it is called once more with them. */
    record RequestRelated(List<ContractInstanceId> ids) implements Verdict {

        public RequestRelated {
            ids = List.copyOf(ids);
        }
    }

    static Verdict valid() {
        return new Valid();
    }

    static Verdict invalid(String reason) {
        return new Invalid(reason);
    }
}
