package dev.tributary.core.operation;

import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.Route;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/**
 * Routes a GET towards the contract's location. The node that starts the search may also ask neighbours that are
 * farther from the location than itself: on a sparse ring the path may lead away from the location first.
 */
record GetRoute(
        Get.Request get,
        Visited visited,
        Deadline deadline,
        int attempts,
        BiFunction<PeerLink, Get.Found, Mono<PeerReply>> onFound)
        implements Route {

    @Override
    public RingLocation target() {
        return get.id().location();
    }

    @Override
    public List<PeerLink> candidates(NeighbourTable neighbours, Predicate<PeerId> excluded) {
        return attempts > 1 ? neighbours.anyHops(target(), excluded) : neighbours.nextHops(target(), excluded);
    }

    @Override
    public PeerRequest request(TransactionId tx, Visited visited, Duration budget) {
        return new Get.Request(tx, get.hopsToLive().afterHop(), visited, budget, get.id());
    }

    @Override
    public boolean matches(PeerReply reply) {
        return reply instanceof Get.Reply answer && answer.id().equals(get.id());
    }

    @Override
    public Mono<PeerReply> validate(PeerLink hop, PeerReply reply) {
        return reply instanceof Get.Found found ? onFound.apply(hop, found) : Mono.just(reply);
    }

    @Override
    public boolean probesSilentHop(int others) {
        return others > 0;
    }

    @Override
    public boolean mayReachFailedPeers() {
        return true;
    }

    @Override
    public boolean isInconclusive(PeerReply reply) {
        return reply instanceof Get.NotFound;
    }
}
