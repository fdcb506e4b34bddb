package dev.tributary.core.subscription;

/**
 * Subscribers and state changes of this node at one moment.
 *
 * @param subscribers number of subscribers
 * @param contracts number of contracts with subscribers
 * @param missingContracts number of those contracts that this node does not hold yet
 * @param updates counter: UPDATEs of this node's clients that changed a state
 * @param changes counter: changes published to subscribers, from clients and from peers
 * @param skipped counter: states skipped for a subscriber because it did not request more in time
 */
public record SubscriptionStatus(
        int subscribers, int contracts, int missingContracts, long updates, long changes, long skipped) {}
