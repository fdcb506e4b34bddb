package dev.tributary.core.message;

import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;

/** The CONNECT family: finds neighbours for a node near a given ring location. */
public final class Connect {

    private Connect() {}

    /**
     * Searches for peers near the target that reserve a neighbour slot for the joiner. The joiner dials them
     * afterwards.
     *
     * @param target ring location near which to search
     * @param joiner the peer that searches for neighbours
     * @param adjacent whether only peers for which the joiner would be a ring neighbour reserve a slot
     * @param detours how often the search may continue away from the target if no peer has a free slot, 0 to
     *     {@link #MAX_DETOURS}
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

        /** Maximum number of detours, equal to the maximum number of hops. */
        public static final int MAX_DETOURS = HopsToLive.MAX;

        public Request {
            if (detours < 0 || detours > MAX_DETOURS) {
                throw new IllegalArgumentException("detours must be in 0.." + MAX_DETOURS + ", not " + detours);
            }
        }

        @Override
        public PeerRequest.Kind kind() {
            return PeerRequest.Kind.CONNECT;
        }
    }

    /**
     * The reply at the end of the search.
     *
     * @param contacts the peers that reserved a slot for the joiner for some seconds, each with its id and the address
     *     observed by its own neighbour, or {@link #OWN_ADDRESS}; empty if no peer had a free slot
     */
    public record Offers(TransactionId tx, List<PeerContact> contacts) implements PeerReply {

        /** Maximum number of contacts, more than a joiner can use at once. */
        public static final int MAX_CONTACTS = 16;

        /** Placeholder for the sender's own address, which only the receiver knows and fills in. */
        public static final PeerAddress OWN_ADDRESS = new PeerAddress("0.0.0.0", 0);

        public Offers {
            contacts = List.copyOf(contacts);
            if (contacts.size() > MAX_CONTACTS) {
                throw new IllegalArgumentException("at most " + MAX_CONTACTS + " contacts, not " + contacts.size());
            }
            if (contacts.stream().anyMatch(contact -> contact.expected() == null)) {
                throw new IllegalArgumentException("each contact must name its peer");
            }
        }

        @Override
        public PeerReply.Kind kind() {
            return PeerReply.Kind.CONNECT_OFFERS;
        }
    }

    /**
     * Tells the receiver on a new link that the sender has its maximum number of neighbours and that the link is
     * transient: the receiver may search for neighbours through it until the sender closes it.
     *
     * @param lifetime maximum lifetime of the transient link
     */
    public record Full(TransactionId tx, Duration lifetime) implements PeerNotice {

        @Override
        public PeerNotice.Kind kind() {
            return PeerNotice.Kind.CONNECT_FULL;
        }
    }
}
