package dev.tributary.core.contract;

/**
 * What a runtime keeps, in code and in the memory of contracts that run.
 *
 * @param modules how many pieces of code are kept, those that cannot be run included
 * @param codeBytes their estimated memory, in bytes
 * @param loads how many were loaded since the start
 * @param memoryBytes what contracts that run have of memory now, in bytes
 * @param memoryPeakBytes the most that they ever had at once, in bytes
 */
public record RuntimeUsage(int modules, long codeBytes, long loads, long memoryBytes, long memoryPeakBytes) {

    /** Of a runtime that keeps nothing. */
    public static final RuntimeUsage NONE = new RuntimeUsage(0, 0, 0, 0, 0);

    /** Of both together. The peaks are added too: an upper bound, since they need not have been at the same time. */
    RuntimeUsage plus(RuntimeUsage other) {
        return new RuntimeUsage(
                modules + other.modules,
                codeBytes + other.codeBytes,
                loads + other.loads,
                memoryBytes + other.memoryBytes,
                memoryPeakBytes + other.memoryPeakBytes);
    }
}
