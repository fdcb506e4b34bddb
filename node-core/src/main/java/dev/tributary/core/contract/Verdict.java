package dev.tributary.core.contract;

import dev.tributary.core.value.ContractInstanceId;
import java.util.List;

/** A contract's answer to whether a state is valid. */
public sealed interface Verdict {

    /** The kinds of verdicts, one for each permitted type. */
    enum Kind {
        VALID,
        INVALID,
        REQUEST_RELATED
    }

    Kind kind();

    /** The state is valid. */
    record Valid() implements Verdict {

        @Override
        public Kind kind() {
            return Kind.VALID;
        }
    }

    /** The state is not valid, for the reason that the contract gives. */
    record Invalid(String reason) implements Verdict {

        @Override
        public Kind kind() {
            return Kind.INVALID;
        }
    }

    /** The contract needs the states of these contracts; it is called once more with them. */
    record RequestRelated(List<ContractInstanceId> ids) implements Verdict {

        public RequestRelated {
            ids = List.copyOf(ids);
        }

        @Override
        public Kind kind() {
            return Kind.REQUEST_RELATED;
        }
    }

    static Verdict valid() {
        return new Valid();
    }

    static Verdict invalid(String reason) {
        return new Invalid(reason);
    }
}
