package dev.tributary.core.loop;

import java.util.Locale;

/** An event of the node. The event loop handles events one at a time. */
public sealed interface LoopEvent permits LocalEvent, HandshakeEvent, TransportEvent {

    /** The source that the event comes from. */
    Source source();

    /** The name of the event in logs and status, without its content. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** The three sources that the loop merges. */
    enum Source {
        NOTIFICATIONS,
        HANDSHAKES,
        TRANSPORT;

        /** Its name in logs and status. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
