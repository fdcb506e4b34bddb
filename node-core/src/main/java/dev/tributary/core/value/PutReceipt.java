package dev.tributary.core.value;

/**
 * How far a PUT got.
 *
 * @param tx the transaction, as it is named in logs
 * @param hops how many hops away the root is: 0 means that this node is it
 * @param copies how many nodes are known to hold the contract because of this PUT, this one included
 */
public record PutReceipt(TransactionId tx, ContractKey key, Reach reach, int hops, int copies) {

    /** How far a PUT can get. */
    public enum Reach {
        /** The node nearest to the contract's location holds it, and other nodes do. */
        STORED_AT_ROOT,
        /** Other nodes hold it, but its hops were spent before the nearest one was reached. */
        STORED_ON_THE_WAY,
        /** Nobody could be reached: only this node holds it. */
        STORED_LOCALLY,
        /** Only this node holds it, and does not spread it for a while: its contract breaks the laws of merging. */
        HELD_BACK
    }
}
