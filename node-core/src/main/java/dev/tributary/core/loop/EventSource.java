package dev.tributary.core.loop;

import java.util.List;

/**
 * One of the loop's sources: a channel, and the flows that the loop forwards into it.
 *
 * @param kind which source it is
 * @param channel the channel that the loop receives from
 * @param feeds flows that the loop subscribes, forwards and restarts; other senders use the channel directly
 */
public record EventSource<E extends LoopEvent>(
        LoopEvent.Source kind, NotificationChannel<E> channel, List<EventFeed<E>> feeds) {

    public EventSource {
        feeds = List.copyOf(feeds);
    }

    /** A source without flows. */
    public static <E extends LoopEvent> EventSource<E> of(LoopEvent.Source kind, NotificationChannel<E> channel) {
        return new EventSource<>(kind, channel, List.of());
    }
}
