package dev.tributary.core.watchdog;

import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.core.value.NodeEvent.PartStalled.Verdict;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts the stalls by verdict. Thread-safe. */
final class StallCounts {

    private final AtomicLongArray counts = new AtomicLongArray(Verdict.values().length);

    void add(Verdict verdict) {
        counts.incrementAndGet(verdict.ordinal());
    }

    StallStatus status(List<PartStalled> current) {
        Map<Verdict, Long> byVerdict = new EnumMap<>(Verdict.class);
        for (Verdict each : Verdict.values()) {
            byVerdict.put(each, counts.get(each.ordinal()));
        }
        return new StallStatus(byVerdict, current);
    }
}
