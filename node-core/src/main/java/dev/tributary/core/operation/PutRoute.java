package dev.tributary.core.operation;

import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.Route;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/**
 * Routes a PUT to neighbours nearer to the contract's location than this node, with the state that this node holds.
 *
 * @param onStored called with each peer that stored the state
 */
record PutRoute(
        Put.Request put,
        State merged,
        Visited visited,
        int attempts,
        Deadline deadline,
        BiConsumer<PeerLink, Put.Stored> onStored)
        implements Route {

    @Override
    public RingLocation target() {
        return key().location();
    }

    @Override
    public List<PeerLink> candidates(NeighbourTable neighbours, Predicate<PeerId> excluded) {
        return neighbours.nextHops(target(), excluded);
    }

    @Override
    public PeerRequest request(TransactionId tx, Visited visited, Duration budget) {
        return new Put.Request(tx, put.hopsToLive().afterHop(), visited, budget, put.contract(), merged);
    }

    private ContractKey key() {
        return put.contract().key();
    }

    @Override
    public boolean matches(PeerReply reply) {
        return reply instanceof Put.Stored stored && stored.key().equals(key());
    }

    @Override
    public Mono<PeerReply> validate(PeerLink hop, PeerReply reply) {
        onStored.accept(hop, (Put.Stored) reply);
        return Mono.just(reply);
    }

    /** Always probe a silent hop: this node can act as root. */
    @Override
    public boolean probesSilentHop(int others) {
        return true;
    }

    @Override
    public boolean isInconclusive(PeerReply reply) {
        return false;
    }
}
