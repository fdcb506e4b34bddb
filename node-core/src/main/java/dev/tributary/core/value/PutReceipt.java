package dev.tributary.core.value;

/**
 * How far a PUT got.
 *
 * @param tx the transaction that succeeded
 * @param hops how many hops away the root is: 0 means that this node is it
 * @param copies how many nodes are known to hold the contract because of this PUT, this one included
 */
public record PutReceipt(TransactionId tx, ContractKey key, Reach reach, int hops, int copies) {

    /** How far a PUT can get. */
    public enum Reach {
        /** The node nearest to the contract's location holds it, and other nodes do. */
        STORED_AT_ROOT,
        /** Nobody could be reached: only this node holds it. */
        STORED_LOCALLY
    }
}
