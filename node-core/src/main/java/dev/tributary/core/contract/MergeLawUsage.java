package dev.tributary.core.contract;

/**
 * Activity of the conformance monitor.
 *
 * @param checked counter: merges that were checked
 * @param violations counter: checked merges that broke a law
 * @param inconclusive counter: checks that failed or timed out
 * @param dropped counter: merges that were not checked because the queue was full
 * @param queued merges in the queue, the one under check included
 * @param quarantined number of codes in quarantine now
 */
public record MergeLawUsage(
        long checked, long violations, long inconclusive, long dropped, int queued, int quarantined) {}
