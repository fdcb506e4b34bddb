package dev.tributary.core.loop.record;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An event that the loop has handled.
 *
 * @param age time since its handler ended
 * @param source name of the source that it came from
 * @param kind what kind of event it was: the type of the message, or the name of the event
 * @param peer the peer that it came from, or null
 * @param transaction the transaction of the message, or null
 * @param waiting time from its acceptance by the channel to the start of its handler
 * @param handling time that its handler took
 */
public record HandledEvent(
        Duration age,
        String source,
        String kind,
        @Nullable PeerId peer,
        @Nullable TransactionId transaction,
        Duration waiting,
        Duration handling) {}
