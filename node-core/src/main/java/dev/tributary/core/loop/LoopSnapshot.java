package dev.tributary.core.loop;

import dev.tributary.core.loop.record.LoopRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The event loop at one moment.
 *
 * @param state whether it is parked, busy or stalled
 * @param handling type of the event that is being handled, or null
 * @param handlingFor how long it has been handled so far
 * @param longestHandler time of the slowest handler so far
 * @param longestEvent type of the event that the slowest handler handled, or empty
 * @param stalls number of samples that found the loop stalled
 * @param sources one for each source, in the order of {@link LoopEvent.Source}
 * @param lastStall the events before the latest stall, or null if there was none
 */
public record LoopSnapshot(
        State state,
        @Nullable String handling,
        Duration handlingFor,
        Duration longestHandler,
        String longestEvent,
        long stalls,
        List<SourceSnapshot> sources,
        @Nullable LoopRecord lastStall) {

    public LoopSnapshot {
        sources = List.copyOf(sources);
    }

    /** The state of a loop. */
    public enum State {
        /** No events to handle. */
        PARKED,
        /** Handling events. */
        BUSY,
        /** No progress for too long although there are events to handle. */
        STALLED
    }

    /** Number of events that were lost because their handler threw. */
    public long faults() {
        return sources.stream().mapToLong(SourceSnapshot::faults).sum();
    }

    /** Number of queued events of all sources. */
    public int waiting() {
        return sources.stream().mapToInt(SourceSnapshot::waiting).sum();
    }

    /** This snapshot with another state. */
    LoopSnapshot withState(State state) {
        return new LoopSnapshot(state, handling, handlingFor, longestHandler, longestEvent, stalls, sources, lastStall);
    }

    /** Number of handled events of all sources. */
    public long handled() {
        return sources.stream().mapToLong(SourceSnapshot::count).sum();
    }

    /**
     * One source of the loop.
     *
     * @param count number of handled events
     * @param lastEvent time of the last handled event, or null
     * @param waiting number of queued events
     * @param restarts how often one of its flows failed or ended and was resubscribed
     * @param faults number of events that were lost because their handler threw
     * @param sender identity of the channel that its senders use, or null if not recorded
     * @param receiver identity of the channel that the loop receives from, or null before the loop runs
     */
    public record SourceSnapshot(
            String name,
            long count,
            @Nullable Instant lastEvent,
            int waiting,
            long restarts,
            long faults,
            @Nullable String sender,
            @Nullable String receiver) {

        /** Whether senders use a channel that the loop does not receive from, so that their events never arrive. */
        public boolean isMismatched() {
            return sender != null && receiver != null && !sender.equals(receiver);
        }
    }
}
