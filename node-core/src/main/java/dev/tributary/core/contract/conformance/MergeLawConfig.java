package dev.tributary.core.contract.conformance;

import dev.tributary.core.value.Bounds;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * Configuration of the checks of accepted merges against the merge law.
 *
 * @param sampleOneIn one of this number of merges is repeated, 1 to 1000000, or 0 for none
 * @param checkTimeout timeout of one check, its time in the queue included; a check that times out proves nothing
 * @param queuedMerges capacity of the queue of merges to check, 1 to 65536; further merges are dropped
 * @param queuedBytes maximum size of their states together, in bytes
 * @param quarantine duration of the first quarantine of a contract: doubled every time
 * @param maxQuarantine maximum duration of a quarantine; a contract without violations for this long is cleared
 */
@RecordBuilder
public record MergeLawConfig(
        int sampleOneIn,
        Duration checkTimeout,
        int queuedMerges,
        int queuedBytes,
        Duration quarantine,
        Duration maxQuarantine)
        implements MergeLawConfigBuilder.With {

    public MergeLawConfig {
        Bounds.within("sampleOneIn", sampleOneIn, 0, 1_000_000);
        Bounds.within("queuedMerges", queuedMerges, 1, 65_536);
        Bounds.within("queuedBytes", queuedBytes, 1, Integer.MAX_VALUE);
        Bounds.positive("checkTimeout", checkTimeout);
        Bounds.positive("quarantine", quarantine);
        if (maxQuarantine.compareTo(quarantine) < 0) {
            throw new IllegalArgumentException(
                    "maxQuarantine must be at least " + quarantine + ", not " + maxQuarantine);
        }
    }

    /** Checking one in sixteen merges costs a fifth of merging; the bytes hold one merge of the largest states. */
    public static MergeLawConfig defaults() {
        return MergeLawConfigBuilder.builder()
                .sampleOneIn(16)
                .checkTimeout(Duration.ofSeconds(2))
                .queuedMerges(64)
                .queuedBytes(160 << 20)
                .quarantine(Duration.ofMinutes(10))
                .maxQuarantine(Duration.ofHours(4))
                .build();
    }
}
