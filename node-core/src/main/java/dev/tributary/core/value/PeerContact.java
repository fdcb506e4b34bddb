package dev.tributary.core.value;

import org.jspecify.annotations.Nullable;

/**
 * A peer to connect to.
 *
 * @param expected the peer id that must answer at the address, or null to accept any peer
 */
public record PeerContact(PeerAddress address, @Nullable PeerId expected) {

    /** Returns a contact that accepts any peer at the address. */
    public static PeerContact at(PeerAddress address) {
        return new PeerContact(address, null);
    }

    /**
     * Parses {@code host:port} or {@code peerid@host:port}.
     *
     * @throws IllegalArgumentException with the cause if the text is invalid
     */
    public static PeerContact parse(String text) {
        int at = text.indexOf('@');
        return new PeerContact(
                PeerAddress.parse(text.substring(at + 1)), at < 0 ? null : PeerId.parse(text.substring(0, at)));
    }

    @Override
    public String toString() {
        return expected == null ? address.toString() : expected + "@" + address;
    }
}
