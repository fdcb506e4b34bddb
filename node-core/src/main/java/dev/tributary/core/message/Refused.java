package dev.tributary.core.message;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a peer that does not do what was asked, with the reason.
 *
 * @param detail one line for a human, at most {@link #MAX_DETAIL} characters: longer text is cut
 * @param lastHop the farthest peer known to have been asked, or null if the sender itself is
 */
public record Refused(
        TransactionId tx,
        RefusalCode code,
        String detail,
        @Nullable PeerId lastHop) implements PeerReply {

    public static final int MAX_DETAIL = 1024;

    public Refused {
        detail = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
    }
}
