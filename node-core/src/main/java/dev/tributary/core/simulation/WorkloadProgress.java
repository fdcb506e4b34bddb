package dev.tributary.core.simulation;

import java.time.Duration;

/**
 * The progress of a workload.
 *
 * @param virtualTime the virtual time since the network's beginning
 * @param started the number of operations started
 * @param ended the number of operations ended, with any outcome
 * @param operations the total number of operations
 */
public record WorkloadProgress(Duration virtualTime, int started, int ended, int operations) {}
