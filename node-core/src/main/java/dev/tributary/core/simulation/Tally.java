package dev.tributary.core.simulation;

import dev.tributary.core.simulation.SimulationReport.Outcomes;
import java.util.EnumMap;
import java.util.Map;

/** Counts the outcomes of the operations of one kind. */
final class Tally {

    private final Map<Ending, Long> counts = new EnumMap<>(Ending.class);

    /** The outcome of an operation. */
    enum Ending {
        SUCCESS,
        NOT_FOUND,
        REFUSED,
        DEADLINE,
        ASKER_LOST,
        NO_OUTCOME
    }

    /** Counts a started operation. */
    void begin() {
        add(Ending.NO_OUTCOME, 1);
    }

    /** Counts the end of a started operation. */
    void end(Ending ending) {
        add(Ending.NO_OUTCOME, -1);
        add(ending, 1);
    }

    Outcomes outcomes() {
        return new Outcomes(
                counts.values().stream().mapToLong(Long::longValue).sum(),
                count(Ending.SUCCESS),
                count(Ending.NOT_FOUND),
                count(Ending.REFUSED),
                count(Ending.DEADLINE),
                count(Ending.ASKER_LOST),
                count(Ending.NO_OUTCOME));
    }

    private void add(Ending ending, long change) {
        counts.merge(ending, change, Long::sum);
    }

    private long count(Ending ending) {
        return counts.getOrDefault(ending, 0L);
    }
}
