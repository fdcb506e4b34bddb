package dev.tributary.core.loop;

import dev.tributary.core.value.PeerId;
import java.util.List;

/**
 * How a node stands among its peers at one moment, besides who its neighbours are.
 *
 * @param guests how many peers look for neighbours through this node without being any
 * @param guestAt at whom this node is such a guest
 * @param reserved places kept for peers that were offered one
 */
public record RingSnapshot(Standing standing, int guests, List<PeerId> guestAt, int reserved) {

    public RingSnapshot {
        guestAt = List.copyOf(guestAt);
    }

    /** How far a node has come. */
    public enum Standing {
        /** It has no link to anybody. */
        ISOLATED,
        /** It has fewer neighbours than it should, and looks for more. */
        JOINING,
        /** It has neighbours enough, or as many as there are: nobody new was found for some rounds. */
        SETTLED
    }
}
