package dev.tributary.core.peer;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.value.IpAddress;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One open connection to one peer whose identity is verified. Safe for any thread. Two links to the same peer are two
 * objects: compare links by identity, peers by {@link #peer()}.
 */
public interface PeerLink {

    /** Returns the verified id of the peer. */
    PeerId peer();

    /**
     * Returns the peer's dial address: the observed host and the port that the peer announced; 0 if it does not listen.
     */
    PeerAddress address();

    /**
     * Returns the IP address of the connection's other end as this side observes it, not as the peer or a name server
     * tells it; empty if the transport has no IP addresses.
     */
    Optional<IpAddress> remote();

    /** Returns which side opened the connection. */
    Direction direction();

    /**
     * Queues the message for sending. Completes when the message is in the link's bounded send queue, which does not
     * imply delivery. Messages of similar size arrive in order; a large message does not delay small ones. Errors with
     * {@link dev.tributary.core.error.NodeBusyException} if the queue is full: only this message is refused, retry
     * later. Capacity is reserved for small replies, so that they are sent even if payload fills the queue. If the
     * queue is full and the peer reads nothing for some seconds, the link is closed as slow. Errors with
     * {@link dev.tributary.core.error.LinkClosedException} if the link is closed, and with
     * {@link dev.tributary.core.error.PayloadTooLargeException} if the message is too large for the wire.
     */
    Mono<Void> send(PeerMessage message);

    /**
     * Returns how far the large message of this transaction has come: one that was sent and that the peer has not taken
     * completely, or one that has begun to arrive. Empty if there is none, or if the transport does not know. Any thread.
     */
    default Optional<Transfer> transfer(TransactionId tx) {
        return Optional.empty();
    }

    /**
     * Drops the large message of this transaction if none of its bytes were sent: its reply is not awaited any more. Any
     * thread; does nothing if the transport cannot.
     */
    default void withdraw(TransactionId tx) {}

    /**
     * Emits the messages from the peer in order, to one subscriber. Applies backpressure: without demand nothing is
     * read from the socket, which slows down the peer. Completes when the link is closed, after the messages received
     * before; never errors.
     */
    Flux<PeerMessage> messages();

    /**
     * Announces that the subscriber of {@link #messages()} calls {@link #taken} for every message. Without this call a
     * message stops to count as memory of the peer when it is emitted.
     */
    default void countUntilTaken() {}

    /**
     * The node has taken over the message, or has dropped it: its bytes do not count any more for the peer, which may
     * send further ones. Any thread.
     */
    default void taken(PeerMessage message) {}

    /** Emits the reason once the link is closed by either side, immediately if it is closed already. Never errors. */
    Mono<CloseReason> closed();

    /** Closes the link and sends the reason to the peer if possible. Only the first call has an effect. */
    void close(CloseReason reason);

    /** The side that opened a connection. */
    enum Direction {
        INBOUND,
        OUTBOUND
    }
}
