package dev.tributary.core.operation;

/**
 * What becomes of the states that change, at one moment.
 *
 * @param subscribers how many subscribers this node has
 * @param contracts how many contracts they subscribe to
 * @param awaited how many of those are not held yet
 * @param updates counter: UPDATEs of this node's clients that changed a state
 * @param changes counter: changes that subscribers were told of, whoever made them
 * @param skipped counter: states that a subscriber was not shown because it did not ask for more in time
 */
public record LivingStatus(int subscribers, int contracts, int awaited, long updates, long changes, long skipped) {}
