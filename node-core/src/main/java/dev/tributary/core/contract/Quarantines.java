package dev.tributary.core.contract;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts violations of merge laws for each code and puts a code in quarantine at its second violation. After a
 * quarantine one more violation starts the next, which lasts twice as long. Safe to use from any thread.
 */
final class Quarantines {

    /** Number of violations that start a quarantine: a single one may be chance, caused by a clock for instance. */
    private static final int THRESHOLD = 2;

    /** Maximum number of remembered codes, more than a node hosts; beyond it the one with the oldest violation is evicted. */
    private static final int MAX_SUSPECTS = 4096;

    private final MergeLawConfig config;
    private final TimeSource time;
    private final BoundedMap<CodeHash, Suspect> suspects = BoundedMap.leastRecentlyWritten(MAX_SUSPECTS);

    /**
     * The record of a code.
     *
     * @param violations number of violations that count towards the next quarantine
     * @param quarantines number of quarantines so far
     * @param cleanSince time of the last violation, or the end of the last quarantine if that is later, in nanoseconds
     */
    private record Suspect(MergeLaw law, int violations, int quarantines, long cleanSince) {}

    Quarantines(MergeLawConfig config, TimeSource time) {
        this.config = config;
        this.time = time;
    }

    /** Records that the code broke the law, and returns the quarantine that this starts, if any. */
    synchronized Optional<Quarantine> recordViolation(CodeHash code, MergeLaw law) {
        long now = time.nanos();
        Suspect before = find(code, now);
        if (before != null && remaining(before, now) > 0) {
            return Optional.empty();
        }
        int violations = before == null ? 1 : before.violations() + 1;
        int quarantines = before == null ? 0 : before.quarantines();
        if (violations < THRESHOLD) {
            suspects.put(code, new Suspect(law, violations, quarantines, now));
            return Optional.empty();
        }
        Duration duration = duration(quarantines);
        suspects.put(code, new Suspect(law, THRESHOLD - 1, quarantines + 1, now + duration.toNanos()));
        return Optional.of(new Quarantine(code, law, duration));
    }

    /** True if the code broke a law and was not cleared since. */
    synchronized boolean isSuspect(CodeHash code) {
        return find(code, time.nanos()) != null;
    }

    /** The current quarantine of the code; empty if there is none. */
    synchronized Optional<Quarantine> current(CodeHash code) {
        long now = time.nanos();
        Suspect suspect = find(code, now);
        return suspect == null || remaining(suspect, now) <= 0
                ? Optional.empty()
                : Optional.of(new Quarantine(code, suspect.law(), Duration.ofNanos(remaining(suspect, now))));
    }

    /** Number of codes in quarantine. */
    synchronized int activeCount() {
        long now = time.nanos();
        return (int) suspects.values().stream()
                .filter(suspect -> remaining(suspect, now) > 0)
                .count();
    }

    private @Nullable Suspect find(CodeHash code, long now) {
        Suspect suspect = suspects.get(code);
        if (suspect != null
                && now - suspect.cleanSince() >= config.maxQuarantine().toNanos()) {
            suspects.remove(code);
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
