package dev.tributary.transport.client.codec;

import dev.tributary.core.value.Bytes;
import dev.tributary.transport.client.message.QueryAnswer;
import dev.tributary.transport.client.message.QueryAnswer.ConnectedPeers;
import dev.tributary.transport.client.message.QueryAnswer.ContractPart;
import dev.tributary.transport.client.message.QueryAnswer.HostedPart;
import dev.tributary.transport.client.message.QueryAnswer.HostingCounts;
import dev.tributary.transport.client.message.QueryAnswer.NeighbourHosting;
import dev.tributary.transport.client.message.QueryAnswer.NeighbourPart;
import dev.tributary.transport.client.message.QueryAnswer.NetworkDebug;
import dev.tributary.transport.client.message.QueryAnswer.NetworkPart;
import dev.tributary.transport.client.message.QueryAnswer.NodeDiagnostics;
import dev.tributary.transport.client.message.QueryAnswer.NodePart;
import dev.tributary.transport.client.message.QueryAnswer.Peer;
import dev.tributary.transport.client.message.QueryAnswer.PeerText;
import dev.tributary.transport.client.message.QueryAnswer.Subscription;
import dev.tributary.transport.client.message.QueryAnswer.SystemPart;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Answers to node queries in the native encoding. The first constants are variant indexes. */
final class NativeQueryAnswers {

    private static final int CONNECTED_PEERS = 0;
    private static final int NETWORK_DEBUG = 1;
    private static final int NODE_DIAGNOSTICS = 2;
    private static final int NEIGHBOUR_HOSTING = 3;
    private static final int QUERY_ANSWERS = 4;

    private static final int V4 = 0;
    private static final int V6 = 1;

    /** Minimum sizes of list elements in bytes, which bound the memory allocated for a list. */
    private static final int TEXT = Long.BYTES;

    private static final int PEER = TEXT + Integer.BYTES + 4 + Short.BYTES;
    private static final int SUBSCRIPTION = BincodeReader.HASH_BYTES + Long.BYTES;
    private static final int CONTRACT = TEXT + Integer.BYTES + 2 * Long.BYTES;
    private static final int HOSTED = TEXT + Integer.BYTES + Long.BYTES;
    private static final int NEIGHBOUR = TEXT + 3 * Long.BYTES;

    private NativeQueryAnswers() {}

    static QueryAnswer read(BincodeReader in) {
        return switch (in.variant("QueryResponse", QUERY_ANSWERS)) {
            case CONNECTED_PEERS -> new ConnectedPeers(peers(in));
            case NETWORK_DEBUG -> new NetworkDebug(subscriptions(in), peers(in));
            case NODE_DIAGNOSTICS ->
                new NodeDiagnostics(
                        in.option("node_info", () -> nodePart(in)),
                        in.option("network_info", () -> new NetworkPart(peerTexts(in), in.u64("active_connections"))),
                        subscriptions(in),
                        in.list("contract_states", CONTRACT, () -> contractPart(in)),
                        in.option(
                                "system_metrics",
                                () -> new SystemPart(in.u32("active_connections"), in.u32("hosting_contracts"))),
                        peerTexts(in));
            default ->
                new NeighbourHosting(
                        in.list("my_hosted", HOSTED, () -> hostedPart(in)),
                        in.list("neighbor_hosting", NEIGHBOUR, () -> neighbourPart(in)),
                        counts(in));
        };
    }

    private static List<Peer> peers(BincodeReader in) {
        return in.list("peers", PEER, () -> new Peer(in.text("peer"), address(in)));
    }

    private static InetSocketAddress address(BincodeReader in) {
        int size = in.variant("SocketAddr", 2) == V4 ? 4 : 16;
        byte[] octets = in.fixedBytes("address", size).toArray();
        try {
            return new InetSocketAddress(InetAddress.getByAddress(octets), in.u16("port"));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + size + " bytes must be valid", e);
        }
    }

    private static List<Subscription> subscriptions(BincodeReader in) {
        return in.list("subscriptions", SUBSCRIPTION, () -> new Subscription(NativeValues.id(in), in.u64("client_id")));
    }

    private static List<PeerText> peerTexts(BincodeReader in) {
        return in.list("connected_peers", 2 * TEXT, () -> new PeerText(in.text("peer_id"), in.text("address")));
    }

    private static NodePart nodePart(BincodeReader in) {
        return new NodePart(
                in.text("peer_id"),
                in.bool("is_gateway"),
                in.option("location", () -> in.text("location")),
                in.option("listening_address", () -> in.text("listening_address")),
                in.u64("uptime_seconds"));
    }

    private static ContractPart contractPart(BincodeReader in) {
        return new ContractPart(
                in.text("contract"),
                in.u32("subscribers"),
                in.list("subscriber_peer_ids", TEXT, () -> in.text("peer_id")),
                in.u64("size_bytes"));
    }

    private static HostedPart hostedPart(BincodeReader in) {
        return new HostedPart(in.text("contract_key"), in.u32("hosting_hash"), in.u64("hosted_since"));
    }

    private static NeighbourPart neighbourPart(BincodeReader in) {
        return new NeighbourPart(
                in.text("peer_id"),
                in.list("known_contracts", Integer.BYTES, () -> in.u32("known contract")),
                in.u64("last_update"),
                in.u64("update_count"));
    }

    private static HostingCounts counts(BincodeReader in) {
        return new HostingCounts(
                in.u64("hosting_announces_sent"),
                in.u64("hosting_announces_received"),
                in.u64("updates_via_proximity"),
                in.u64("updates_via_subscription"),
                in.u64("false_positive_forwards"),
                in.f32("avg_neighbor_hosting_size"));
    }

    static BincodeWriter write(BincodeWriter out, QueryAnswer answer) {
        return switch (answer.queryKind()) {
            case CONNECTED_PEERS -> peers(out.u32(CONNECTED_PEERS), ((ConnectedPeers) answer).peers());
            case NETWORK_DEBUG -> {
                NetworkDebug debug = (NetworkDebug) answer;
                yield peers(subscriptions(out.u32(NETWORK_DEBUG), debug.subscriptions()), debug.peers());
            }
            case NODE_DIAGNOSTICS -> diagnostics(out.u32(NODE_DIAGNOSTICS), (NodeDiagnostics) answer);
            case NEIGHBOUR_HOSTING -> hosting(out.u32(NEIGHBOUR_HOSTING), (NeighbourHosting) answer);
        };
    }

    private static BincodeWriter hosting(BincodeWriter out, NeighbourHosting hosting) {
        out.list(
                        hosting.hosted(),
                        part -> out.text(part.contract()).u32(part.hash()).u64(part.since()))
                .list(hosting.neighbours(), part -> neighbourPart(out, part));
        return counts(out, hosting.counts());
    }

    private static BincodeWriter peers(BincodeWriter out, List<Peer> peers) {
        return out.list(peers, peer -> {
            InetAddress address = peer.address().getAddress();
            out.text(peer.id()).u32(address instanceof Inet4Address ? V4 : V6);
            out.raw(Bytes.wrap(address.getAddress())).u16(peer.address().getPort());
        });
    }

    private static BincodeWriter subscriptions(BincodeWriter out, List<Subscription> subscriptions) {
        return out.list(
                subscriptions,
                subscription -> out.raw(subscription.contract().bytes()).u64(subscription.client()));
    }

    private static BincodeWriter peerTexts(BincodeWriter out, List<PeerText> peers) {
        return out.list(peers, peer -> out.text(peer.id()).text(peer.address()));
    }

    private static BincodeWriter diagnostics(BincodeWriter out, NodeDiagnostics diagnostics) {
        out.option(diagnostics.node(), node -> nodePart(out, node));
        out.option(diagnostics.network(), network -> {
            peerTexts(out, network.peers());
            out.u64(network.links());
        });
        subscriptions(out, diagnostics.subscriptions());
        out.list(diagnostics.contracts(), part -> contractPart(out, part));
        out.option(diagnostics.system(), system -> out.u32(system.links()).u32(system.hostedContracts()));
        return peerTexts(out, diagnostics.peers());
    }

    private static void nodePart(BincodeWriter out, NodePart node) {
        out.text(node.id()).bool(node.gateway());
        out.option(node.location(), out::text).option(node.address(), out::text).u64(node.uptimeSeconds());
    }

    private static void contractPart(BincodeWriter out, ContractPart part) {
        out.text(part.contract()).u32(part.subscribers());
        out.list(part.subscriberPeers(), out::text).u64(part.sizeBytes());
    }

    private static void neighbourPart(BincodeWriter out, NeighbourPart part) {
        out.text(part.peer()).list(part.contracts(), out::u32);
        out.u64(part.lastUpdate()).u64(part.updates());
    }

    private static BincodeWriter counts(BincodeWriter out, HostingCounts counts) {
        out.u64(counts.announcesSent()).u64(counts.announcesReceived());
        out.u64(counts.updatesViaProximity()).u64(counts.updatesViaSubscription());
        return out.u64(counts.falseForwards()).f32(counts.meanNeighbourHosting());
    }
}
