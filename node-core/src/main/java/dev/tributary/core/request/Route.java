package dev.tributary.core.request;

import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/** The route of one operation: the target of its request, the candidates for the next hop, and the request itself. */
public interface Route {

    /** The ring location that the request is routed to. */
    RingLocation target();

    /** The links that may be used, the best first. */
    List<PeerLink> candidates(NeighbourTable neighbours, Predicate<PeerId> excluded);

    /** The request as it leaves this node. */
    PeerRequest request(TransactionId tx, Visited visited, Duration budget);

    /** The peers that have seen the request, this node included. */
    Visited visited();

    /** Maximum number of neighbours asked one after the other. */
    int attempts();

    Deadline deadline();

    /** Whether the reply belongs to this request: it has the expected type, and is about the same contract. */
    boolean matches(PeerReply reply);

    /** Validates the hop's reply and emits the reply to use; a rejection by the contract counts against the peer. */
    default Mono<PeerReply> validate(PeerLink hop, PeerReply reply) {
        return Mono.just(reply);
    }

    /** Whether the outcome is recorded in the peer's routing history. */
    default boolean recordsOutcome() {
        return true;
    }

    /**
     * Whether a silent neighbour is probed, and skipped if it does not answer the probe. The request must be
     * idempotent.
     *
     * @param others number of further candidates
     */
    default boolean probesSilentHop(int others) {
        return false;
    }

    /**
     * Whether other nodes may ask the peers that this node does not reach: they have other links to them. Not if the
     * request carries a state, which such a peer may be receiving slowly.
     */
    default boolean mayReachFailedPeers() {
        return false;
    }

    /** Whether another neighbour may still give a better reply. */
    boolean isInconclusive(PeerReply reply);
}
