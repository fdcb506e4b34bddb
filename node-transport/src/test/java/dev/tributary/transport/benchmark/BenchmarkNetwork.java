package dev.tributary.transport.benchmark;

import dev.tributary.core.Node;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.peer.PeerTransportConfig;
import dev.tributary.transport.peer.TcpPeerTransport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import reactor.core.scheduler.Schedulers;

/** Nodes with their defaults over loopback TLS in this process, in memory, that have found their neighbours. */
final class BenchmarkNetwork {

    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    /** Time until joining is over: nodes that have enough neighbours search once a minute. */
    private static final Duration SETTLING = Duration.ofSeconds(10);

    private final List<Node> nodes = new ArrayList<>();
    private final SentMessages sent = new SentMessages();

    private BenchmarkNetwork() {}

    static BenchmarkNetwork start(int size) {
        BenchmarkNetwork network = new BenchmarkNetwork();
        for (int i = 0; i < size; i++) {
            PeerAddress[] gateways = network.nodes.stream()
                    .limit(1)
                    .map(node -> node.status().address())
                    .toArray(PeerAddress[]::new);
            network.nodes.add(network.start(gateways));
        }
        int least = Math.min(size - 1, 25);
        network.nodes.forEach(node -> node.awaitNeighbours(least).block(TIMEOUT));
        LockSupport.parkNanos(SETTLING.toNanos());
        return network;
    }

    private Node start(PeerAddress... gateways) {
        TcpPeerTransport transport = TcpPeerTransport.create(
                NodeIdentity.generate(new SecureRandom()),
                PeerTransportConfig.defaults(),
                Schedulers.parallel(),
                Schedulers.boundedElastic());
        Node node = Node.builder()
                .transport(new CountingTransport(transport, sent))
                .bootstrapPeers(gateways)
                .start()
                .block(TIMEOUT);
        if (node == null) {
            throw new IllegalStateException("no node");
        }
        return node;
    }

    Node get(int number) {
        return nodes.get(number);
    }

    Node last() {
        return nodes.get(nodes.size() - 1);
    }

    SentMessages sent() {
        return sent;
    }

    void stop() {
        nodes.forEach(node -> node.stop().block(TIMEOUT));
    }
}
