package dev.tributary.core.peer;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One live connection to one peer whose identity is proven. Safe to use from any thread. Two links to the same peer are
 * two objects: compare links by identity, peers by {@link #peer()}.
 */
public interface PeerLink {

    /** Who is at the other end: proven, not claimed. */
    PeerId peer();

    /** Where the peer can be dialled, as it says of itself with the host that we see; port 0 if it does not listen. */
    PeerAddress address();

    /** Which side opened the connection. */
    Direction direction();

    /**
     * Hands the message over for sending. Completes when it has its place in the link's bounded outbound queue, which
     * says nothing about its arrival; messages of similar size arrive in order, a large one does not hold up small ones.
     * Errors with {@link dev.tributary.core.error.NodeBusyException} when the queue is full, which refuses this message
     * and harms nothing else: try again a little later. Room is kept for small replies, so that they get through when
     * payload fills the queue. A peer that takes nothing for some seconds while the queue is full loses its link as a
     * slow one. Errors with {@link dev.tributary.core.error.LinkClosedException} when the link is closed, and with
     * {@link dev.tributary.core.error.PayloadTooLargeException} when the message is too large for the wire.
     */
    Mono<Void> send(PeerMessage message);

    /**
     * What the peer says, in order, for one subscriber. Demand is honest: what is not requested is not read, and the
     * peer is slowed by it. Completes when the link is closed, after what arrived before; never errors.
     */
    Flux<PeerMessage> messages();

    /** Emits the reason once the link is closed, whoever closed it, at once if it is already. Never errors. */
    Mono<CloseReason> closed();

    /** Closes the link and tells the peer why, if it can still be told. Only the first call has an effect. */
    void close(CloseReason reason);

    /** Which side opened a connection. */
    enum Direction {
        INBOUND,
        OUTBOUND
    }
}
