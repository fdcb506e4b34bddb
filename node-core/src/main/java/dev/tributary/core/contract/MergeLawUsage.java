package dev.tributary.core.contract;

/**
 * Activity of the conformance monitor.
 *
 * @param checked counter: merges that were checked
 * @param broken counter: checked merges that broke a law
 * @param unfinished counter: checks that failed or timed out
 * @param dropped counter: merges that were not checked because the queue was full
 * @param waiting merges in the queue, the one under check included
 * @param quarantined number of codes in quarantine now
 */
public record MergeLawUsage(long checked, long broken, long unfinished, long dropped, int waiting, int quarantined) {}
