package dev.tributary.transport.client.session;

import dev.tributary.core.Node;
import dev.tributary.core.NodeStatus;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.message.NodeQuery;
import dev.tributary.transport.client.message.QueryAnswer;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What the node tells clients about itself. */
final class NodeAnswers {

    private final Node node;
    private final TimeSource time;
    private final long start;
    private final Supplier<List<QueryAnswer.Subscription>> subscriptions;
    private final Supplier<Map<ContractInstanceId, Integer>> subscribers;

    /**
     * Answers for this node, running from now on.
     *
     * @param subscriptions of all clients
     * @param subscribers how many clients each contract has
     */
    NodeAnswers(
            Node node,
            TimeSource time,
            Supplier<List<QueryAnswer.Subscription>> subscriptions,
            Supplier<Map<ContractInstanceId, Integer>> subscribers) {
        this.node = node;
        this.time = time;
        this.start = time.nanos();
        this.subscriptions = subscriptions;
        this.subscribers = subscribers;
    }

    QueryAnswer answer(NodeQuery query) {
        NodeStatus status = node.status();
        if (query instanceof NodeQuery.ConnectedPeers) {
            return new QueryAnswer.ConnectedPeers(peers(status));
        } else if (query instanceof NodeQuery.SubscriptionInfo) {
            return new QueryAnswer.NetworkDebug(subscriptions.get(), peers(status));
        } else if (query instanceof NodeQuery.NodeDiagnostics wanted) {
            return diagnostics(wanted, status);
        }
        return new QueryAnswer.NeighbourHosting(List.of(), List.of(), new QueryAnswer.HostingCounts(0, 0, 0, 0, 0, 0));
    }

    private static List<QueryAnswer.Peer> peers(NodeStatus status) {
        return status.neighbours().stream()
                .map(each -> new QueryAnswer.Peer(each.peer().toString(), resolved(each.address())))
                .toList();
    }

    /** Only what is an address already: a name would have to be asked for. */
    private static InetSocketAddress resolved(PeerAddress address) {
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(address.host());
        return literal == null
                ? new InetSocketAddress("0.0.0.0", address.port())
                : new InetSocketAddress(literal, address.port());
    }

    private QueryAnswer diagnostics(NodeQuery.NodeDiagnostics wanted, NodeStatus status) {
        List<QueryAnswer.PeerText> peers = status.neighbours().stream()
                .map(each -> new QueryAnswer.PeerText(
                        each.peer().toString(), each.address().toString()))
                .distinct()
                .sorted(Comparator.comparing(QueryAnswer.PeerText::id))
                .toList();
        int links = status.neighbours().size();
        return new QueryAnswer.NodeDiagnostics(
                wanted.node() ? Optional.of(self(status)) : Optional.empty(),
                wanted.network() ? Optional.of(new QueryAnswer.NetworkPart(peers, links)) : Optional.empty(),
                wanted.subscriptions() ? subscriptions.get() : List.of(),
                contracts(wanted),
                wanted.system()
                        ? Optional.of(new QueryAnswer.SystemPart(
                                links, status.hosting().contracts()))
                        : Optional.empty(),
                wanted.detailedPeers() ? peers : List.of());
    }

    private QueryAnswer.NodePart self(NodeStatus status) {
        return new QueryAnswer.NodePart(
                status.self().toString(),
                false,
                Optional.of(String.format(Locale.ROOT, "%.6f", status.location().value())),
                Optional.of(status.address().toString()),
                Duration.ofNanos(time.nanos() - start).toSeconds());
    }

    /** Those that clients subscribe to: which others are hosted, and how large they are, nobody here knows. */
    private List<QueryAnswer.ContractPart> contracts(NodeQuery.NodeDiagnostics wanted) {
        return subscribers.get().entrySet().stream()
                .filter(each -> wanted.contracts().isEmpty()
                        || wanted.contracts().stream().anyMatch(key -> key.id().equals(each.getKey())))
                .map(each -> new QueryAnswer.ContractPart(each.getKey().toString(), each.getValue(), List.of(), 0))
                .toList();
    }
}
