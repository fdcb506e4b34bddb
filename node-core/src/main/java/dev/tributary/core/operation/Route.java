package dev.tributary.core.operation;

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

/** Where one operation wants its request to go, and what the request says. */
interface Route {

    /** What it is about: the place on the ring where it wants to arrive. */
    RingLocation target();

    /** Whom to ask, the best first. */
    List<PeerLink> candidates(Neighbourhood neighbourhood, Predicate<PeerId> excluded);

    /** The request as it leaves this node. */
    PeerRequest request(TransactionId tx, Visited visited, Duration budget);

    /** Who has seen the request, this node included. */
    Visited visited();

    /** How many neighbours may be asked one after the other. */
    int attempts();

    Deadline deadline();

    /** Whether the reply is one to this request at all: of its kind, about its contract. */
    boolean answers(PeerReply reply);

    /** What this node makes of the hop's reply before it counts; an error of the node's own kind counts against the peer. */
    default Mono<PeerReply> test(PeerLink hop, PeerReply reply) {
        return Mono.just(reply);
    }

    /** Whether its outcome says something about the peer that matters for other requests. */
    default boolean teaches() {
        return true;
    }

    /**
     * Whether a neighbour that answers nothing for seconds is passed over: whoever asks twice does no harm.
     *
     * @param others how many others could be asked
     */
    default boolean doubts(int others) {
        return false;
    }

    /** Whether another neighbour may know better than this reply. */
    boolean inconclusive(PeerReply reply);
}
