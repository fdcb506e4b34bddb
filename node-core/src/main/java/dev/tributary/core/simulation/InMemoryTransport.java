package dev.tributary.core.simulation;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** The transport of one node in a network inside one JVM. */
final class InMemoryTransport implements PeerTransport {

    /** Maximum number of accepted links that wait for the node. */
    private static final int BACKLOG = 1024;

    private static final CloseReason STOPPING = new CloseReason(CloseReason.Kind.STOPPING, "the node is stopping");

    private final Medium medium;
    private final PeerId self;
    private final PeerAddress address;
    private final Scheduler delivery;
    private final Sinks.Many<PeerLink> accepted = Sinks.many().multicast().onBackpressureBuffer(BACKLOG, false);

    /** In creation order, so that {@link #close} closes them in a reproducible order. */
    private final Set<InMemoryLink> links = Collections.synchronizedSet(new LinkedHashSet<>());

    private volatile boolean closed;

    InMemoryTransport(Medium medium, PeerId self, PeerAddress address, Scheduler delivery) {
        this.medium = medium;
        this.self = self;
        this.address = address;
        this.delivery = delivery;
    }

    PeerAddress address() {
        return address;
    }

    /** The scheduler on which the node receives links and messages. */
    Scheduler delivery() {
        return delivery;
    }

    @Override
    public PeerId self() {
        return self;
    }

    @Override
    public Mono<PeerAddress> open() {
        return Mono.fromSupplier(() -> {
            medium.register(this);
            return address;
        });
    }

    @Override
    public Flux<PeerLink> accepted() {
        return accepted.asFlux();
    }

    /** Never emits: handshakes need no confirmation here. */
    @Override
    public Flux<HandshakeAttempt> handshakeEvents() {
        return Flux.never();
    }

    @Override
    public Mono<PeerLink> dial(PeerAddress target, @Nullable PeerId expected) {
        return Mono.defer(() -> {
            DialAttempt attempt = new DialAttempt();
            return medium.findListener(this, target)
                    .publishOn(delivery)
                    .flatMap(other -> connect(other, target, expected, attempt))
                    .<PeerLink>handle((link, sink) -> {
                        sink.next(link);
                        attempt.completed();
                    })
                    .doOnCancel(attempt::cancel);
        });
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> {
            closed = true;
            medium.deregister(this);
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

    private Mono<PeerLink> connect(
            InMemoryTransport other, PeerAddress target, @Nullable PeerId expected, DialAttempt attempt) {
        CloseReason refusal = refusal(other, expected);
        if (refusal != null) {
            return Mono.error(new HandshakeException(target, refusal));
        }
        PeerAddress from = medium.isOpen(this) ? address : new PeerAddress(address.host(), 0);
        InMemoryLink here = newLink(other.self, other.address, PeerLink.Direction.OUTBOUND);
        InMemoryLink there = other.newLink(self, from, PeerLink.Direction.INBOUND);
        here.pairWith(there, () -> links.remove(here));
        there.pairWith(here, () -> other.links.remove(there));
        links.add(here);
        other.links.add(there);
        Mono<Void> handshake = medium.connect(this, here, other, there);
        other.accept(there);
        attempt.linked(here);
        return handshake.thenReturn(here);
    }

    private InMemoryLink newLink(PeerId peer, PeerAddress peerAddress, PeerLink.Direction direction) {
        return new InMemoryLink(peer, peerAddress, direction, delivery, medium.slowLimit());
    }

    private void accept(InMemoryLink link) {
        synchronized (accepted) {
            if (accepted.currentSubscriberCount() == 0
                    || accepted.tryEmitNext(link).isFailure()) {
                link.close(unwanted("link was not accepted"));
            }
        }
    }

    /** The state of one dial attempt: closes the link if the caller cancels before it receives the link. */
    private static final class DialAttempt {

        private enum State {
            IN_PROGRESS,
            CANCELLED,
            COMPLETED
        }

        private final AtomicReference<State> state = new AtomicReference<>(State.IN_PROGRESS);
        private volatile @Nullable PeerLink link;

        void linked(PeerLink created) {
            link = created;
            if (state.get() == State.CANCELLED) {
                close();
            }
        }

        void completed() {
            if (!state.compareAndSet(State.IN_PROGRESS, State.COMPLETED)) {
                close();
            }
        }

        void cancel() {
            if (state.compareAndSet(State.IN_PROGRESS, State.CANCELLED)) {
                close();
            }
        }

        private void close() {
            PeerLink created = link;
            if (created != null) {
                created.close(unwanted("dialling was cancelled"));
            }
        }
    }

    private static CloseReason unwanted(String detail) {
        return new CloseReason(CloseReason.Kind.NOT_NEEDED, detail);
    }
}
