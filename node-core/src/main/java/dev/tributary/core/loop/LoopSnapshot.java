package dev.tributary.core.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The event loop at one moment.
 *
 * @param state whether it rests, works or hangs
 * @param handling the kind of event that is being handled, or null
 * @param handlingFor for how long it has been
 * @param longestHandler how long the slowest handler so far took
 * @param longestEvent what kind of event that was, or empty
 * @param stalls how often it was seen stalled
 * @param sources one for each source, in the order of {@link NodeEvent.Source}
 */
public record LoopSnapshot(
        State state,
        @Nullable String handling,
        Duration handlingFor,
        Duration longestHandler,
        String longestEvent,
        long stalls,
        List<SourceSnapshot> sources) {

    public LoopSnapshot {
        sources = List.copyOf(sources);
    }

    /** What a loop can be at. */
    public enum State {
        /** Nothing to do, waiting to be woken. */
        PARKED,
        /** At work. */
        BUSY,
        /** No progress for too long although there is something to do. */
        STALLED
    }

    /** How many events were lost to a handler that threw. */
    public long faults() {
        return sources.stream().mapToLong(SourceSnapshot::faults).sum();
    }

    /** How many events wait for the loop in all. */
    public int waiting() {
        return sources.stream().mapToInt(SourceSnapshot::waiting).sum();
    }

    /** The same moment, seen to be in this state. */
    LoopSnapshot in(State state) {
        return new LoopSnapshot(state, handling, handlingFor, longestHandler, longestEvent, stalls, sources);
    }

    /** How many events were handled in all. */
    public long handled() {
        return sources.stream().mapToLong(SourceSnapshot::count).sum();
    }

    /**
     * One source of the loop.
     *
     * @param count how many of its events were handled
     * @param lastEvent when the last of them was, or null
     * @param waiting how many it holds that the loop has not taken
     * @param restarts how often it failed or ended and was subscribed again
     * @param faults how many of its events were lost to a handler that threw
     * @param sender the identity of what its senders send to, or null if nobody said
     * @param receiver the identity of what the loop receives from, or null if it does not yet
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

        /** Whether senders send to something that the loop does not receive from: their events never arrive. */
        public boolean mismatched() {
            return sender != null && receiver != null && !sender.equals(receiver);
        }
    }
}
