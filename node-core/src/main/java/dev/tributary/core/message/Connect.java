package dev.tributary.core.message;

import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;

/** The CONNECT family: find neighbours for a node, near a place on the ring that it names. */
public final class Connect {

    private Connect() {}

    /**
     * Looks for peers near the target that keep a place for the joiner, who dials them then.
     *
     * @param target near which place on the ring
     * @param joiner who looks for neighbours
     * @param adjacent whether only peers that would have the joiner next to them on the ring keep a place for it
     * @param detours how often the search may go on away from the target where nobody has a place, 0 to {@link #MAX_DETOURS}
     */
    public record Request(
            TransactionId tx,
            HopsToLive hopsToLive,
            Visited visited,
            Duration budget,
            RingLocation target,
            PeerId joiner,
            boolean adjacent,
            int detours)
            implements PeerRequest {

        /** As many as there are hops. */
        public static final int MAX_DETOURS = HopsToLive.MAX;

        public Request {
            if (detours < 0 || detours > MAX_DETOURS) {
                throw new IllegalArgumentException("detours must be in 0.." + MAX_DETOURS + ", not " + detours);
            }
        }
    }

    /**
     * The search ended.
     *
     * @param contacts the peers that keep a place for the joiner for some seconds, each by its id and the address that its
     *     own neighbour sees; none if nobody had a place
     */
    public record Offers(TransactionId tx, List<PeerContact> contacts) implements PeerReply {

        /** More than a joiner could use at once. */
        public static final int MAX_CONTACTS = 16;

        public Offers {
            contacts = List.copyOf(contacts);
            if (contacts.size() > MAX_CONTACTS) {
                throw new IllegalArgumentException("at most " + MAX_CONTACTS + " contacts, not " + contacts.size());
            }
            if (contacts.stream().anyMatch(contact -> contact.expected() == null)) {
                throw new IllegalArgumentException("each contact must name its peer");
            }
        }
    }

    /**
     * Says on a fresh link that its receiver is no neighbour of the sender, which has all that it admits, but a guest: it
     * may look for neighbours through this link until the sender closes it.
     *
     * @param stay how long that is at most
     */
    public record Crowded(TransactionId tx, Duration stay) implements PeerNotice {}
}
