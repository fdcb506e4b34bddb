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

/** Another transport, whose links the test can break. */
public final class BreakableTransport implements PeerTransport {

    private final PeerTransport transport;
    private final List<PeerLink> links = new CopyOnWriteArrayList<>();

    public BreakableTransport(PeerTransport transport) {
        this.transport = transport;
    }

    /** Breaks one of the links that are alive; false if there is none. */
    public boolean breakOne(RandomGenerator random) {
        List<PeerLink> alive = List.copyOf(links);
        if (alive.isEmpty()) {
            return false;
        }
        alive.get(random.nextInt(alive.size())).close(new CloseReason(CloseReason.Kind.LOST, "broken by the test"));
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
        return transport.accepted().doOnNext(this::keep);
    }

    @Override
    public Flux<Unconfirmed> unconfirmed() {
        return transport.unconfirmed();
    }

    @Override
    public Mono<PeerLink> dial(PeerAddress address, @Nullable PeerId expected) {
        return transport.dial(address, expected).doOnNext(this::keep);
    }

    @Override
    public Mono<Void> close() {
        return transport.close();
    }

    private void keep(PeerLink link) {
        links.add(link);
        link.closed().subscribe(end -> links.remove(link), failure -> links.remove(link));
    }
}
