package dev.tributary.core.value;

/**
 * A contract's state as a subscriber is shown it.
 *
 * @param skipped how many states came between the one that this subscriber was shown before and this one, because it did
 *     not ask for more in time; 0 for the first
 */
public record ContractUpdate(ContractKey key, State state, long skipped) {}
