package dev.tributary.core.simulation;

import dev.tributary.core.simulation.report.SimulationReport.Outcomes;
import java.util.EnumMap;
import java.util.Map;

/** Counts the outcomes of the operations of one kind. */
final class OutcomeCounter {

    private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);

    /** The outcome of an operation. */
    enum Outcome {
        SUCCESS,
        NOT_FOUND,
        REFUSED,
        DEADLINE_EXCEEDED,
        NODE_CRASHED,
        NO_OUTCOME
    }

    /** Counts a started operation. */
    void begin() {
        add(Outcome.NO_OUTCOME, 1);
    }

    /** Counts the end of a started operation. */
    void end(Outcome ending) {
        add(Outcome.NO_OUTCOME, -1);
        add(ending, 1);
    }

    Outcomes outcomes() {
        return new Outcomes(
                counts.values().stream().mapToLong(Long::longValue).sum(),
                count(Outcome.SUCCESS),
                count(Outcome.NOT_FOUND),
                count(Outcome.REFUSED),
                count(Outcome.DEADLINE_EXCEEDED),
                count(Outcome.NODE_CRASHED),
                count(Outcome.NO_OUTCOME));
    }

    private void add(Outcome ending, long change) {
        counts.merge(ending, change, Long::sum);
    }

    private long count(Outcome ending) {
        return counts.getOrDefault(ending, 0L);
    }
}
