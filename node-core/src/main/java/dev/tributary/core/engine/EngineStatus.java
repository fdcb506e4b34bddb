package dev.tributary.core.engine;

import dev.tributary.core.membership.MembershipStatus;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.PeerId;
import java.util.List;
import java.util.stream.Stream;

/** Reads the status of a node from its parts. Safe to use from any thread. */
final class EngineStatus {

    private final NodeAssembly parts;

    EngineStatus(NodeAssembly parts) {
        this.parts = parts;
    }

    /** The node's membership in the network. */
    MembershipStatus membership() {
        List<PeerId> transientVia =
                parts.links.transientVia().stream().map(PeerLink::peer).toList();
        return new MembershipStatus(
                joinState(transientVia), parts.links.transientLinks(), transientVia, parts.slots.reserved());
    }

    private MembershipStatus.JoinState joinState(List<PeerId> transientVia) {
        if (parts.neighbours.peers().isEmpty() && transientVia.isEmpty()) {
            return MembershipStatus.JoinState.ISOLATED;
        }
        return parts.maintenance.isSettled() ? MembershipStatus.JoinState.SETTLED : MembershipStatus.JoinState.JOINING;
    }

    /** Sizes of the node's tables and queues, and counters. */
    TableSizes tableSizes() {
        return new TableSizes(
                new TableSizes.Operations(
                        parts.limits.clients().running(),
                        parts.limits.remote().running(),
                        parts.exchanges.pending(),
                        parts.calls.pending()),
                new TableSizes.Contracts(
                        parts.contracts.changesInProgress(),
                        parts.hostingTasks.pending(),
                        parts.subscriptionTasks.pending(),
                        parts.limits.background().running()),
                new TableSizes.Queues(parts.channels.queuedEvents(), parts.channels.waitingSenders()),
                parts.exchanges.lateReplies(),
                new TableSizes.Dropped(
                        parts.nodeEvents.dropped(),
                        parts.peerRequests.skippedUpdates(),
                        parts.maintenance.droppedDials(),
                        parts.background.dropped()),
                Stream.concat(
                                parts.environment.transport().memory().stream(),
                                Stream.of(parts.limits.remoteBytes().budget()))
                        .map(TableSizes.Memory::of)
                        .toList());
    }
}
