package dev.tributary.core.value;

/**
 * A contract's state as delivered to a subscriber.
 *
 * @param skipped number of states dropped since the previous delivery to this subscriber, because it had not requested
 *     more in time; 0 for the first
 */
public record ContractUpdate(ContractKey key, State state, long skipped) {}
