package dev.tributary.core.loop.record;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The kinds of events seen so far, each with its times. The loop thread adds and looks up, any thread reads the list. */
final class KindTable {

    /** Maximum number of kinds, more than the program has; a further kind counts as the last one. */
    static final int MAX_KINDS = 64;

    private static final String OTHER = "other";

    private final Map<Object, KindTimes> byKind = new HashMap<>();
    private final List<KindTimes> all = new CopyOnWriteArrayList<>();

    /** The kind looked up last: events of one kind come in groups. */
    private @Nullable Object lastKind;

    private @Nullable KindTimes last;

    /** The times of this kind. Loop thread only. */
    KindTimes get(String source, Object kind) {
        KindTimes times = last;
        if (times == null || !kind.equals(lastKind)) {
            KindTimes known = byKind.get(kind);
            times = known == null ? add(source, kind) : known;
            lastKind = kind;
            last = times;
        }
        return times;
    }

    /** The times of the kind with this number, which some thread has read from an event. */
    KindTimes numbered(int number) {
        return Objects.requireNonNull(all.get(number));
    }

    List<KindSummary> snapshot() {
        return all.stream().map(KindTimes::snapshot).toList();
    }

    private KindTimes add(String source, Object kind) {
        int number = all.size();
        if (number == MAX_KINDS) {
            return all.get(number - 1);
        }
        KindTimes times = number == MAX_KINDS - 1
                ? new KindTimes(number, OTHER, OTHER)
                : new KindTimes(number, source, KindTimes.nameOf(kind));
        all.add(times);
        byKind.put(kind, times);
        return times;
    }
}
