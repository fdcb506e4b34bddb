package dev.tributary.core.watchdog;

import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.core.value.NodeEvent.PartStalled.Verdict;
import java.util.List;
import java.util.Map;

/**
 * What the watchdog has found.
 *
 * @param counts counter: the stalls so far, by verdict; a verdict that was never given may be missing
 * @param current the stalls that have not ended
 */
public record StallStatus(Map<Verdict, Long> counts, List<PartStalled> current) {

    private static final StallStatus NONE = new StallStatus(Map.of(), List.of());

    public StallStatus {
        counts = Map.copyOf(counts);
        current = List.copyOf(current);
    }

    /** The status of a node that is not watched, as on virtual time. */
    public static StallStatus none() {
        return NONE;
    }

    /** The number of stalls with this verdict so far. */
    public long count(Verdict verdict) {
        return counts.getOrDefault(verdict, 0L);
    }

    /** The number of wake-ups that were lost and repaired so far. */
    public long lostWakeUps() {
        return count(Verdict.LOST_WAKE_UP);
    }
}
