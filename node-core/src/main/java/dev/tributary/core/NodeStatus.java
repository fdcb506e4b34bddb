package dev.tributary.core;

import dev.tributary.core.contract.ContractUsage;
import dev.tributary.core.contract.conformance.MergeLawUsage;
import dev.tributary.core.engine.TableSizes;
import dev.tributary.core.hosting.HostingStatus;
import dev.tributary.core.loop.LoopSnapshot;
import dev.tributary.core.membership.MembershipStatus;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.storage.StoreHealth;
import dev.tributary.core.storage.StoreUsage;
import dev.tributary.core.subscription.SubscriptionStatus;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.List;

/**
 * A snapshot of a node.
 *
 * @param address where peers can dial it
 * @param neighbours its neighbours, in the order in which they became neighbours
 * @param gateways number of configured gateways; a node without gateways is the one that others join through
 * @param membership its membership in the network
 * @param loop its event loop
 * @param tables sizes of its tables and queues
 * @param contracts its contracts
 */
public record NodeStatus(
        PeerId self,
        PeerAddress address,
        List<Neighbour> neighbours,
        int gateways,
        MembershipStatus membership,
        LoopSnapshot loop,
        TableSizes tables,
        Contracts contracts) {

    public NodeStatus {
        neighbours = List.copyOf(neighbours);
    }

    /** The node's ring location. */
    public RingLocation location() {
        return self.location();
    }

    /** Number of neighbours whose link has this direction. */
    public int neighbours(PeerLink.Direction direction) {
        return (int) neighbours.stream()
                .filter(each -> each.direction() == direction)
                .count();
    }

    /**
     * The contracts of the node.
     *
     * @param store contracts and bytes in its store
     * @param health whether the store takes commits
     * @param calls time and memory of contract calls
     * @param mergeLaws checks of the merge laws
     * @param hosting replicas and their synchronisation
     * @param subscriptions subscriptions and updates
     */
    public record Contracts(
            StoreUsage store,
            StoreHealth health,
            ContractUsage calls,
            MergeLawUsage mergeLaws,
            HostingStatus hosting,
            SubscriptionStatus subscriptions) {}

    /**
     * A neighbour of the node.
     *
     * @param address where it can be dialled; port 0 if it cannot
     * @param direction which side dialled
     */
    public record Neighbour(PeerId peer, PeerAddress address, PeerLink.Direction direction) {

        /** The peer's ring location. */
        public RingLocation location() {
            return peer.location();
        }
    }
}
