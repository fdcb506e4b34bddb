package dev.tributary.transport.benchmark;

import dev.tributary.core.Node;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.operation.OperationConfig;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.RingLocation;
import dev.tributary.transport.peer.NodeIdentity;
import dev.tributary.transport.peer.PeerTransportConfig;
import dev.tributary.transport.peer.TcpPeerTransport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import reactor.core.scheduler.Schedulers;

/**
 * Nodes over loopback TLS, each linked to the one before it and to no other. They leave no replicas beside the way of a
 * PUT, so that the way of every operation is known.
 */
final class BenchmarkNodes {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final List<Node> nodes;

    private BenchmarkNodes(List<Node> nodes) {
        this.nodes = nodes;
    }

    static BenchmarkNodes chain(int length) {
        // In the order of their distances from one place, or there might be no contract that leads along the chain.
        List<NodeIdentity> identities = Stream.generate(() -> NodeIdentity.generate(new SecureRandom()))
                .limit(length)
                .sorted(Comparator.comparingDouble(
                        identity -> -identity.peerId().location().distanceTo(new RingLocation(0.5))))
                .toList();
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            List<PeerAddress> before =
                    i == 0 ? List.of() : List.of(nodes.get(i - 1).status().address());
            nodes.add(start(identities.get(i), before));
        }
        for (int i = 0; i < length; i++) {
            nodes.get(i).onLinked(i == 0 || i == length - 1 ? 1 : 2).block(LONG);
        }
        return new BenchmarkNodes(nodes);
    }

    private static Node start(NodeIdentity identity, List<PeerAddress> before) {
        TcpPeerTransport transport = TcpPeerTransport.create(
                identity, PeerTransportConfig.defaults(), Schedulers.parallel(), Schedulers.boundedElastic());
        return Node.create()
                .config(NodeConfig.defaults().withOperations(OperationConfig.DEFAULT.withReplicas(1)))
                .transport(new ChainTransport(transport, before))
                .peers(before.toArray(PeerAddress[]::new))
                .start()
                .block(LONG);
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

    /** Contracts to whose location every node is nearer than the one before it: a PUT at the first goes to the last. */
    Stream<Contract> contractsTowardsTheEnd() {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> LastWriterWins.named("benchmark " + i))
                .filter(contract -> leadsToTheEnd(contract.key().location()));
    }

    void stop() {
        nodes.forEach(node -> node.stop().block(LONG));
    }

    private boolean leadsToTheEnd(RingLocation target) {
        double[] distances = nodes.stream()
                .mapToDouble(node -> node.status().self().location().distanceTo(target))
                .toArray();
        return IntStream.range(1, distances.length).allMatch(i -> distances[i] < distances[i - 1]);
    }
}
