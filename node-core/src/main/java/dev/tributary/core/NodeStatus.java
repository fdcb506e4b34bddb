package dev.tributary.core;

import dev.tributary.core.contract.ContractUsage;
import dev.tributary.core.contract.LawUsage;
import dev.tributary.core.loop.LoopSnapshot;
import dev.tributary.core.loop.RingSnapshot;
import dev.tributary.core.loop.TableSizes;
import dev.tributary.core.operation.HostingStatus;
import dev.tributary.core.operation.LivingStatus;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.storage.StoreUsage;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.List;

/**
 * A node at one moment.
 *
 * @param address where peers can dial it
 * @param neighbours the peers it is linked to, in the order in which they became neighbours
 * @param gateways how many peers it was given to join through; one that was given none is where others join
 * @param ring how it stands among its peers
 * @param loop what the event loop does
 * @param tables what is under way
 * @param store what is held
 * @param contracts what their calls take
 * @param laws what watching over the laws of merging does
 * @param hosting how that is looked after
 * @param living what becomes of the states that change
 */
public record NodeStatus(
        PeerId self,
        PeerAddress address,
        List<Neighbour> neighbours,
        int gateways,
        RingSnapshot ring,
        LoopSnapshot loop,
        TableSizes tables,
        StoreUsage store,
        ContractUsage contracts,
        LawUsage laws,
        HostingStatus hosting,
        LivingStatus living) {

    public NodeStatus {
        neighbours = List.copyOf(neighbours);
    }

    /** Where the node is on the ring. */
    public RingLocation location() {
        return self.location();
    }

    /** How many neighbours were dialled by this node, or have dialled it. */
    public int neighbours(PeerLink.Direction direction) {
        return (int) neighbours.stream()
                .filter(each -> each.direction() == direction)
                .count();
    }

    /**
     * A peer that the node is linked to.
     *
     * @param address where it can be dialled; port 0 if it cannot
     * @param direction which side dialled
     */
    public record Neighbour(PeerId peer, PeerAddress address, PeerLink.Direction direction) {

        /** Where the peer is on the ring. */
        public RingLocation location() {
            return peer.location();
        }
    }
}
