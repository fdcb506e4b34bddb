package dev.tributary.core.hosting.replica;

import dev.tributary.core.value.PeerId;
import java.util.List;

/**
 * The peers that a host synchronises its replica of one contract with.
 *
 * @param nearerNeighbours number of neighbours that are nearer to the contract's location than this node
 * @param partners the upstream, which is the nearest known host among the nearer neighbours, or the nearest of them if
 *     none is known to be a host; at the root, the neighbours that should hold a replica
 */
public record SyncPartners(int nearerNeighbours, List<PeerId> partners) {

    /** No partners: the node has no neighbours. */
    public static final SyncPartners NONE = new SyncPartners(0, List.of());

    public SyncPartners {
        partners = List.copyOf(partners);
    }

    /** Whether this node is the root of the contract: no neighbour is nearer to its location. */
    public boolean isRoot() {
        return nearerNeighbours == 0;
    }
}
