package dev.tributary.core.contract.conformance;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts the violations of each key and puts a key in quarantine when they reach the threshold. After a quarantine one
 * more violation starts the next, which lasts twice as long. Not thread-safe.
 */
final class Suspects<K> {

    /** Maximum number of remembered keys; beyond it the one with the oldest violation is evicted. */
    private static final int MAX_SUSPECTS = 4096;

    private final MergeLawConfig config;
    private final TimeSource time;
    private final int threshold;
    private final BoundedMap<K, Suspect> suspects = BoundedMap.leastRecentlyWritten(MAX_SUSPECTS);

    /**
     * The record of a key.
     *
     * @param violations number of violations that count towards the next quarantine
     * @param quarantines number of quarantines so far
     * @param cleanSince time of the last violation, or the end of the last quarantine if that is later, in nanoseconds
     */
    private record Suspect(MergeLaw law, int violations, int quarantines, long cleanSince) {}

    /** The law that was broken last, and the remaining time of the quarantine. */
    record Sentence(MergeLaw law, Duration remaining) {}

    /** @param threshold number of violations that start the first quarantine */
    Suspects(MergeLawConfig config, TimeSource time, int threshold) {
        this.config = config;
        this.time = time;
        this.threshold = threshold;
    }

    /** Records a violation, and returns the quarantine that this starts, if any. */
    Optional<Sentence> recordViolation(K key, MergeLaw law) {
        long now = time.nanos();
        Suspect before = find(key, now);
        if (before != null && remaining(before, now) > 0) {
            return Optional.empty();
        }
        int violations = before == null ? 1 : before.violations() + 1;
        int quarantines = before == null ? 0 : before.quarantines();
        if (violations < threshold) {
            suspects.put(key, new Suspect(law, violations, quarantines, now));
            return Optional.empty();
        }
        Duration duration = duration(quarantines);
        suspects.put(key, new Suspect(law, threshold - 1, quarantines + 1, now + duration.toNanos()));
        return Optional.of(new Sentence(law, duration));
    }

    /** True if the key had a violation and was not cleared since. */
    boolean contains(K key) {
        return find(key, time.nanos()) != null;
    }

    /** The current quarantine of the key; empty if there is none. */
    Optional<Sentence> current(K key) {
        long now = time.nanos();
        Suspect suspect = find(key, now);
        return suspect == null || remaining(suspect, now) <= 0
                ? Optional.empty()
                : Optional.of(new Sentence(suspect.law(), Duration.ofNanos(remaining(suspect, now))));
    }

    /** Number of keys in quarantine. */
    int activeCount() {
        long now = time.nanos();
        return (int) suspects.values().stream()
                .filter(suspect -> remaining(suspect, now) > 0)
                .count();
    }

    private @Nullable Suspect find(K key, long now) {
        Suspect suspect = suspects.get(key);
        if (suspect != null
                && now - suspect.cleanSince() >= config.maxQuarantine().toNanos()) {
            suspects.remove(key);
            return null;
        }
        return suspect;
    }

    private Duration duration(int quarantines) {
        Duration duration = config.quarantine();
        for (int i = 0; i < quarantines && duration.compareTo(config.maxQuarantine()) < 0; i++) {
            duration = duration.multipliedBy(2);
        }
        return duration.compareTo(config.maxQuarantine()) < 0 ? duration : config.maxQuarantine();
    }

    private static long remaining(Suspect suspect, long now) {
        return suspect.quarantines() == 0 ? 0 : suspect.cleanSince() - now;
    }
}
