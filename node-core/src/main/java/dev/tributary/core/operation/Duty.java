package dev.tributary.core.operation;

import dev.tributary.core.value.PeerId;
import java.util.List;

/**
 * What a host owes to one contract: with whom it keeps in step.
 *
 * @param nearer how many neighbours are nearer to the contract's location than this node
 * @param partners the upstream, which is the nearest host among them, or the nearest if none is known to be one; or, at the root, the neighbours that hold the copies
 */
record Duty(int nearer, List<PeerId> partners) {

    /** That of a node without neighbours. */
    static final Duty ALONE = new Duty(0, List.of());

    Duty {
        partners = List.copyOf(partners);
    }

    /** Whether no neighbour is nearer. */
    boolean root() {
        return nearer == 0;
    }
}
