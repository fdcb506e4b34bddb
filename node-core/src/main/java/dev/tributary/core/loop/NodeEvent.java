package dev.tributary.core.loop;

import java.util.Locale;

/** One thing that happened to the node. The event loop handles them one at a time. */
sealed interface NodeEvent permits Notification, HandshakeEvent, TransportEvent {

    /** The source that it comes from. */
    Source source();

    /** The three sources that join in the loop. */
    enum Source {
        NOTIFICATIONS,
        HANDSHAKES,
        TRANSPORT;

        /** The name in logs and status. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
