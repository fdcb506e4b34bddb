package dev.tributary.core.watchdog;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A part of a node that works on one thread, step by step. The watchdog reads it many times a second on a thread of its
 * own: all methods are safe to call from any thread, never block, and allocate nothing, except {@link #work}.
 */
public interface Watched {

    /** Value of {@link #stepSince} between two steps. */
    long IDLE = Long.MIN_VALUE;

    /** The name of the part in logs, metrics and events. */
    String name();

    /** Time in nanoseconds without progress after which the part counts as stalled; more than zero. */
    long limitNanos();

    /** Number of steps that have ended. A part whose number grows makes progress. */
    long steps();

    /** When the step in progress began, in nanoseconds of the node's clock; {@link #IDLE} between two steps, or if unknown. */
    default long stepSince() {
        return IDLE;
    }

    /** Number of accepted items that could be worked on now; 0 if there are none, or if they may wait. */
    default int waiting() {
        return 0;
    }

    /** The thread that took the last turn; null if none was taken yet. */
    @Nullable
    Thread thread();

    /** The step in progress, and whose work it is; called for a report only. */
    String work();

    /** Called before each sample on the watchdog's thread, to ask for what cannot be read. */
    default void beforeSample(long now) {}

    /**
     * Whether items could be worked on and no turn was asked for. It is so for a moment whenever work is handed over; if
     * it lasts, a wake-up was lost.
     */
    default boolean isWakeUpMissing() {
        return false;
    }

    /** Names of the classes whose code asks for turns. While a thread runs it, a missing wake-up may still come. */
    default Set<String> askers() {
        return Set.of();
    }

    /** Asks for a turn if {@link #isWakeUpMissing()}; returns whether it did. */
    default boolean repairWakeUp() {
        return false;
    }
}
