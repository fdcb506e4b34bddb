package dev.tributary.core.simulation;

import java.time.Duration;

/**
 * How far a workload has come.
 *
 * @param virtualTime since the network's beginning
 * @param begun operations that were asked for
 * @param ended operations that have ended, one way or another
 * @param operations how many there are to be
 */
public record WorkloadProgress(Duration virtualTime, int begun, int ended, int operations) {}
