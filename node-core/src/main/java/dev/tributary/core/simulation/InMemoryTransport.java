package dev.tributary.core.simulation;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** One node's end of an {@link InMemoryNetwork}. */
final class InMemoryTransport implements PeerTransport {

    /** How many accepted links may wait for the node to take them. */
    private static final int BACKLOG = 1024;

    private final InMemoryNetwork network;
    private final PeerId self;
    private final PeerAddress address;
    private final Scheduler delivery;
    private final Sinks.Many<PeerLink> accepted = Sinks.many().multicast().onBackpressureBuffer(BACKLOG, false);
    private final Set<InMemoryLink> links = ConcurrentHashMap.newKeySet();

    InMemoryTransport(InMemoryNetwork network, PeerId self, PeerAddress address, Scheduler delivery) {
        this.network = network;
        this.self = self;
        this.address = address;
        this.delivery = delivery;
    }

    PeerAddress address() {
        return address;
    }

    @Override
    public PeerId self() {
        return self;
    }

    @Override
    public Mono<PeerAddress> open() {
        return Mono.fromSupplier(() -> {
            network.register(this);
            return address;
        });
    }

    @Override
    public Flux<PeerLink> accepted() {
        return accepted.asFlux();
    }

    /** Nothing is unconfirmed here: a handshake takes no time. */
    @Override
    public Flux<Unconfirmed> unconfirmed() {
        return Flux.never();
    }

    @Override
    public Mono<PeerLink> dial(PeerAddress target, @Nullable PeerId expected) {
        return network.find(target)
                .<PeerLink>handle((other, sink) -> {
                    if (other.self.equals(self)) {
                        sink.error(refused(target, CloseReason.Kind.SELF, "this is the same node"));
                    } else if (expected != null && !expected.equals(other.self)) {
                        sink.error(refused(
                                target, CloseReason.Kind.IDENTITY, "expected " + expected + ", found " + other.self));
                    } else {
                        sink.next(connect(other));
                    }
                })
                .publishOn(delivery);
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> {
            network.deregister(this);
            List.copyOf(links)
                    .forEach(link -> link.close(new CloseReason(CloseReason.Kind.STOPPING, "the node is stopping")));
            synchronized (accepted) {
                accepted.tryEmitComplete();
            }
        });
    }

    private PeerLink connect(InMemoryTransport other) {
        InMemoryLink here = new InMemoryLink(other.self, other.address, PeerLink.Direction.OUTBOUND, delivery);
        InMemoryLink there = new InMemoryLink(self, address, PeerLink.Direction.INBOUND, delivery);
        here.join(there);
        there.join(here);
        keep(here);
        other.keep(there);
        synchronized (other.accepted) {
            if (other.accepted.tryEmitNext(there).isFailure()) {
                there.close(new CloseReason(CloseReason.Kind.CROWDED, "nobody takes the link"));
            }
        }
        return here;
    }

    private void keep(InMemoryLink link) {
        links.add(link);
        link.onClose(() -> links.remove(link));
    }

    private static HandshakeException refused(PeerAddress address, CloseReason.Kind kind, String detail) {
        return new HandshakeException(address, new CloseReason(kind, detail));
    }
}
