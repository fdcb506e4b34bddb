package dev.tributary.transport.benchmark;

import dev.tributary.core.Node;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PutOutcome;
import dev.tributary.core.value.PutRequest;
import dev.tributary.core.value.State;
import dev.tributary.transport.peer.NodeIdentity;
import dev.tributary.transport.peer.PeerTransportConfig;
import dev.tributary.transport.peer.TcpPeerTransport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** PUT and GET of 1 KiB over two nodes on loopback TLS: latency with one in flight, throughput with 256. */
public final class NodeBenchmark {

    private static final Duration LONG = Duration.ofMinutes(1);

    private NodeBenchmark() {}

    public static void main(String[] args) {
        Node left = node();
        Node right = node(left.status().address());
        while (left.status().neighbours().isEmpty()) {
            Thread.onSpinWait();
        }
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        List<Contract> known = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            int from = round * 1_000_000;
            latency("put 1 in flight", left, from, 5_000, true, known);
            latency("get 1 in flight", right, from, 5_000, false, known);
            throughput(left, from + 100_000, 100_000);
        }
        System.out.println(left.status().loop());
        left.stop().block(LONG);
        right.stop().block(LONG);
    }

    private static void latency(String what, Node node, int from, int count, boolean put, List<Contract> known) {
        Histogram histogram = new Histogram(3);
        Random random = new Random(1);
        for (int i = 0; i < count; i++) {
            Contract contract =
                    put ? LastWriterWins.named("latency " + (from + i)) : known.get(random.nextInt(known.size()));
            long start = System.nanoTime();
            if (put) {
                node.put(contract, state()).block(LONG);
                known.add(contract);
            } else {
                node.get(contract.id()).block(LONG);
            }
            histogram.recordValue(System.nanoTime() - start);
        }
        System.out.printf(
                "%-18s p50 %6.1f us  p99 %6.1f us%n",
                what, histogram.getValueAtPercentile(50) / 1e3, histogram.getValueAtPercentile(99) / 1e3);
    }

    private static void throughput(Node node, int from, int count) {
        Flux<PutRequest> requests =
                Flux.range(from, count).map(i -> new PutRequest(LastWriterWins.named("bulk " + i), state()));
        long start = System.nanoTime();
        Long stored = node.putAll(requests, 256)
                .filter(PutOutcome.Stored.class::isInstance)
                .count()
                .block(LONG);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("put 256 in flight  %6.0f /s (%d of %d stored)%n", count / seconds, stored, count);
    }

    private static State state() {
        return LastWriterWins.state(1, new byte[1016]);
    }

    private static Node node(PeerAddress... peers) {
        PeerTransport transport = TcpPeerTransport.create(
                NodeIdentity.generate(new SecureRandom()),
                PeerTransportConfig.defaults(),
                Schedulers.parallel(),
                Schedulers.boundedElastic());
        return Node.create()
                .config(NodeConfig.defaults())
                .transport(transport)
                .peers(peers)
                .start()
                .block(LONG);
    }
}
