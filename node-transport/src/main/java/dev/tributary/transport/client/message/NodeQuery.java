package dev.tributary.transport.client.message;

import dev.tributary.core.value.ContractKey;
import java.util.List;

/** A query about the node itself. Native encoding only. */
public sealed interface NodeQuery extends ClientRequest {

    /** Asks for the neighbours of the node. */
    record ConnectedPeers() implements NodeQuery {}

    /** Asks for the subscriptions of clients. */
    record SubscriptionInfo() implements NodeQuery {}

    /**
     * Asks for diagnostics. Each flag requests one part of the answer.
     *
     * @param contracts the contracts to report; empty for all hosted contracts
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

    /** Asks for the contracts that the node and its neighbours host. */
    record NeighbourHosting() implements NodeQuery {}
}
