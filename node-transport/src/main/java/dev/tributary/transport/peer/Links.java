package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.PeerId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The open links of a transport, up to a limit, and up to another for one peer, links that are closing included. Some
 * places are kept for links that this node dials and for familiar peers. Safe for any thread.
 */
final class Links {

    /** Maximum number of links of one peer: two that are in use, and two that are closing. */
    static final int MAX_PER_PEER = 4;

    /** Kept places, as a share of the limit. */
    private static final int KEPT_SHARE = 16;

    /** Maximum number of kept places. */
    private static final int MAX_KEPT = 32;

    private final int limit;
    private final int kept;
    private final Set<NettyPeerLink> open = new HashSet<>();
    private final Map<PeerId, Integer> perPeer = new HashMap<>();
    private volatile Predicate<PeerId> familiar = peer -> false;
    private @Nullable CloseReason closed;

    Links(int limit) {
        this.limit = limit;
        this.kept = Math.min(MAX_KEPT, limit / KEPT_SHARE);
    }

    /** Sets the peers whose inbound links may use the kept places. */
    void keepPlacesFor(Predicate<PeerId> peers) {
        familiar = peers;
    }

    /** Adds the link, or returns why it was refused. The link removes itself when it has ended. */
    @Nullable
    CloseReason add(NettyPeerLink link) {
        // Asked without the lock: the predicate has a lock of its own.
        boolean mayUseKept = link.direction() == PeerLink.Direction.OUTBOUND || familiar.test(link.peer());
        synchronized (this) {
            CloseReason refusal = closed != null ? closed : refusal(link.peer(), mayUseKept ? limit : limit - kept);
            if (refusal == null) {
                open.add(link);
                perPeer.merge(link.peer(), 1, Integer::sum);
            }
            return refusal;
        }
    }

    private @Nullable CloseReason refusal(PeerId peer, int places) {
        if (perPeer.getOrDefault(peer, 0) >= MAX_PER_PEER) {
            return limitReached("this peer has " + MAX_PER_PEER + " links that are open or closing");
        }
        return open.size() >= places ? limitReached("the limit of " + limit + " links is reached (links.limit)") : null;
    }

    private static CloseReason limitReached(String detail) {
        return new CloseReason(CloseReason.Kind.LIMIT_REACHED, detail);
    }

    synchronized void remove(NettyPeerLink link) {
        if (open.remove(link)) {
            perPeer.computeIfPresent(link.peer(), (peer, count) -> count == 1 ? null : count - 1);
        }
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
