package dev.tributary.core.loop;

import java.util.List;

/**
 * One of the loop's sources: a channel, and the flows that are led into it.
 *
 * @param kind its name
 * @param channel what the loop receives from
 * @param feeds flows that the loop keeps running; other senders send to the channel by themselves
 */
record EventSource<E extends NodeEvent>(NodeEvent.Source kind, NotificationChannel<E> channel, List<Feed<E>> feeds) {

    EventSource {
        feeds = List.copyOf(feeds);
    }

    /** A source that only its senders fill. */
    static <E extends NodeEvent> EventSource<E> of(NodeEvent.Source kind, NotificationChannel<E> channel) {
        return new EventSource<>(kind, channel, List.of());
    }
}
