package dev.tributary.core.contract.wasm;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** How much memory the guests have that run. Memory never shrinks, so a look at the end of a call sees its most. */
final class MemoryGauge {

    private final Set<GuestMemory> running = ConcurrentHashMap.newKeySet();
    private final AtomicLong peak = new AtomicLong();

    void begin(GuestMemory memory) {
        running.add(memory);
    }

    void end(GuestMemory memory) {
        peak();
        running.remove(memory);
    }

    /** In bytes, now. */
    long bytes() {
        long bytes = 0;
        for (GuestMemory each : running) {
            bytes += each.size();
        }
        return bytes;
    }

    /** In bytes, the most that there ever was at once. */
    long peak() {
        return peak.accumulateAndGet(bytes(), Math::max);
    }
}
