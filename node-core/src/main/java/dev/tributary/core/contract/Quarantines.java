package dev.tributary.core.contract;

import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which code broke a law, how often, and for how long its contracts are not spread: from the second time on, doubled
 * every time. After a quarantine once more is enough for the next. Safe to use from any thread.
 */
final class Quarantines {

    /** Once may be chance, a clock for instance. */
    private static final int ENOUGH = 2;

    /** More than anybody hosts; beyond it those known longest are forgotten. */
    private static final int SUSPECTS = 4096;

    private final LawConfig config;
    private final TimeSource time;
    private final Map<CodeHash, Suspect> suspects = new LinkedHashMap<>();

    /**
     * What is known of a code.
     *
     * @param broken how often it broke a law since its last quarantine
     * @param quarantines how many it had
     * @param calm since when nothing was found against it: the end of its last quarantine, if that is later
     */
    private record Suspect(Law law, int broken, int quarantines, long calm) {}

    Quarantines(LawConfig config, TimeSource time) {
        this.config = config;
        this.time = time;
    }

    /** Notes that the code broke the law; the quarantine, if that begins one. */
    synchronized Optional<Quarantine> broke(CodeHash code, Law law) {
        long now = time.nanos();
        Suspect before = remembered(code, now);
        if (before != null && left(before, now) > 0) {
            return Optional.empty();
        }
        int broken = before == null ? 1 : before.broken() + 1;
        int quarantines = before == null ? 0 : before.quarantines();
        if (broken < ENOUGH) {
            remember(code, new Suspect(law, broken, quarantines, now));
            return Optional.empty();
        }
        Duration length = length(quarantines);
        remember(code, new Suspect(law, ENOUGH - 1, quarantines + 1, now + length.toNanos()));
        return Optional.of(new Quarantine(code, law, length));
    }

    /** Whether it broke a law and was not forgotten. */
    synchronized boolean suspects(CodeHash code) {
        return remembered(code, time.nanos()) != null;
    }

    /** The quarantine that the code is in. */
    synchronized Optional<Quarantine> of(CodeHash code) {
        long now = time.nanos();
        Suspect suspect = remembered(code, now);
        return suspect == null || left(suspect, now) <= 0
                ? Optional.empty()
                : Optional.of(new Quarantine(code, suspect.law(), Duration.ofNanos(left(suspect, now))));
    }

    /** How many codes are in quarantine. */
    synchronized int running() {
        long now = time.nanos();
        return (int) suspects.values().stream()
                .filter(suspect -> left(suspect, now) > 0)
                .count();
    }

    private void remember(CodeHash code, Suspect suspect) {
        suspects.put(code, suspect);
        if (suspects.size() > SUSPECTS) {
            suspects.remove(suspects.keySet().iterator().next());
        }
    }

    private @Nullable Suspect remembered(CodeHash code, long now) {
        Suspect suspect = suspects.get(code);
        if (suspect != null
                && now - suspect.calm() >= config.longestQuarantine().toNanos()) {
            suspects.remove(code);
            return null;
        }
        return suspect;
    }

    private Duration length(int before) {
        Duration length = config.quarantine();
        for (int i = 0; i < before && length.compareTo(config.longestQuarantine()) < 0; i++) {
            length = length.multipliedBy(2);
        }
        return length.compareTo(config.longestQuarantine()) < 0 ? length : config.longestQuarantine();
    }

    private static long left(Suspect suspect, long now) {
        return suspect.quarantines() == 0 ? 0 : suspect.calm() - now;
    }
}
