package dev.tributary.core.watchdog;

import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.core.value.NodeEvent.PartStalled.Verdict;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts the stalls by verdict. Thread-safe. */
final class StallCounts {

    private final Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);

    StallCounts() {
        for (Verdict each : Verdict.values()) {
            counts.put(each, 0L);
        }
    }

    synchronized void add(Verdict verdict) {
        counts.merge(verdict, 1L, Long::sum);
    }

    synchronized StallStatus status(List<PartStalled> current) {
        return new StallStatus(new EnumMap<>(counts), current);
    }
}
