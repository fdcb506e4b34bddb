package dev.tributary.core.value;

import java.util.Optional;

/** What a GET finds: that there is nothing to find is an answer too. */
public sealed interface GetResult {

    ContractInstanceId id();

    /** How many hops away the copy was, or the search ended. */
    int hops();

    /** The state, if there is one. */
    Optional<State> state();

    /**
     * A copy was found.
     *
     * @param fresh whether the copy is kept in step with the others; if not, as on a node without neighbours or just after
     *     a restart, somebody may hold a newer one
     */
    record Found(Contract contract, State value, int hops, boolean fresh) implements GetResult {

        /** A fresh copy. */
        public Found(Contract contract, State value, int hops) {
            this(contract, value, hops, true);
        }

        @Override
        public ContractInstanceId id() {
            return contract.id();
        }

        @Override
        public Optional<State> state() {
            return Optional.of(value);
        }
    }

    /** The search ended and nobody who was asked holds the contract. */
    record NotFound(ContractInstanceId id, int hops) implements GetResult {

        @Override
        public Optional<State> state() {
            return Optional.empty();
        }
    }
}
