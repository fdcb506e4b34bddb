package dev.tributary.core.contract;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * Configuration of the checks of accepted merges against the merge laws.
 *
 * @param sample one of this number of merges is repeated, 1 to 1000000, or 0 for none
 * @param checkLimit timeout of one check, its time in the queue included; a check that times out proves nothing
 * @param waitingMerges capacity of the queue of merges to check, 1 to 65536; further merges are dropped
 * @param waitingBytes maximum size of their states together, in bytes
 * @param quarantine duration of the first quarantine of a code: doubled every time
 * @param longestQuarantine maximum duration of a quarantine; a code without violations for this long is cleared
 */
public record MergeLawConfig(
        int sample,
        Duration checkLimit,
        int waitingMerges,
        int waitingBytes,
        Duration quarantine,
        Duration longestQuarantine) {

    /** Checking one in sixteen merges costs a fifth of merging; the bytes hold one merge of the largest states. */
    public static final MergeLawConfig DEFAULT =
            new MergeLawConfig(16, Duration.ofSeconds(2), 64, 160 << 20, Duration.ofMinutes(10), Duration.ofHours(4));

    public MergeLawConfig {
        Bounds.within("sample", sample, 0, 1_000_000);
        Bounds.within("waitingMerges", waitingMerges, 1, 65_536);
        Bounds.within("waitingBytes", waitingBytes, 1, Integer.MAX_VALUE);
        Bounds.positive("checkLimit", checkLimit);
        Bounds.positive("quarantine", quarantine);
        if (longestQuarantine.compareTo(quarantine) < 0) {
            throw new IllegalArgumentException(
                    "longestQuarantine must be at least " + quarantine + ", not " + longestQuarantine);
        }
    }

    public MergeLawConfig withSample(int sample) {
        return new MergeLawConfig(sample, checkLimit, waitingMerges, waitingBytes, quarantine, longestQuarantine);
    }
}
