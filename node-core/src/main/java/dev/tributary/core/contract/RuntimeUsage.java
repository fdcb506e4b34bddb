package dev.tributary.core.contract;

/**
 * Memory use of a runtime, by loaded code and by running contracts.
 *
 * @param modules number of cached modules, those that failed to load included
 * @param codeBytes their estimated memory, in bytes
 * @param loads counter: modules that were loaded
 * @param memoryBytes memory of the running contracts now, in bytes
 * @param memoryPeakBytes maximum of {@code memoryBytes} since the start
 */
public record RuntimeUsage(int modules, long codeBytes, long loads, long memoryBytes, long memoryPeakBytes) {

    /** The usage of a runtime that caches nothing. */
    public static final RuntimeUsage NONE = new RuntimeUsage(0, 0, 0, 0, 0);

    /** The sum of both. The sum of the peaks is an upper bound, since they may have occurred at different times. */
    RuntimeUsage plus(RuntimeUsage other) {
        return new RuntimeUsage(
                modules + other.modules,
                codeBytes + other.codeBytes,
                loads + other.loads,
                memoryBytes + other.memoryBytes,
                memoryPeakBytes + other.memoryPeakBytes);
    }
}
