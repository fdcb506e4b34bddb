package dev.tributary.app.config;

import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * A peer to keep a link to. Text form {@code host:port} or {@code peerid@host:port}.
 *
 * @param expected who must answer there, or null if anybody may
 */
public record ConfiguredPeer(PeerAddress address, @Nullable PeerId expected) {

    /** Reads the text form; throws {@link IllegalArgumentException} that says what is wrong with it. */
    public static ConfiguredPeer parse(String text) {
        int at = text.indexOf('@');
        return new ConfiguredPeer(
                PeerAddress.parse(text.substring(at + 1)), at < 0 ? null : PeerId.parse(text.substring(0, at)));
    }

    @Override
    public String toString() {
        return expected == null ? address.toString() : expected + "@" + address;
    }
}
