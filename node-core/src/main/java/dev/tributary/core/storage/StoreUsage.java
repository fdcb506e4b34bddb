package dev.tributary.core.storage;

/**
 * How much a store holds.
 *
 * @param contracts how many contracts
 * @param stateBytes the sizes of their states added up, in bytes
 */
public record StoreUsage(long contracts, long stateBytes) {}
