package dev.tributary.core.loop;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An event of the node. The event loop handles events one at a time. */
public sealed interface LoopEvent permits LocalEvent, HandshakeEvent, TransportEvent {

    /** The source that the event comes from. */
    Source source();

    /** The name of the event in logs and status, without its content. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** What the recorder calls it: a type, whose name counts, or a name; one object for each kind of event. */
    default Object recordedKind() {
        return getClass();
    }

    /** The peer that it comes from, or null. */
    default @Nullable PeerId peer() {
        return null;
    }

    /** The transaction of the message that it carries, or null. */
    default @Nullable TransactionId transaction() {
        return null;
    }

    /** The three sources that the loop merges. */
    enum Source {
        NOTIFICATIONS,
        HANDSHAKES,
        TRANSPORT;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** Its name in logs and status. */
        String label() {
            return label;
        }
    }
}
