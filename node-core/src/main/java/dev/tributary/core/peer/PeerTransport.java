package dev.tributary.core.peer;

import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.watchdog.Watched;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Connects nodes through links that carry messages. {@code PeerTransportTests} is the test kit of every implementation.
 */
public interface PeerTransport {

    /** Returns the peer id of this node. */
    PeerId self();

    /** Starts accepting connections and emits the bound address. Errors if it cannot be bound. */
    Mono<PeerAddress> open();

    /**
     * Emits inbound links whose handshake succeeded. Allows one subscriber at a time; inbound links are refused while
     * there is none.
     */
    Flux<PeerLink> accepted();

    /** Emits arrivals and failures of inbound connections whose handshake is not complete, as telemetry. */
    Flux<HandshakeAttempt> handshakeEvents();

    /** Whether this transport can dial the address: only those of TCP, unless it supports other protocols. */
    default boolean canDial(PeerAddress address) {
        return address.isTcp();
    }

    /**
     * Connects to the address and performs the handshake; each subscription is a new attempt. Emits a confirmed link,
     * or errors with {@link HandshakeException} within the transport's handshake timeout. Cancelling aborts the attempt
     * and closes a connection that completes late.
     *
     * @param expected the peer id that must answer, or null to accept any peer
     */
    Mono<PeerLink> dial(PeerAddress address, @Nullable PeerId expected);

    /**
     * Keeps a share of the places for inbound links of these peers, which other peers cannot take. A transport without
     * a limit of links ignores the call. Before {@link #open()}.
     *
     * @param familiar whether a place is kept for the peer; called on any thread
     */
    default void keepPlacesFor(Predicate<PeerId> familiar) {}

    /** Returns the memory that peers use in this transport; empty if it has no limits. */
    default List<MemoryBudget> memory() {
        return List.of();
    }

    /** Names the threads of this transport to the watchdog, now or when they start. Called once, on any thread. */
    default void watchedBy(Consumer<Watched> watchdog) {}

    /** Stops accepting, closes every link with a close message, and completes when all links are closed. */
    Mono<Void> close();

    /**
     * An inbound connection whose handshake is not complete.
     *
     * @param from the remote address of the connection
     * @param failure null on arrival; otherwise why the handshake failed
     */
    record HandshakeAttempt(PeerAddress from, @Nullable CloseReason failure) {}
}
