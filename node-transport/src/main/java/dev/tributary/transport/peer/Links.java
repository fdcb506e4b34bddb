package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The open links of a transport, up to a limit. Safe for any thread. */
final class Links {

    private final int limit;
    private final Set<NettyPeerLink> open = new HashSet<>();
    private @Nullable CloseReason closed;

    Links(int limit) {
        this.limit = limit;
    }

    /** Adds the link, or returns why it was refused. The link removes itself when it has ended. */
    synchronized @Nullable CloseReason add(NettyPeerLink link) {
        if (closed != null) {
            return closed;
        }
        if (open.size() == limit) {
            return new CloseReason(CloseReason.Kind.LIMIT_REACHED, "the limit of " + limit + " links is reached");
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

    /** Refuses further links and closes all. Completes when the last link has ended. */
    Mono<Void> close(CloseReason reason) {
        List<NettyPeerLink> remaining = refuseFurther(reason);
        return Flux.fromIterable(remaining)
                .doOnNext(link -> link.close(reason))
                .flatMap(NettyPeerLink::ended, Math.max(1, remaining.size()))
                .then();
    }

    private synchronized List<NettyPeerLink> refuseFurther(CloseReason reason) {
        closed = reason;
        return List.copyOf(open);
    }
}
