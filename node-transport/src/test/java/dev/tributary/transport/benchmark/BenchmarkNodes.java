package dev.tributary.transport.benchmark;

import dev.tributary.core.Node;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.RingLocation;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.peer.PeerTransportConfig;
import dev.tributary.transport.peer.TcpPeerTransport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import reactor.core.scheduler.Schedulers;

/**
 * A chain of nodes over loopback TLS, each linked only to the previous and the next one. They store no replicas off the
 * route of a PUT, so that the route of every operation is known.
 */
final class BenchmarkNodes {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final List<Node> nodes;

    private BenchmarkNodes(List<Node> nodes) {
        this.nodes = nodes;
    }

    static BenchmarkNodes chain(int length) {
        return chain(length, address -> address);
    }

    /** @param dialled the address under which a node is dialled by the next one */
    static BenchmarkNodes chain(int length, UnaryOperator<PeerAddress> dialled) {
        // Sorted by distance to one location, or there might be no contract that is routed along the whole chain.
        List<NodeIdentity> identities = Stream.generate(() -> NodeIdentity.generate(new SecureRandom()))
                .limit(length)
                .sorted(Comparator.comparingDouble(
                        identity -> -identity.peerId().location().distanceTo(new RingLocation(0.5))))
                .toList();
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            List<PeerAddress> previous = i == 0
                    ? List.of()
                    : List.of(dialled.apply(nodes.get(i - 1).status().address()));
            nodes.add(start(identities.get(i), previous));
        }
        for (int i = 0; i < length; i++) {
            nodes.get(i).awaitNeighbours(i == 0 || i == length - 1 ? 1 : 2).block(TIMEOUT);
        }
        return new BenchmarkNodes(nodes);
    }

    private static Node start(NodeIdentity identity, List<PeerAddress> previous) {
        TcpPeerTransport transport = TcpPeerTransport.create(
                identity, PeerTransportConfig.defaults(), Schedulers.parallel(), Schedulers.boundedElastic());
        return Node.builder()
                .config(NodeConfig.defaults()
                        .withOperations(OperationConfig.defaults().withReplicas(1)))
                .transport(new ChainTransport(transport, previous))
                .bootstrapPeers(previous.toArray(PeerAddress[]::new))
                .start()
                .block(TIMEOUT);
    }

    Node first() {
        return nodes.get(0);
    }

    Node get(int number) {
        return nodes.get(number);
    }

    Node last() {
        return nodes.get(nodes.size() - 1);
    }

    /** Contracts to which each node is nearer than its predecessor: a PUT at the first node reaches the last. */
    Stream<Contract> contractsTowardsTheEnd() {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> LastWriterWins.named("benchmark " + i))
                .filter(contract -> isRoutedToTheEnd(contract.key().location()));
    }

    void stop() {
        nodes.forEach(node -> node.stop().block(TIMEOUT));
    }

    private boolean isRoutedToTheEnd(RingLocation target) {
        double[] distances = nodes.stream()
                .mapToDouble(node -> node.status().self().location().distanceTo(target))
                .toArray();
        return IntStream.range(1, distances.length).allMatch(i -> distances[i] < distances[i - 1]);
    }
}
