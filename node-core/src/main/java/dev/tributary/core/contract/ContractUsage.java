package dev.tributary.core.contract;

import java.time.Duration;

/**
 * What contracts take now, and what they took since the start.
 *
 * @param queue calls that run and wait
 * @param finished calls that were answered, the contract's own no included
 * @param failed calls that broke off: trapped, out of time or memory, cancelled
 * @param time what all calls took together, without waiting
 * @param longest what the longest of them took
 * @param runtimes code and memory
 */
public record ContractUsage(
        QueueUsage queue, long finished, long failed, Duration time, Duration longest, RuntimeUsage runtimes) {}
