package dev.tributary.core.value;

/**
 * The result of a successful PUT.
 *
 * @param tx the transaction id, as in log lines
 * @param hops number of hops to the root; 0 if this node is the root
 * @param copies number of nodes known to hold the contract because of this PUT, including this node
 */
public record PutReceipt(TransactionId tx, ContractKey key, Reach reach, int hops, int copies) {

    /** How far a PUT was propagated. */
    public enum Reach {
        /** The root, the node nearest to the contract's location, and other nodes hold the contract. */
        STORED_AT_ROOT,
        /** Other nodes hold the contract, but the hops were spent before the root was reached. */
        STORED_ON_ROUTE,
        /**
         * No peer could be reached, or none confirmed in time: as far as is known only this node holds the contract. It
         * goes on to bring it to the others.
         */
        STORED_LOCALLY,
        /**
         * Only this node holds the contract and does not broadcast it for now: it is quarantined for a merge law
         * violation.
         */
        QUARANTINED
    }
}
