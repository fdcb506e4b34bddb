package dev.tributary.core.simulation;

import dev.tributary.core.value.PeerAddress;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** The medium between the transports of one JVM: finds transports by address and determines delays. */
interface Medium {

    /** Maximum time for which a peer may consume nothing from its full inbox. */
    Duration slowLimit();

    void register(InMemoryTransport transport);

    void deregister(InMemoryTransport transport);

    boolean isOpen(InMemoryTransport transport);

    /**
     * Emits the transport that listens at the address, after the time of a handshake; errors with
     * {@link dev.tributary.core.peer.HandshakeException}.
     */
    Mono<InMemoryTransport> findListener(InMemoryTransport from, PeerAddress target);

    /** Connects the two ends of a new link; completes when the dialler may use its end. */
    Mono<Void> connect(InMemoryTransport from, InMemoryLink near, InMemoryTransport to, InMemoryLink far);
}
