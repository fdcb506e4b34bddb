package dev.tributary.core;

import dev.tributary.core.contract.ContractUsage;
import dev.tributary.core.contract.LawUsage;
import dev.tributary.core.loop.LoopSnapshot;
import dev.tributary.core.loop.TableSizes;
import dev.tributary.core.operation.HostingStatus;
import dev.tributary.core.storage.StoreUsage;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.util.List;

/**
 * A node at one moment.
 *
 * @param address where peers can dial it
 * @param neighbours the peers it is linked to
 * @param loop what the event loop does
 * @param tables what is under way
 * @param store what is held
 * @param contracts what their calls take
 * @param laws what watching over the laws of merging does
 * @param hosting how that is looked after
 */
public record NodeStatus(
        PeerId self,
        PeerAddress address,
        List<Neighbour> neighbours,
        LoopSnapshot loop,
        TableSizes tables,
        StoreUsage store,
        ContractUsage contracts,
        LawUsage laws,
        HostingStatus hosting) {

    public NodeStatus {
        neighbours = List.copyOf(neighbours);
    }

    /** A peer that the node is linked to. */
    public record Neighbour(PeerId peer, PeerAddress address) {}
}
