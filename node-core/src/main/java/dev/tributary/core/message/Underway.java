package dev.tributary.core.message;

import dev.tributary.core.value.TransactionId;

/**
 * Tells the peer that waits for the reply of this transaction that a large message still moves for it behind the sender:
 * the request on its way to the next hop, or the reply on its way back.
 *
 * @param bytes size of that message in bytes, more than zero
 */
public record Underway(TransactionId tx, int bytes) implements PeerNotice {

    public Underway {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be 1 or more, not " + bytes);
        }
    }

    @Override
    public Kind kind() {
        return Kind.UNDERWAY;
    }
}
