package dev.tributary.transport.benchmark;

import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A transport whose links count the messages that they send. */
record CountingTransport(PeerTransport transport, SentMessages sent) implements PeerTransport {

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
        return transport.accepted().map(link -> new CountingLink(link, sent));
    }

    @Override
    public Flux<HandshakeAttempt> handshakeEvents() {
        return transport.handshakeEvents();
    }

    @Override
    public Mono<PeerLink> dial(PeerAddress address, @Nullable PeerId expected) {
        return transport.dial(address, expected).map(link -> new CountingLink(link, sent));
    }

    @Override
    public void keepPlacesFor(Predicate<PeerId> familiar) {
        transport.keepPlacesFor(familiar);
    }

    @Override
    public List<MemoryBudget> memory() {
        return transport.memory();
    }

    @Override
    public Mono<Void> close() {
        return transport.close();
    }
}
