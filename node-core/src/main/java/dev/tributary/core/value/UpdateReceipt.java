package dev.tributary.core.value;

/**
 * What became of an UPDATE where it was made: other hosts hear of it afterwards, and nobody waits for them.
 *
 * @param tx the transaction, as it is named in logs
 * @param summary the contract's digest of the state that this node holds now
 * @param changed whether there was anything new in it; if not, nothing was sent
 * @param heldBack whether this node keeps it to itself for a while, because the contract breaks the laws of merging
 */
public record UpdateReceipt(
        TransactionId tx, ContractKey key, StateSummary summary, boolean changed, boolean heldBack) {}
