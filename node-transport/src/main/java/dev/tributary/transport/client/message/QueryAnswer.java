package dev.tributary.transport.client.message;

import dev.tributary.core.value.ContractInstanceId;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** The answer to a {@link NodeQuery}. Native encoding only. */
public sealed interface QueryAnswer extends ClientAnswer {

    /** The peers that the node is linked to. */
    record ConnectedPeers(List<Peer> peers) implements QueryAnswer {

        public ConnectedPeers {
            peers = List.copyOf(peers);
        }
    }

    /** A peer: its id as text, and a resolved address. */
    record Peer(String id, InetSocketAddress address) {}

    /** Who is subscribed to what, and the peers that the node is linked to. */
    record NetworkDebug(List<Subscription> subscriptions, List<Peer> peers) implements QueryAnswer {

        public NetworkDebug {
            subscriptions = List.copyOf(subscriptions);
            peers = List.copyOf(peers);
        }
    }

    /** One client's subscription. */
    record Subscription(ContractInstanceId contract, long client) {}

    /** The parts that were asked for; {@code contracts} always. */
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
    }

    /**
     * The node itself.
     *
     * @param location its place on the ring as text with six decimals
     */
    record NodePart(
            String id, boolean gateway, Optional<String> location, Optional<String> address, long uptimeSeconds) {}

    /** Its links. */
    record NetworkPart(List<PeerText> peers, long links) {

        public NetworkPart {
            peers = List.copyOf(peers);
        }
    }

    /** A peer, its id and its address as text. */
    record PeerText(String id, String address) {}

    /**
     * A hosted contract.
     *
     * @param contract its instance id as text
     * @param subscribers how many clients and peers want its changes, an unsigned 32-bit number
     */
    record ContractPart(String contract, long subscribers, List<String> subscriberPeers, long sizeBytes) {

        public ContractPart {
            subscriberPeers = List.copyOf(subscriberPeers);
        }
    }

    /** Counts of the process, unsigned 32-bit numbers. */
    record SystemPart(long links, long hostedContracts) {}

    /** What the node hosts, what its neighbours host, and what that was good for. */
    record NeighbourHosting(List<HostedPart> hosted, List<NeighbourPart> neighbours, HostingCounts counts)
            implements QueryAnswer {

        public NeighbourHosting {
            hosted = List.copyOf(hosted);
            neighbours = List.copyOf(neighbours);
        }
    }

    /**
     * A contract that the node hosts.
     *
     * @param contract its instance id as text
     * @param hash the 32 bits under which neighbours are told of it
     * @param since seconds of the Unix clock
     */
    record HostedPart(String contract, long hash, long since) {}

    /** What one neighbour hosts, as hashes of 32 bits. */
    record NeighbourPart(String peer, List<Long> contracts, long lastUpdate, long updates) {

        public NeighbourPart {
            contracts = List.copyOf(contracts);
        }
    }

    /** How often hosting was announced, and how updates travelled. */
    record HostingCounts(
            long announcesSent,
            long announcesReceived,
            long updatesViaProximity,
            long updatesViaSubscription,
            long falseForwards,
            float meanNeighbourHosting) {}
}
