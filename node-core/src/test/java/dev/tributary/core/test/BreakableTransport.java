package dev.tributary.core.test;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Wraps a transport, so that a test can break its links. */
public final class BreakableTransport implements PeerTransport {

    private final PeerTransport transport;
    private final List<PeerLink> links = new CopyOnWriteArrayList<>();

    public BreakableTransport(PeerTransport transport) {
        this.transport = transport;
    }

    /** Breaks a random open link; false if there is none. */
    public boolean breakRandomLink(RandomGenerator random) {
        List<PeerLink> openLinks = List.copyOf(links);
        if (openLinks.isEmpty()) {
            return false;
        }
        PeerLink broken = openLinks.get(random.nextInt(openLinks.size()));
        broken.close(new CloseReason(CloseReason.Kind.LOST, "broken by the test"));
        return true;
    }

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
        return transport.accepted().doOnNext(this::track);
    }

    @Override
    public Flux<HandshakeAttempt> handshakeEvents() {
        return transport.handshakeEvents();
    }

    @Override
    public Mono<PeerLink> dial(PeerAddress address, @Nullable PeerId expected) {
        return transport.dial(address, expected).doOnNext(this::track);
    }

    @Override
    public Mono<Void> close() {
        return transport.close();
    }

    private void track(PeerLink link) {
        links.add(link);
        link.closed().subscribe(end -> links.remove(link), failure -> links.remove(link));
    }
}
