package dev.tributary.core.contract;

import java.time.Duration;

/**
 * How busy the contracts' threads are.
 *
 * @param running calls that run
 * @param queued calls that wait
 * @param peak the most that ever waited
 * @param refused calls that found no room, since the start
 * @param ended calls that ran to their end, good or bad, since the start
 * @param busy how long the threads were at it, all together, since the start
 */
public record QueueUsage(int running, int queued, int peak, long refused, long ended, Duration busy) {}
