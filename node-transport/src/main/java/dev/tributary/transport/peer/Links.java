package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The links of a transport, up to a limit, until it closes. Safe to use from any thread. */
final class Links {

    private final int limit;
    private final Set<NettyPeerLink> open = new HashSet<>();
    private @Nullable CloseReason closed;

    Links(int limit) {
        this.limit = limit;
    }

    /** Adds the link, or says why not. It leaves by itself when it has ended. */
    synchronized @Nullable CloseReason add(NettyPeerLink link) {
        if (closed != null) {
            return closed;
        }
        if (open.size() == limit) {
            return new CloseReason(CloseReason.Kind.CROWDED, "all " + limit + " links are taken");
        }
        open.add(link);
        return null;
    }

    synchronized void remove(NettyPeerLink link) {
        open.remove(link);
    }

    synchronized int count() {
        return open.size();
    }

    /** Admits no more links and closes all. Completes when the last has ended. */
    Mono<Void> close(CloseReason reason) {
        List<NettyPeerLink> rest = end(reason);
        return Flux.fromIterable(rest)
                .doOnNext(link -> link.close(reason))
                .flatMap(NettyPeerLink::ended, Math.max(1, rest.size()))
                .then();
    }

    private synchronized List<NettyPeerLink> end(CloseReason reason) {
        closed = reason;
        return List.copyOf(open);
    }
}
