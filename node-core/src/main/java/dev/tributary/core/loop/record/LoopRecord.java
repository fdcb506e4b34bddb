package dev.tributary.core.loop.record;

import dev.tributary.core.value.PeerId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A copy of what the loop's recorder holds.
 *
 * @param taken when the copy was taken
 * @param capacity maximum number of events that the recorder keeps; 0 if it records nothing
 * @param recorded number of events recorded since the start of the loop
 * @param events the latest events, oldest first
 * @param kinds the times of all events since the start of the loop, by kind
 */
public record LoopRecord(
        Instant taken, int capacity, long recorded, List<HandledEvent> events, List<KindSummary> kinds) {

    public LoopRecord {
        events = List.copyOf(events);
        kinds = List.copyOf(kinds);
    }

    /** The peers that sent most of the events, at most this many, the first one first. */
    public List<Sender> topSenders(int most) {
        Map<PeerId, Long> counts = events.stream()
                .map(HandledEvent::peer)
                .filter(Objects::nonNull)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return counts.entrySet().stream()
                .map(each -> new Sender(each.getKey(), each.getValue()))
                .sorted(Comparator.comparingLong(Sender::events).reversed().thenComparing(each -> each.peer()))
                .limit(most)
                .toList();
    }

    /**
     * A peer that sent events.
     *
     * @param events number of its events in the copy
     */
    public record Sender(PeerId peer, long events) {}
}
