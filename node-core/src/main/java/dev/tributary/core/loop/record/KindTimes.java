package dev.tributary.core.loop.record;

import java.util.Objects;

/** The times of all events of one kind. The loop thread writes, any thread reads. */
final class KindTimes {

    private final int number;
    private final String source;
    private final String kind;
    private final TimeBuckets waiting = new TimeBuckets();
    private final TimeBuckets handling = new TimeBuckets();

    /** @param number its number in the table of kinds */
    KindTimes(int number, String source, String kind) {
        this.number = number;
        this.source = source;
        this.kind = kind;
    }

    int number() {
        return number;
    }

    String source() {
        return source;
    }

    String kind() {
        return kind;
    }

    void add(long waitingNanos, long handlingNanos) {
        waiting.add(waitingNanos);
        handling.add(handlingNanos);
    }

    KindSummary snapshot() {
        return new KindSummary(source, kind, waiting.snapshot(), handling.snapshot());
    }

    /**
     * The name of a kind: the simple name of a type, for a message with that of its family, as in {@code Put.Request};
     * any other object by its text.
     */
    static String nameOf(Object kind) {
        if (!(kind instanceof Class<?> type)) {
            return kind.toString();
        }
        Class<?> family = type.getEnclosingClass();
        // The types of events stand in interfaces, whose names say no more than the source does.
        return family == null || family.isInterface()
                ? type.getSimpleName()
                : Objects.requireNonNull(family).getSimpleName() + "." + type.getSimpleName();
    }
}
