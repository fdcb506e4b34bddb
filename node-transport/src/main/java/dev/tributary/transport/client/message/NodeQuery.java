package dev.tributary.transport.client.message;

import dev.tributary.core.value.ContractKey;
import java.util.List;

/** A question about the node itself. Native encoding only. */
public sealed interface NodeQuery extends ClientRequest {

    /** Which peers is the node linked to? */
    record ConnectedPeers() implements NodeQuery {}

    /** Which clients are subscribed to what? */
    record SubscriptionInfo() implements NodeQuery {}

    /**
     * How is the node? Each flag asks for one part of the answer.
     *
     * @param contracts whose states are meant; none means all that are hosted
     */
    record NodeDiagnostics(
            boolean node,
            boolean network,
            boolean subscriptions,
            List<ContractKey> contracts,
            boolean system,
            boolean detailedPeers,
            boolean subscriberPeers)
            implements NodeQuery {

        public NodeDiagnostics {
            contracts = List.copyOf(contracts);
        }
    }

    /** What do the node and its neighbours host? */
    record NeighbourHosting() implements NodeQuery {}
}
