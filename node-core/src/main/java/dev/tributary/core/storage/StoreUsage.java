package dev.tributary.core.storage;

/**
 * Number and size of the stored contracts.
 *
 * @param contracts number of contracts
 * @param stateBytes total size of their states in bytes
 */
public record StoreUsage(long contracts, long stateBytes) {}
