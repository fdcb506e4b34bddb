package dev.tributary.transport.client.message;

import dev.tributary.core.value.ContractKey;
import java.util.List;

/** A query about the node itself. Native encoding only. */
public sealed interface NodeQuery extends ClientRequest {

    /** The kinds of queries, one for each permitted type. */
    enum Kind {
        CONNECTED_PEERS,
        SUBSCRIPTION_INFO,
        NODE_DIAGNOSTICS,
        NEIGHBOUR_HOSTING
    }

    Kind queryKind();

    @Override
    default ClientRequest.Kind requestKind() {
        return ClientRequest.Kind.QUERY;
    }

    /** Asks for the neighbours of the node. */
    record ConnectedPeers() implements NodeQuery {

        @Override
        public Kind queryKind() {
            return Kind.CONNECTED_PEERS;
        }
    }

    /** Asks for the subscriptions of clients. */
    record SubscriptionInfo() implements NodeQuery {

        @Override
        public Kind queryKind() {
            return Kind.SUBSCRIPTION_INFO;
        }
    }

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

        @Override
        public Kind queryKind() {
            return Kind.NODE_DIAGNOSTICS;
        }
    }

    /** Asks for the contracts that the node and its neighbours host. */
    record NeighbourHosting() implements NodeQuery {

        @Override
        public Kind queryKind() {
            return Kind.NEIGHBOUR_HOSTING;
        }
    }
}
