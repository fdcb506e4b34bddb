package dev.tributary.transport.client.session;

import dev.tributary.core.Node;
import dev.tributary.core.NodeStatus;
import dev.tributary.core.storage.StoreEntry;
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

/** Answers client queries about the node. */
final class NodeQueries {

    private final Node node;
    private final TimeSource time;
    private final long startNanos;
    private final Supplier<List<QueryAnswer.Subscription>> subscriptions;
    private final Supplier<Map<ContractInstanceId, Integer>> subscribers;

    /**
     * Creates the queries; the uptime of the node counts from now on.
     *
     * @param subscriptions supplies the subscriptions of all clients
     * @param subscribers supplies the number of subscribed clients by contract
     */
    NodeQueries(
            Node node,
            TimeSource time,
            Supplier<List<QueryAnswer.Subscription>> subscriptions,
            Supplier<Map<ContractInstanceId, Integer>> subscribers) {
        this.node = node;
        this.time = time;
        this.startNanos = time.nanos();
        this.subscriptions = subscriptions;
        this.subscribers = subscribers;
    }

    /** Returns the answer to a query. Any thread may call it. */
    Mono<QueryAnswer> answer(NodeQuery query) {
        return switch (query.queryKind()) {
            case CONNECTED_PEERS -> Mono.fromCallable(() -> new QueryAnswer.ConnectedPeers(peers(node.status())));
            case SUBSCRIPTION_INFO ->
                Mono.fromCallable(() -> new QueryAnswer.NetworkDebug(subscriptions.get(), peers(node.status())));
            case NODE_DIAGNOSTICS -> {
                NodeQuery.NodeDiagnostics selection = (NodeQuery.NodeDiagnostics) query;
                yield contracts(selection).map(contracts -> diagnostics(selection, contracts, node.status()));
            }
            case NEIGHBOUR_HOSTING ->
                node.storedContracts().map(NodeQueries::hosted).collectList().map(NodeQueries::hosting);
        };
    }

    /** All counts are 0: neighbours do not announce which contracts they host. */
    private static QueryAnswer hosting(List<QueryAnswer.HostedPart> hosted) {
        return new QueryAnswer.NeighbourHosting(hosted, List.of(), new QueryAnswer.HostingCounts(0, 0, 0, 0, 0, 0));
    }

    /** The time since when a contract is hosted is not recorded, so it is 0. */
    private static QueryAnswer.HostedPart hosted(StoreEntry holding) {
        ContractInstanceId id = holding.key().id();
        return new QueryAnswer.HostedPart(
                id.toString(), Integer.toUnsignedLong(id.bytes().toBuffer().getInt()), 0);
    }

    private static List<QueryAnswer.Peer> peers(NodeStatus status) {
        return status.neighbours().stream()
                .map(each -> new QueryAnswer.Peer(each.peer().toString(), resolved(each.address())))
                .toList();
    }

    /** Returns 0.0.0.0 for a host name, since a DNS lookup would block. */
    private static InetSocketAddress resolved(PeerAddress address) {
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(address.host());
        return literal == null
                ? new InetSocketAddress("0.0.0.0", address.port())
                : new InetSocketAddress(literal, address.port());
    }

    private QueryAnswer diagnostics(
            NodeQuery.NodeDiagnostics query, List<QueryAnswer.ContractPart> contracts, NodeStatus status) {
        List<QueryAnswer.PeerText> peers = status.neighbours().stream()
                .map(each -> new QueryAnswer.PeerText(
                        each.peer().toString(), each.address().toString()))
                .distinct()
                .sorted(Comparator.comparing(QueryAnswer.PeerText::id))
                .toList();
        int links = status.neighbours().size();
        return new QueryAnswer.NodeDiagnostics(
                query.node() ? Optional.of(self(status)) : Optional.empty(),
                query.network() ? Optional.of(new QueryAnswer.NetworkPart(peers, links)) : Optional.empty(),
                query.subscriptions() ? subscriptions.get() : List.of(),
                contracts,
                query.system()
                        ? Optional.of(new QueryAnswer.SystemPart(
                                links, status.contracts().hosting().contracts()))
                        : Optional.empty(),
                query.detailedPeers() ? peers : List.of());
    }

    private QueryAnswer.NodePart self(NodeStatus status) {
        return new QueryAnswer.NodePart(
                status.self().toString(),
                status.gateways() == 0,
                Optional.of(String.format(Locale.ROOT, "%.6f", status.location().value())),
                Optional.of(status.address().toString()),
                Duration.ofNanos(time.nanos() - startNanos).toSeconds());
    }

    /** Returns the stored contracts, restricted to the requested ones if there are any. */
    private Mono<List<QueryAnswer.ContractPart>> contracts(NodeQuery.NodeDiagnostics query) {
        Set<ContractInstanceId> ids =
                query.contracts().stream().map(ContractKey::id).collect(Collectors.toSet());
        return Mono.fromSupplier(subscribers)
                .flatMap(counts -> node.storedContracts()
                        .filter(holding ->
                                ids.isEmpty() || ids.contains(holding.key().id()))
                        .map(holding ->
                                part(holding, counts.getOrDefault(holding.key().id(), 0)))
                        .collectList());
    }

    private static QueryAnswer.ContractPart part(StoreEntry holding, int subscribers) {
        return new QueryAnswer.ContractPart(holding.key().id().toString(), subscribers, List.of(), holding.bytes());
    }
}
