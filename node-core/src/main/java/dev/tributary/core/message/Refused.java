package dev.tributary.core.message;

import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import org.jspecify.annotations.Nullable;

/**
 * The reply of a peer that refuses a request, with the reason.
 *
 * @param detail one line for people, at most {@link #MAX_DETAIL} characters: longer text is truncated
 * @param lastHop the last peer on the route known to have been asked, or null if it is the sender
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

    @Override
    public Kind kind() {
        return Kind.REFUSED;
    }
}
