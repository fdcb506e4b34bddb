package dev.tributary.transport.client.session;

import dev.tributary.core.Node;
import dev.tributary.core.NodeStatus;
import dev.tributary.core.storage.Holding;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
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
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

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

    /** On any thread. */
    Mono<QueryAnswer> answer(NodeQuery query) {
        if (query instanceof NodeQuery.ConnectedPeers) {
            return Mono.fromCallable(() -> new QueryAnswer.ConnectedPeers(peers(node.status())));
        } else if (query instanceof NodeQuery.SubscriptionInfo) {
            return Mono.fromCallable(() -> new QueryAnswer.NetworkDebug(subscriptions.get(), peers(node.status())));
        } else if (query instanceof NodeQuery.NodeDiagnostics wanted) {
            return contracts(wanted).map(contracts -> diagnostics(wanted, contracts, node.status()));
        }
        return node.holdings().map(NodeAnswers::hosted).collectList().map(NodeAnswers::hosting);
    }

    /** Neighbours are asked about contracts one by one and announce nothing, so there is nothing to count. */
    private static QueryAnswer hosting(List<QueryAnswer.HostedPart> hosted) {
        return new QueryAnswer.NeighbourHosting(hosted, List.of(), new QueryAnswer.HostingCounts(0, 0, 0, 0, 0, 0));
    }

    /** Since when is not remembered: 0 stands for that. */
    private static QueryAnswer.HostedPart hosted(Holding held) {
        ContractInstanceId id = held.key().id();
        return new QueryAnswer.HostedPart(
                id.toString(), Integer.toUnsignedLong(id.bytes().toBuffer().getInt()), 0);
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

    private QueryAnswer diagnostics(
            NodeQuery.NodeDiagnostics wanted, List<QueryAnswer.ContractPart> contracts, NodeStatus status) {
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
                contracts,
                wanted.system()
                        ? Optional.of(new QueryAnswer.SystemPart(
                                links, status.hosting().contracts()))
                        : Optional.empty(),
                wanted.detailedPeers() ? peers : List.of());
    }

    private QueryAnswer.NodePart self(NodeStatus status) {
        return new QueryAnswer.NodePart(
                status.self().toString(),
                status.gateways() == 0,
                Optional.of(String.format(Locale.ROOT, "%.6f", status.location().value())),
                Optional.of(status.address().toString()),
                Duration.ofNanos(time.nanos() - start).toSeconds());
    }

    /** Those that are held, or those of the wanted ones that are. */
    private Mono<List<QueryAnswer.ContractPart>> contracts(NodeQuery.NodeDiagnostics wanted) {
        Set<ContractInstanceId> ids =
                wanted.contracts().stream().map(ContractKey::id).collect(Collectors.toSet());
        return Mono.fromSupplier(subscribers)
                .flatMap(counts -> node.holdings()
                        .filter(held -> ids.isEmpty() || ids.contains(held.key().id()))
                        .map(held -> part(held, counts.getOrDefault(held.key().id(), 0)))
                        .collectList());
    }

    private static QueryAnswer.ContractPart part(Holding held, int subscribers) {
        return new QueryAnswer.ContractPart(held.key().id().toString(), subscribers, List.of(), held.bytes());
    }
}
