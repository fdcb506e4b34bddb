package dev.tributary.transport.benchmark;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A transport that dials only the previous node, so that nodes that discover each other remain a chain. */
record ChainTransport(PeerTransport transport, List<PeerAddress> previous) implements PeerTransport {

    @Override
    public PeerId self() {
        return transport.self();
    }

    @Override
    public Mono<PeerAddress> open() {
        return transport.open();
    }

    @Override
    public Flux<PeerLink> accepted() {
        return transport.accepted();
    }

    @Override
    public Flux<HandshakeAttempt> handshakeEvents() {
        return transport.handshakeEvents();
    }

    @Override
    public Mono<PeerLink> dial(PeerAddress address, @Nullable PeerId expected) {
        return previous.contains(address)
                ? transport.dial(address, expected)
                : Mono.error(new HandshakeException(
                        address, new CloseReason(CloseReason.Kind.NOT_NEEDED, "it is not the next one in the chain")));
    }

    @Override
    public Mono<Void> close() {
        return transport.close();
    }
}
