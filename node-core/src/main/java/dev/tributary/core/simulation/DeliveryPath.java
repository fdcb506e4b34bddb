package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;

/** Transmits messages from one end of a link to the other. Any thread. */
interface DeliveryPath {

    /** A path without delay. */
    DeliveryPath NONE = new DeliveryPath() {
        @Override
        public void carry(PeerMessage message, InMemoryLink to) {
            to.arrive(message);
        }

        @Override
        public void end(Runnable end) {
            end.run();
        }
    };

    /**
     * Delivers the message to the inbox, where it has a reserved slot, in order among messages of its size class, or
     * drops it and releases the slot.
     */
    void carry(PeerMessage message, InMemoryLink to);

    /** Delivers the close of the link, after all messages sent before it. */
    void end(Runnable end);
}
