package dev.tributary.core.contract;

/**
 * How busy the contracts' threads are.
 *
 * @param running calls that run
 * @param queued calls that wait
 * @param peak the most that ever waited
 * @param refused calls that found no room, since the start
 */
public record QueueUsage(int running, int queued, int peak, long refused) {}
