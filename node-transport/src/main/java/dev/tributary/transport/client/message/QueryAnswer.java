package dev.tributary.transport.client.message;

import dev.tributary.core.value.ContractInstanceId;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The answer to a {@link NodeQuery}. Native encoding only. */
public sealed interface QueryAnswer extends ClientAnswer {

    /** The kinds of answers, one for each permitted type. */
    enum Kind {
        CONNECTED_PEERS,
        NETWORK_DEBUG,
        NODE_DIAGNOSTICS,
        NEIGHBOUR_HOSTING
    }

    Kind queryKind();

    @Override
    default ClientAnswer.Kind answerKind() {
        return ClientAnswer.Kind.QUERY;
    }

    /** The neighbours of the node. */
    record ConnectedPeers(List<Peer> peers) implements QueryAnswer {

        public ConnectedPeers {
            peers = List.copyOf(peers);
        }

        @Override
        public Kind queryKind() {
            return Kind.CONNECTED_PEERS;
        }
    }

    /** A peer: its id as text and its resolved address. */
    record Peer(String id, InetSocketAddress address) {}

    /** The subscriptions of clients and the neighbours of the node. */
    record NetworkDebug(List<Subscription> subscriptions, List<Peer> peers) implements QueryAnswer {

        public NetworkDebug {
            subscriptions = List.copyOf(subscriptions);
            peers = List.copyOf(peers);
        }

        @Override
        public Kind queryKind() {
            return Kind.NETWORK_DEBUG;
        }
    }

    /** One client's subscription. */
    record Subscription(ContractInstanceId contract, long client) {}

    /** The requested parts; {@code contracts} is always included. */
    record NodeDiagnostics(
            Optional<NodePart> node,
            Optional<NetworkPart> network,
            List<Subscription> subscriptions,
            List<ContractPart> contracts,
            Optional<SystemPart> system,
            List<PeerText> peers)
            implements QueryAnswer {

        public NodeDiagnostics {
            subscriptions = List.copyOf(subscriptions);
            contracts = List.copyOf(contracts);
            peers = List.copyOf(peers);
        }

        @Override
        public Kind queryKind() {
            return Kind.NODE_DIAGNOSTICS;
        }
    }

    /**
     * The node itself.
     *
     * @param location ring location as text with six decimals
     */
    record NodePart(
            String id, boolean gateway, Optional<String> location, Optional<String> address, long uptimeSeconds) {}

    /** The links of the node. */
    record NetworkPart(List<PeerText> peers, long links) {

        public NetworkPart {
            peers = List.copyOf(peers);
        }
    }

    /** A peer: its id and its address as text. */
    record PeerText(String id, String address) {}

    /**
     * A hosted contract.
     *
     * @param contract contract instance id as text
     * @param subscribers number of subscribed clients and peers, an unsigned 32-bit number
     */
    record ContractPart(String contract, long subscribers, List<String> subscriberPeers, long sizeBytes) {

        public ContractPart {
            subscriberPeers = List.copyOf(subscriberPeers);
        }
    }

    /** Counters of the process, unsigned 32-bit numbers. */
    record SystemPart(long links, long hostedContracts) {}

    /** The contracts that the node and its neighbours host, and counters of hosting traffic. */
    record NeighbourHosting(List<HostedPart> hosted, List<NeighbourPart> neighbours, HostingCounts counts)
            implements QueryAnswer {

        public NeighbourHosting {
            hosted = List.copyOf(hosted);
            neighbours = List.copyOf(neighbours);
        }

        @Override
        public Kind queryKind() {
            return Kind.NEIGHBOUR_HOSTING;
        }
    }

    /**
     * A contract that the node hosts.
     *
     * @param contract contract instance id as text
     * @param hash 32-bit hash of the contract that is announced to neighbours
     * @param since time since when it is hosted, in Unix seconds
     */
    record HostedPart(String contract, long hash, long since) {}

    /** The contracts that a neighbour hosts, as 32-bit hashes. */
    record NeighbourPart(String peer, List<Long> contracts, long lastUpdate, long updates) {

        public NeighbourPart {
            contracts = List.copyOf(contracts);
        }
    }

    /** Counters of hosting announcements and of update propagation. */
    record HostingCounts(
            long announcesSent,
            long announcesReceived,
            long updatesViaProximity,
            long updatesViaSubscription,
            long falseForwards,
            float meanNeighbourHosting) {}
}
