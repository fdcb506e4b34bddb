package dev.tributary.core.contract;

import dev.tributary.core.value.ContractInstanceId;
import java.util.List;

/** What a contract says of a state. */
public sealed interface Verdict {

    /** The state is valid. */
    record Valid() implements Verdict {}

    /** The state is not valid, with the contract's own words. */
    record Invalid(String reason) implements Verdict {}

    /** The contract cannot say without the states of these; it is asked once more with them. */
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
