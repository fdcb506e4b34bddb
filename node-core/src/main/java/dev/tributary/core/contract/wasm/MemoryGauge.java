package dev.tributary.core.contract.wasm;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Measures the memory of running guests. Guest memory never shrinks, so the size at the end of a call is its peak. */
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

    /** Memory of all running guests now, in bytes. */
    long bytes() {
        long bytes = 0;
        for (GuestMemory each : running) {
            bytes += each.size();
        }
        return bytes;
    }

    /** Maximum of {@link #bytes()}, sampled here and at the end of each call. */
    long peak() {
        return peak.accumulateAndGet(bytes(), Math::max);
    }
}
