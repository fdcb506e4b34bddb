package dev.tributary.core.membership;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.request.Route;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Finds neighbours. The request is routed towards a ring location. The last peer on the path reserves a neighbour slot
 * for the joiner; peers before it that are near the location may do the same. If the last peer has no slot, it forwards
 * the search away from the location a few times; if that fails too, the last peer with any free slot reserves it. The
 * reply lists all peers that reserved a slot, each with the address that its neighbour sees; the joiner dials them.
 */
public final class ConnectOperation {

    /** Timeout of a search: 16 hops of 500 ms, plus 2 s. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Maximum number of detours of a search for any neighbours; the same on all nodes of the network. */
    public static final int DETOURS = 8;

    /** Maximum distance from the target at which a peer on the path may reserve a slot too. */
    private static final double NEAR = 0.05;

    /** Probability of that at the target itself; it falls linearly to 0 at {@link #NEAR}. */
    private static final double NEAR_CHANCE = 0.6;

    /** Maximum number of neighbours that the joiner asks one after the other. */
    private static final int FIRST_HOPS = 2;

    /** Maximum number of candidates: the first is asked; a second one only tells that an alternative exists. */
    private static final int MAX_CANDIDATES = 2;

    private static final Logger log = LoggerFactory.getLogger(ConnectOperation.class);

    private final RequestContext context;
    private final NeighbourSlots slots;
    private final Informants informants;

    public ConnectOperation(RequestContext context, NeighbourSlots slots) {
        this.context = context;
        this.informants = new Informants(context.time().nanos());
        this.slots = slots;
    }

    /**
     * Searches for peers near the target that reserve a slot for this node, and emits the contacts to dial; the list is
     * empty if no peer had a slot. Completes empty if there is no peer to ask. Errors if no peer replied in time.
     *
     * @param adjacent whether only peers may reserve a slot that would have this node as a ring neighbour
     * @param detours how often the search may be forwarded away from the target when no slot was found
     * @param transientLinks links that may be used for the search besides those of the neighbours
     */
    public Mono<List<PeerContact>> search(
            RingLocation target, boolean adjacent, int detours, List<PeerLink> transientLinks) {
        return search(target, adjacent, detours, () -> {
            List<PeerLink> hops = new ArrayList<>(context.neighbours().nearest(target, peer -> false));
            hops.addAll(transientLinks);
            return hops;
        });
    }

    /** The same through this link only, for peers that would have this node as a ring neighbour. */
    public Mono<List<PeerContact>> searchThrough(PeerLink link, RingLocation target, int detours) {
        return search(target, true, detours, () -> List.of(link));
    }

    /** The peers that named contacts in the replies to searches of this node. */
    Informants informants() {
        return informants;
    }

    private Mono<List<PeerContact>> search(
            RingLocation target, boolean adjacent, int detours, Supplier<List<PeerLink>> hops) {
        return Mono.defer(() -> {
            Connect.Request connect = new Connect.Request(
                    context.ids().get(),
                    new HopsToLive(context.config().hopsToLive()),
                    Visited.none().plus(context.self()),
                    TIMEOUT,
                    target,
                    context.self(),
                    adjacent,
                    detours);
            return context.deadline(TIMEOUT, connect.tx())
                    .limit(
                            deadline -> contacts(
                                    new ConnectRoute(connect, hops.get(), deadline, FIRST_HOPS, informants::onNamed)),
                            context.timer());
        });
    }

    /** Handles a search that arrived on this link, started or forwarded by the link's peer. */
    public Mono<PeerReply> serve(PeerLink from, Connect.Request connect) {
        Connect.Request seen = new Connect.Request(
                connect.tx(),
                context.cappedHops(connect.hopsToLive()),
                connect.visited().plus(List.of(from.peer(), connect.joiner(), context.self())),
                connect.budget(),
                connect.target(),
                connect.joiner(),
                connect.adjacent(),
                connect.detours());
        return context.deadline(connect.budget(), connect.tx())
                .limit(deadline -> offers(from, seen, deadline), context.timer())
                .map(contacts -> new Connect.Offers(connect.tx(), contacts));
    }

    private Mono<List<PeerContact>> offers(PeerLink from, Connect.Request connect, Deadline deadline) {
        List<PeerLink> nearer = context.neighbours().nextHops(connect.target(), connect.visited()::contains);
        boolean hasHopsLeft = !connect.hopsToLive().spent();
        if (!nearer.isEmpty() && hasHopsLeft) {
            return forward(connect, nearer, deadline)
                    .map(found -> ContactScope.filter(from, found))
                    .map(found -> found.isEmpty() || alsoReserves(connect.target()) ? withSelf(connect, found) : found)
                    .map(found -> found.isEmpty() ? lastResort(connect) : found);
        }
        List<PeerContact> own = withSelf(connect, List.of());
        Mono<List<PeerContact>> others =
                own.isEmpty() && connect.detours() > 0 && hasHopsLeft ? detour(connect, deadline) : Mono.just(own);
        return others.map(found -> ContactScope.filter(from, found))
                .map(found -> found.isEmpty() ? lastResort(connect) : found);
    }

    /** No neighbour is nearer and this node has no slot: forwards to the nearest of the unvisited neighbours. */
    private Mono<List<PeerContact>> detour(Connect.Request connect, Deadline deadline) {
        Connect.Request away = new Connect.Request(
                connect.tx(),
                connect.hopsToLive(),
                connect.visited(),
                connect.budget(),
                connect.target(),
                connect.joiner(),
                connect.adjacent(),
                connect.detours() - 1);
        return forward(away, context.neighbours().nearest(away.target(), away.visited()::contains), deadline);
    }

    /** The contacts that the next hop finds; none if it fails, so that this node acts as the last on the path. */
    private Mono<List<PeerContact>> forward(Connect.Request connect, List<PeerLink> hops, Deadline deadline) {
        return contacts(new ConnectRoute(connect, hops, deadline, 1, (hop, contacts) -> {}))
                .onErrorResume(NodeException.class, failure -> {
                    log.debug("search not forwarded tx={} reason={}", connect.tx(), failure.getMessage());
                    return Mono.just(List.of());
                })
                .defaultIfEmpty(List.of());
    }

    private Mono<List<PeerContact>> contacts(ConnectRoute route) {
        return context.forwarder().forward(route).map(reply -> ((Connect.Offers) reply).contacts());
    }

    private boolean alsoReserves(RingLocation target) {
        double distance = context.self().location().distanceTo(target);
        return context.random().nextDouble() < NEAR_CHANCE * (1 - distance / NEAR);
    }

    private List<PeerContact> withSelf(Connect.Request connect, List<PeerContact> found) {
        PeerId joiner = connect.joiner();
        boolean reserved = found.size() < Connect.Offers.MAX_CONTACTS
                && (connect.adjacent() ? slots.reserveAdjacent(joiner) : slots.reserve(joiner));
        return reserved ? plusSelf(found) : found;
    }

    /** If no peer offered a fitting slot, the last node on the path with any free slot reserves it. */
    private List<PeerContact> lastResort(Connect.Request connect) {
        return !connect.adjacent() && slots.reserveAny(connect.joiner()) ? plusSelf(List.of()) : List.of();
    }

    private List<PeerContact> plusSelf(List<PeerContact> found) {
        List<PeerContact> all = new ArrayList<>(found);
        all.add(new PeerContact(Connect.Offers.OWN_ADDRESS, context.self()));
        return all;
    }

    /** Routes a CONNECT towards its target; fills the hop's own address into the contacts of its reply. */
    private record ConnectRoute(
            Connect.Request connect,
            List<PeerLink> hops,
            Deadline deadline,
            int attempts,
            BiConsumer<PeerId, List<PeerContact>> onNamed)
            implements Route {

        @Override
        public RingLocation target() {
            return connect.target();
        }

        @Override
        public List<PeerLink> candidates(NeighbourTable neighbours, Predicate<PeerId> excluded) {
            return hops.stream()
                    .filter(hop -> !excluded.test(hop.peer()))
                    .limit(MAX_CANDIDATES)
                    .toList();
        }

        @Override
        public PeerRequest request(TransactionId tx, Visited visited, Duration budget) {
            return new Connect.Request(
                    tx,
                    connect.hopsToLive().afterHop(),
                    visited,
                    budget,
                    connect.target(),
                    connect.joiner(),
                    connect.adjacent(),
                    connect.detours());
        }

        @Override
        public Visited visited() {
            return connect.visited();
        }

        @Override
        public boolean matches(PeerReply reply) {
            return reply instanceof Connect.Offers;
        }

        /**
         * Fills in the hop's address, which the hop itself does not know; drops contacts that cannot be dialled or that
         * the hop may not name.
         */
        @Override
        public Mono<PeerReply> validate(PeerLink hop, PeerReply reply) {
            List<PeerContact> contacts = ((Connect.Offers) reply)
                    .contacts().stream()
                            .map(contact -> hop.peer().equals(contact.expected())
                                    ? new PeerContact(dialAddress(hop), hop.peer())
                                    : contact)
                            .filter(contact -> contact.address().port() > 0)
                            .toList();
            contacts = ContactScope.filter(hop, contacts);
            onNamed.accept(hop.peer(), contacts);
            return Mono.just(new Connect.Offers(reply.tx(), contacts));
        }

        /** The observed IP address instead of a name from this node's configuration, which other peers do not accept. */
        private static PeerAddress dialAddress(PeerLink hop) {
            PeerAddress address = hop.address();
            return hop.remote()
                    .map(ip -> new PeerAddress(address.protocol(), ip.toString(), address.port()))
                    .orElse(address);
        }

        /** That no peer has a free slot is not the failure of the replying peer; it is not recorded. */
        @Override
        public boolean recordsOutcome() {
            return false;
        }

        @Override
        public boolean isInconclusive(PeerReply reply) {
            return ((Connect.Offers) reply).contacts().isEmpty();
        }
    }
}
