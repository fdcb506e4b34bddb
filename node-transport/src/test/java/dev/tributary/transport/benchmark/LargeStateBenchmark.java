package dev.tributary.transport.benchmark;

import dev.tributary.core.Node;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/**
 * Measures a PUT of 50 MiB across three hops of loopback TLS, confirmed and stored at every hop: megabytes per second
 * from the first node to the last, and the latency of concurrent small GETs across the same hops. Arguments: rounds
 * (5).
 */
public final class LargeStateBenchmark {

    private static final int MIB = 1 << 20;
    private static final int LARGE = 50 * MIB;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private LargeStateBenchmark() {}

    public static void main(String[] args) throws InterruptedException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        BenchmarkNodes nodes = BenchmarkNodes.chain(4);
        Iterator<Contract> contracts = nodes.contractsTowardsTheEnd().iterator();
        byte[] content = new byte[LARGE - Long.BYTES];
        new Random(1).nextBytes(content);
        State large = LastWriterWins.state(1, content);

        Histogram alone = new Histogram(3);
        Histogram during = new Histogram(3);
        double[] rates = new double[rounds];
        put(nodes.first(), contracts.next(), large);
        for (int round = 0; round < rounds; round++) {
            smallGets(nodes, contracts, 200, new AtomicBoolean(true), alone);
            AtomicBoolean running = new AtomicBoolean(true);
            Thread reader = new Thread(() -> smallGets(nodes, contracts, 100_000, running, during));
            reader.start();
            double seconds = put(nodes.first(), contracts.next(), large);
            running.set(false);
            reader.join();
            rates[round] = LARGE / seconds / 1e6;
        }
        Arrays.sort(rates);
        System.out.printf(
                "50 MiB over three hops: median %.0f MB/s, best %.0f MB/s%n", rates[rounds / 2], rates[rounds - 1]);
        print("small GET over three hops, alone", alone);
        print("small GET during the PUT", during);
        nodes.stop();
    }

    private static double put(Node node, Contract contract, State state) {
        long start = System.nanoTime();
        PutReceipt receipt = node.put(contract, state).block(TIMEOUT);
        if (receipt == null || receipt.hops() != 3) {
            throw new IllegalStateException("expected three hops: " + receipt);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Sequential GETs at the first node for contracts that only the last node has. */
    private static void smallGets(
            BenchmarkNodes nodes, Iterator<Contract> contracts, int count, AtomicBoolean running, Histogram nanos) {
        for (int i = 0; i < count && running.get(); i++) {
            Contract contract = contracts.next();
            nodes.last().put(contract, LastWriterWins.state(1, new byte[100])).block(TIMEOUT);
            long start = System.nanoTime();
            nodes.first().get(contract.id()).block(TIMEOUT);
            nanos.recordValue(System.nanoTime() - start);
        }
    }

    private static void print(String what, Histogram nanos) {
        System.out.printf(
                "%-34s p50 %.2f ms  p99 %.2f ms  max %.2f ms  (%d requests)%n",
                what,
                nanos.getValueAtPercentile(50) / 1e6,
                nanos.getValueAtPercentile(99) / 1e6,
                nanos.getMaxValue() / 1e6,
                nanos.getTotalCount());
    }
}
