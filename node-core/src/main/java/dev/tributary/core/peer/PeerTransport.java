package dev.tributary.core.peer;

import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Carries messages between nodes. The kit {@code PeerTransportTests} says as tests what every implementation promises.
 */
public interface PeerTransport {

    /** Who this node is to its peers. */
    PeerId self();

    /** Begins to accept connections and emits the address that is really bound. Errors if it cannot be bound. */
    Mono<PeerAddress> open();

    /**
     * Inbound connections whose handshake succeeded. Subscribed once at a time, again after an end; what nobody
     * subscribes to is refused.
     */
    Flux<PeerLink> accepted();

    /** What becomes of inbound connections before they are confirmed: arrivals and failures, as telemetry. */
    Flux<Unconfirmed> unconfirmed();

    /**
     * Connects and shakes hands; each subscription is a new attempt. Emits a confirmed link, or errors with
     * {@link HandshakeException} within the transport's handshake limit. Cancelling ends the attempt and closes a
     * connection that arrives late.
     *
     * @param expected who must answer, or null if anybody may
     */
    Mono<PeerLink> dial(PeerAddress address, @Nullable PeerId expected);

    /** Stops accepting, closes every link with a polite word, and completes when all of it is done. */
    Mono<Void> close();

    /**
     * An inbound connection that is not confirmed (yet).
     *
     * @param from the address the connection comes from
     * @param failure null on arrival; why it was given up otherwise
     */
    record Unconfirmed(PeerAddress from, @Nullable CloseReason failure) {}
}
