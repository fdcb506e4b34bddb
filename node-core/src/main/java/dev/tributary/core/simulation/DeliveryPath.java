package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.TransactionId;
import java.util.Optional;

/** Transmits messages from one end of a link to the other. Any thread. */
interface DeliveryPath {

    /** A path without delay. */
    DeliveryPath IMMEDIATE = new DeliveryPath() {
        @Override
        public void transmit(PeerMessage message, InMemoryLink to) {
            to.deliver(message);
        }

        @Override
        public void transmitEnd(CloseReason reason, Runnable end) {
            end.run();
        }
    };

    /**
     * Delivers the message to the inbox, where it has a reserved slot, in order among messages of its size class, or
     * drops it and releases the slot.
     */
    void transmit(PeerMessage message, InMemoryLink to);

    /** The large message of this transaction that is on this path; empty if there is none. */
    default Optional<Transfer> transfer(TransactionId tx) {
        return Optional.empty();
    }

    /** Delivers the close of the link, after all messages sent before it. */
    void transmitEnd(CloseReason reason, Runnable end);
}
