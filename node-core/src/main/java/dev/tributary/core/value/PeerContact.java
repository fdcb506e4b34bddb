package dev.tributary.core.value;

import org.jspecify.annotations.Nullable;

/**
 * A peer to keep a link to.
 *
 * @param expected who must answer there, or null if anybody may
 */
public record PeerContact(PeerAddress address, @Nullable PeerId expected) {

    /** Whoever answers there. */
    public static PeerContact at(PeerAddress address) {
        return new PeerContact(address, null);
    }

    /**
     * Reads {@code host:port} or {@code peerid@host:port}.
     *
     * @throws IllegalArgumentException that says what is wrong with it
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
