package dev.tributary.core.loop;

import java.util.function.IntSupplier;
import reactor.core.publisher.Flux;

/**
 * One of the loop's sources.
 *
 * @param kind its name
 * @param events what it delivers; may be subscribed again after it ended
 * @param waiting how many events it holds that the loop has not taken
 * @param identity which object feeds it: what its senders say they send to must be the same
 */
record EventSource(NodeEvent.Source kind, Flux<? extends NodeEvent> events, IntSupplier waiting, String identity) {

    static EventSource of(NodeEvent.Source kind, NotificationChannel<?> channel) {
        return new EventSource(kind, channel.flux(), channel::waiting, channel.identity());
    }
}
