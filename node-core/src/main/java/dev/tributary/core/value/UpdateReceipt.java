package dev.tributary.core.value;

/**
 * The result of an UPDATE on the node that received it. Other hosts are notified asynchronously; if the node cannot store
 * the change now, at least one other host has stored it.
 *
 * @param tx the transaction id, as in log lines
 * @param summary the contract's summary of the state after the update
 * @param changed whether the update changed the state; if not, nothing was sent
 * @param quarantined whether the update is not broadcast for now, because the contract is quarantined for a merge law
 *     violation
 */
public record UpdateReceipt(
        TransactionId tx, ContractKey key, StateSummary summary, boolean changed, boolean quarantined) {}
