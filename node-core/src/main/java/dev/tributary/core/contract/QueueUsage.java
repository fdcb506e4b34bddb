package dev.tributary.core.contract;

/**
 * Use of the contract threads and of their queue.
 *
 * @param running number of running calls
 * @param queued number of queued calls
 * @param peak maximum of {@code queued} since the start
 * @param refused counter: calls that were refused because the queue was full
 */
public record QueueUsage(int running, int queued, int peak, long refused) {}
