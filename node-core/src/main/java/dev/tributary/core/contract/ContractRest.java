package dev.tributary.core.contract;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.StateDigest;
import java.time.Duration;
import java.util.List;

/** The rest of one contract, and the changes that it failed on. Not thread-safe; times in nanoseconds. */
final class ContractRest {

    /** Length of the first rest, which doubles with each further one up to the longest. */
    private static final Duration FIRST_REST = Duration.ofMinutes(2);

    private static final Duration LONGEST_REST = Duration.ofHours(2);

    /** Maximum number of remembered changes. */
    private static final int MAX_CHANGES = 16;

    /** The changes that failed, each with when it is forgotten. */
    private final BoundedMap<List<StateDigest>, Long> failed = BoundedMap.leastRecentlyWritten(MAX_CHANGES);

    private ContractRests.Work work = ContractRests.Work.CHANGE;
    private Duration length = Duration.ZERO;
    private long until;

    ContractRest(long now) {
        until = now;
    }

    boolean isResting(long now) {
        return isSuspect() && until - now > 0;
    }

    /** Whether the contract has not succeeded since the rest began. */
    boolean isSuspect() {
        return !length.isZero();
    }

    Duration length() {
        return length;
    }

    void begin(ContractRests.Work failedWork, long now) {
        // Calls that were under way when the rest began do not make it longer.
        if (!isResting(now)) {
            Duration doubled = length.isZero() ? FIRST_REST : length.multipliedBy(2);
            length = doubled.compareTo(LONGEST_REST) < 0 ? doubled : LONGEST_REST;
            until = now + length.toNanos();
        }
        work = failedWork;
    }

    /** Ends the rest if it began with a call for the same work. */
    void endAfter(ContractRests.Work succeeded) {
        if (work == succeeded) {
            length = Duration.ZERO;
        }
    }

    void refuse(List<StateDigest> change, long end) {
        failed.put(change, end);
    }

    boolean isRefused(List<StateDigest> change, long now) {
        Long end = failed.get(change);
        return end != null && end - now > 0;
    }
}
