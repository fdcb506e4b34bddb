package dev.tributary.core.contract;

import java.time.Duration;

/**
 * Resource use of contracts, now and since the start of the node.
 *
 * @param queue running and queued calls
 * @param finished counter: calls that returned a result, rejections by the contract included
 * @param failed counter: calls that trapped, ran out of time or memory, or were cancelled
 * @param time total duration of all calls, without their time in the queue
 * @param longest duration of the longest call
 * @param runtimes code and memory
 */
public record ContractUsage(
        QueueUsage queue, long finished, long failed, Duration time, Duration longest, RuntimeUsage runtimes) {}
