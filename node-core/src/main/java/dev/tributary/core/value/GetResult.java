package dev.tributary.core.value;

import java.util.Optional;

/** The result of a GET. A contract that was not found is a result, not an error. */
public sealed interface GetResult {

    /** The kinds of results, one for each permitted type. */
    enum Kind {
        FOUND,
        NOT_FOUND
    }

    Kind kind();

    ContractInstanceId id();

    /** Number of hops to the node that holds the replica, or to the node at which the search ended. */
    int hops();

    /** The state, or empty if the contract was not found. */
    Optional<State> state();

    /**
     * A replica was found.
     *
     * @param fresh whether the replica is in sync with the others; if not, as on a node without neighbours or just
     *     after a restart, another node may hold a newer state
     */
    record Found(Contract contract, State value, int hops, boolean fresh) implements GetResult {

        /** Creates a result from a replica that is in sync. */
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

        @Override
        public Kind kind() {
            return Kind.FOUND;
        }
    }

    /** The search ended, and no node that was asked holds the contract. */
    record NotFound(ContractInstanceId id, int hops) implements GetResult {

        @Override
        public Optional<State> state() {
            return Optional.empty();
        }

        @Override
        public Kind kind() {
            return Kind.NOT_FOUND;
        }
    }
}
