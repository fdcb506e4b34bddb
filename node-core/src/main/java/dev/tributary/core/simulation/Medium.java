package dev.tributary.core.simulation;

import dev.tributary.core.value.PeerAddress;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** What lies between the transports of one JVM: who is where, and how long it takes to get there. */
interface Medium {

    /** How long a peer may take nothing from its full inbox. */
    Duration slowLimit();

    void register(InMemoryTransport transport);

    void deregister(InMemoryTransport transport);

    boolean isOpen(InMemoryTransport transport);

    /**
     * Whoever listens there, after as long as it takes to shake hands with them; errors with
     * {@link dev.tributary.core.peer.HandshakeException}.
     */
    Mono<InMemoryTransport> reach(InMemoryTransport from, PeerAddress target);

    /** The ways of a new link, of which both ends are made. Emits when the end of the dialler may be used. */
    Mono<Void> connect(InMemoryTransport from, InMemoryLink near, InMemoryTransport to, InMemoryLink far);
}
