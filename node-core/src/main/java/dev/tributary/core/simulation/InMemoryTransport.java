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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** One node's end of an {@link InMemoryNetwork}. */
final class InMemoryTransport implements PeerTransport {

    /** How many accepted links may wait for the node to take them. */
    private static final int BACKLOG = 1024;

    private static final CloseReason STOPPING = new CloseReason(CloseReason.Kind.STOPPING, "the node is stopping");

    private final InMemoryNetwork network;
    private final PeerId self;
    private final PeerAddress address;
    private final Scheduler delivery;
    private final Sinks.Many<PeerLink> accepted = Sinks.many().multicast().onBackpressureBuffer(BACKLOG, false);
    private final Set<InMemoryLink> links = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

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
        return Mono.defer(() -> {
            AtomicReference<Dial> state = new AtomicReference<>(Dial.UNDER_WAY);
            return network.find(target)
                    .publishOn(delivery)
                    .<PeerLink>handle((other, sink) -> {
                        CloseReason refusal = refusal(other, expected);
                        if (refusal != null) {
                            sink.error(new HandshakeException(target, refusal));
                            return;
                        }
                        PeerLink link = connect(other);
                        sink.next(link);
                        if (!state.compareAndSet(Dial.UNDER_WAY, Dial.OVER)) {
                            link.close(unwanted("dialling was cancelled"));
                        }
                    })
                    .doOnCancel(() -> state.compareAndSet(Dial.UNDER_WAY, Dial.CANCELLED));
        });
    }

    /** Whether somebody still wants the link: one that was cancelled while the link was made did not get it. */
    private enum Dial {
        UNDER_WAY,
        CANCELLED,
        OVER
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> {
            closed = true;
            network.deregister(this);
            List.copyOf(links).forEach(link -> link.close(STOPPING));
            synchronized (accepted) {
                accepted.tryEmitComplete();
            }
        });
    }

    private @Nullable CloseReason refusal(InMemoryTransport other, @Nullable PeerId expected) {
        if (closed) {
            return STOPPING;
        } else if (other.self.equals(self)) {
            return new CloseReason(CloseReason.Kind.SELF, "this is the same node");
        } else if (expected != null && !expected.equals(other.self)) {
            return new CloseReason(CloseReason.Kind.IDENTITY, "expected " + expected + ", found " + other.self);
        }
        return null;
    }

    private PeerLink connect(InMemoryTransport other) {
        PeerAddress from = network.isOpen(this) ? address : new PeerAddress(address.host(), 0);
        InMemoryLink here =
                new InMemoryLink(other.self, other.address, PeerLink.Direction.OUTBOUND, delivery, network.slowLimit());
        InMemoryLink there = new InMemoryLink(self, from, PeerLink.Direction.INBOUND, delivery, network.slowLimit());
        here.join(there);
        there.join(here);
        keep(here);
        other.keep(there);
        synchronized (other.accepted) {
            if (other.accepted.currentSubscriberCount() == 0
                    || other.accepted.tryEmitNext(there).isFailure()) {
                there.close(unwanted("nobody takes the link"));
            }
        }
        return here;
    }

    private void keep(InMemoryLink link) {
        links.add(link);
        link.onClose(() -> links.remove(link));
    }

    private static CloseReason unwanted(String detail) {
        return new CloseReason(CloseReason.Kind.UNWANTED, detail);
    }
}
