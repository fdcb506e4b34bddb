package dev.tributary.core.membership;

import dev.tributary.core.loop.DisposableSet;
import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.loop.NotificationChannel;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.ring.SearchTargets;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * Chooses where on the ring to search for neighbours, and runs the searches. What they find reaches the loop as an event.
 * Loop thread only.
 */
public final class NeighbourSearch {

    /** Number of rounds without a change that search at full rate. */
    static final int FULL_RATE_ROUNDS = 3;

    /** Base number of parallel searches, at most one per missing neighbour, as in the network's other nodes. */
    private static final int BASE_SEARCHES = 3;

    /** Number of missing neighbours for one more parallel search, as in the network's other nodes. */
    private static final int MISSING_PER_SEARCH = 3;

    /** Maximum number of detours of a search for ring neighbours: nodes near the target may not know each other. */
    private static final int DETOURS_TO_RING_NEIGHBOURS = 2;

    /** Number of rounds after a change that search all targets next to this node; later rounds search a random one. */
    private static final int FULL_SEARCH_ROUNDS = 4;

    /** Probability of a gap search in a round with enough neighbours, if the widest gap is twice the even width. */
    private static final double GAP_SEARCH_PROBABILITY = 0.1;

    private static final Logger log = LoggerFactory.getLogger(NeighbourSearch.class);

    private final NeighbourTable neighbours;
    private final LinkTable links;
    private final NeighbourSlots slots;
    private final ConnectOperation connects;
    private final NotificationChannel<LocalEvent> channel;
    private final RandomGenerator random;
    private final SearchTargets targets;
    private final DisposableSet searches = new DisposableSet();

    public NeighbourSearch(
            RequestContext context,
            LinkTable links,
            NeighbourSlots slots,
            ConnectOperation connects,
            NotificationChannel<LocalEvent> channel) {
        this.neighbours = context.neighbours();
        this.links = links;
        this.slots = slots;
        this.connects = connects;
        this.channel = channel;
        this.random = context.random();
        this.targets = new SearchTargets(context.self(), random);
    }

    /**
     * Starts the searches of one round.
     *
     * @param idleRounds number of rounds since the last change
     */
    void round(int idleRounds) {
        List<PeerId> peers = neighbours.peers();
        List<PeerLink> transientVia = links.transientVia();
        targets.draw(searchCount(peers, idleRounds), peers, idleRounds)
                .forEach(target -> search(target, false, ConnectOperation.DETOURS, transientVia));
        ringTargets(peers, idleRounds)
                .forEach(target -> search(target, true, DETOURS_TO_RING_NEIGHBOURS, transientVia));
    }

    /** Searches for ring neighbours through this link. */
    void through(PeerLink link) {
        targets.adjacentTargets(neighbours.peers())
                .forEach(target -> run(target, connects.searchThrough(link, target, DETOURS_TO_RING_NEIGHBOURS)));
    }

    /** The neighbour among the candidates that is least useful for routing; none if all are ring neighbours. */
    Optional<PeerId> leastUseful(List<PeerId> candidates) {
        return targets.leastUseful(neighbours.peers(), candidates);
    }

    /** The peers that named the contacts that were found. */
    Informants informants() {
        return connects.informants();
    }

    /** Cancels all searches. */
    void stop() {
        searches.dispose();
    }

    private int searchCount(List<PeerId> peers, int idleRounds) {
        int missing = slots.missing();
        if (missing > 0) {
            return idleRounds < FULL_RATE_ROUNDS ? Math.min(missing, BASE_SEARCHES + missing / MISSING_PER_SEARCH) : 1;
        }
        boolean searchesGap = slots.surplus() < 0
                && random.nextDouble() < GAP_SEARCH_PROBABILITY * (targets.widestGapRatio(peers) - 1);
        return searchesGap ? 1 : 0;
    }

    private List<RingLocation> ringTargets(List<PeerId> peers, int idleRounds) {
        List<RingLocation> all = targets.adjacentTargets(peers);
        return idleRounds < FULL_SEARCH_ROUNDS ? all : List.of(all.get(random.nextInt(all.size())));
    }

    private void search(RingLocation target, boolean adjacent, int detours, List<PeerLink> transientVia) {
        run(target, connects.search(target, adjacent, detours, transientVia));
    }

    private void run(RingLocation target, Mono<List<PeerContact>> search) {
        Disposable.Swap handle = Disposables.swap();
        searches.add(handle);
        handle.update(search.filter(contacts -> !contacts.isEmpty())
                .flatMap(contacts -> channel.send(new LocalEvent.PeersFound(contacts)))
                .doFinally(end -> searches.remove(handle))
                .subscribe(
                        none -> {},
                        failure -> log.debug("search failed target={} reason={}", target, failure.getMessage())));
    }
}
