package dev.tributary.core.contract.conformance;

/**
 * Activity of the merge law monitor.
 *
 * @param checked counter: merges that were checked
 * @param violations counter: checked merges that broke the law
 * @param inconclusive counter: checks that could not tell, failed or timed out
 * @param dropped counter: merges that were not checked because the queue was full
 * @param queued merges in the queue, the one under check included
 * @param quarantined number of contracts and of codes in quarantine now
 */
public record MergeLawUsage(
        long checked, long violations, long inconclusive, long dropped, int queued, int quarantined) {}
