package dev.tributary.core.operation;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.peer.PeerLink;
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
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Finds neighbours. The request goes towards a place on the ring; the peer where it cannot get nearer keeps a place for
 * the joiner, and so may those before it that are near the place too. If the last one has no place, it sends the search on
 * away from there a few times; if all is in vain, whoever has room takes the joiner, however little it fits. The answer names all who keep a place, with the address at which each one's neighbour sees
 * it; the joiner dials them.
 */
public final class ConnectOperation {

    /** Longer than any search that finds somebody: sixteen hops of half a second, and two. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How often a search for just anybody may go on where nobody had a place: the network's number. */
    public static final int DETOURS = 8;

    /** Within this share of the ring of the target, peers on the way keep a place too. */
    private static final double NEAR = 0.05;

    /** How likely they do, at the target itself. */
    private static final double NEAR_CHANCE = 0.6;

    /** How many neighbours a joiner asks one after the other. */
    private static final int FIRST_HOPS = 2;

    /** Of those that may be asked the first is, and it matters whether there is another. */
    private static final int ASKED_AND_NEXT = 2;

    private static final PeerAddress SEEN_BY_THE_ASKER = new PeerAddress("0.0.0.0", 0);

    private static final Logger log = LoggerFactory.getLogger(ConnectOperation.class);

    private final OperationContext context;
    private final Vacancies vacancies;

    public ConnectOperation(OperationContext context, Vacancies vacancies) {
        this.context = context;
        this.vacancies = vacancies;
    }

    /**
     * Looks for peers near the target that keep a place for this node, and emits whom to dial: nobody, if nobody has one.
     * Empty if there is no peer to ask. Errors if none answered in time.
     *
     * @param adjacent whether only peers count that would have this node next to them on the ring
     * @param detours how often the search may go on away from the target where nobody had a place
     * @param guestAt links that may be used for it besides those of the neighbours
     */
    public Mono<List<PeerContact>> search(RingLocation target, boolean adjacent, int detours, List<PeerLink> guestAt) {
        return search(target, adjacent, detours, () -> {
            List<PeerLink> hops = new ArrayList<>(context.neighbourhood().nearest(target, peer -> false));
            hops.addAll(guestAt);
            return hops;
        });
    }

    /** The same for peers that would have this node next to them, as far as the link's peer and those behind it know. */
    public Mono<List<PeerContact>> searchThrough(PeerLink link, RingLocation target, int detours) {
        return search(target, true, detours, () -> List.of(link));
    }

    private Mono<List<PeerContact>> search(
            RingLocation target, boolean adjacent, int detours, Supplier<List<PeerLink>> hops) {
        return Mono.defer(() -> {
            Connect.Request connect = new Connect.Request(
                    context.ids().get(),
                    new HopsToLive(context.config().hopsToLive()),
                    Visited.nobody().plus(context.self()),
                    PATIENCE,
                    target,
                    context.self(),
                    adjacent,
                    detours);
            return context.deadline(PATIENCE, connect.tx())
                    .limit(deadline -> found(new Onward(connect, hops.get(), deadline, FIRST_HOPS)), context.timer());
        });
    }

    /** A search of the link's peer, or one that passes through it. */
    public Mono<PeerReply> serve(PeerLink from, Connect.Request connect) {
        Connect.Request seen = new Connect.Request(
                connect.tx(),
                context.hops(connect.hopsToLive()),
                connect.visited().plus(List.of(from.peer(), connect.joiner(), context.self())),
                connect.budget(),
                connect.target(),
                connect.joiner(),
                connect.adjacent(),
                connect.detours());
        return context.deadline(connect.budget(), connect.tx())
                .limit(deadline -> offers(seen, deadline), context.timer())
                .map(contacts -> new Connect.Offers(connect.tx(), contacts));
    }

    private Mono<List<PeerContact>> offers(Connect.Request connect, Deadline deadline) {
        List<PeerLink> nearer = context.neighbourhood().nextHops(connect.target(), connect.visited()::contains);
        boolean goesOn = !connect.hopsToLive().spent();
        if (!nearer.isEmpty() && goesOn) {
            return onward(connect, nearer, deadline)
                    .map(found -> found.isEmpty() || near(connect.target()) ? withSelf(connect, found) : found)
                    .map(found -> found.isEmpty() ? lastResort(connect) : found);
        }
        List<PeerContact> own = withSelf(connect, List.of());
        Mono<List<PeerContact>> others =
                own.isEmpty() && connect.detours() > 0 && goesOn ? detour(connect, deadline) : Mono.just(own);
        return others.map(found -> found.isEmpty() ? lastResort(connect) : found);
    }

    /** Nobody is nearer, and there is no place here: to the nearest of those that are farther. */
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
        return onward(away, context.neighbourhood().nearest(away.target(), away.visited()::contains), deadline);
    }

    /** What the next hop finds. Nobody, if it fails: then this node is as good as the last one. */
    private Mono<List<PeerContact>> onward(Connect.Request connect, List<PeerLink> hops, Deadline deadline) {
        return found(new Onward(connect, hops, deadline, 1))
                .onErrorResume(NodeException.class, failure -> {
                    log.debug("tx={} search not passed on: {}", connect.tx(), failure.getMessage());
                    return Mono.just(List.of());
                })
                .defaultIfEmpty(List.of());
    }

    private Mono<List<PeerContact>> found(Onward route) {
        return context.forwarding().forward(route).map(reply -> ((Connect.Offers) reply).contacts());
    }

    private boolean near(RingLocation target) {
        double distance = context.self().location().distanceTo(target);
        return context.random().nextDouble() < NEAR_CHANCE * (1 - distance / NEAR);
    }

    private List<PeerContact> withSelf(Connect.Request connect, List<PeerContact> found) {
        PeerId joiner = connect.joiner();
        boolean welcome = found.size() < Connect.Offers.MAX_CONTACTS
                && (connect.adjacent() ? vacancies.reserveNext(joiner) : vacancies.reserve(joiner));
        return welcome ? plusSelf(found) : found;
    }

    /** Nobody has a place whom the joiner fits: then whoever has one at all takes it, the last that was asked first. */
    private List<PeerContact> lastResort(Connect.Request connect) {
        return !connect.adjacent() && vacancies.reserveLast(connect.joiner()) ? plusSelf(List.of()) : List.of();
    }

    private List<PeerContact> plusSelf(List<PeerContact> found) {
        List<PeerContact> all = new ArrayList<>(found);
        all.add(new PeerContact(SEEN_BY_THE_ASKER, context.self()));
        return all;
    }

    /** From hop to hop towards the target; what comes back is nobody's until the hop's own address is in it. */
    private record Onward(Connect.Request connect, List<PeerLink> hops, Deadline deadline, int attempts)
            implements Route {

        @Override
        public RingLocation target() {
            return connect.target();
        }

        @Override
        public List<PeerLink> candidates(Neighbourhood neighbourhood, Predicate<PeerId> excluded) {
            return hops.stream()
                    .filter(hop -> !excluded.test(hop.peer()))
                    .limit(ASKED_AND_NEXT)
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
        public boolean answers(PeerReply reply) {
            return reply instanceof Connect.Offers;
        }

        /** A node does not know how it is seen: whoever asked it does. One that nobody can dial is no use. */
        @Override
        public Mono<PeerReply> test(PeerLink hop, PeerReply reply) {
            List<PeerContact> contacts = ((Connect.Offers) reply)
                    .contacts().stream()
                            .map(contact -> hop.peer().equals(contact.expected())
                                    ? new PeerContact(hop.address(), hop.peer())
                                    : contact)
                            .filter(contact -> contact.address().port() > 0)
                            .toList();
            return Mono.just(new Connect.Offers(reply.tx(), contacts));
        }

        /** That nobody near a place has room for one more is no fault of whoever says so. */
        @Override
        public boolean teaches() {
            return false;
        }

        @Override
        public boolean inconclusive(PeerReply reply) {
            return ((Connect.Offers) reply).contacts().isEmpty();
        }
    }
}
