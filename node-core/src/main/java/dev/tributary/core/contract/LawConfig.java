package dev.tributary.core.contract;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * How contracts are watched for breaking the laws of merging.
 *
 * @param sample one of so many merges is made again, 1 to 1000000, or 0 for none
 * @param checkLimit how long making one again may take, the wait for a thread included; after it nothing is said
 * @param waitingMerges how many merges may wait to be made again, 1 to 65536; what comes on top is not looked at
 * @param waitingBytes how many bytes their states may have together
 * @param quarantine how long a contract is not spread at first: doubled every time
 * @param longestQuarantine the most that it becomes; as long must pass after it until all is forgotten
 */
public record LawConfig(
        int sample,
        Duration checkLimit,
        int waitingMerges,
        int waitingBytes,
        Duration quarantine,
        Duration longestQuarantine) {

    /** One of sixteen costs about a fifth of what merging does; the bytes are one merge of the largest states. */
    public static final LawConfig DEFAULT =
            new LawConfig(16, Duration.ofSeconds(2), 64, 160 << 20, Duration.ofMinutes(10), Duration.ofHours(4));

    public LawConfig {
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

    public LawConfig withSample(int sample) {
        return new LawConfig(sample, checkLimit, waitingMerges, waitingBytes, quarantine, longestQuarantine);
    }
}
