package dev.tributary.transport.benchmark;

import dev.tributary.core.Node;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.PutOutcome;
import dev.tributary.core.value.PutRequest;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import reactor.core.publisher.Flux;

/**
 * Measures PUT and GET of 1 KiB from one node to another over loopback TLS, compared to a bare TLS echo of 1 KiB in the
 * same run: latency with one request in flight, as seen by the calling thread, and throughput with 256 in flight. Every
 * PUT publishes a new contract, which is validated, stored at both nodes and confirmed; every GET finds the contract at
 * the other node. Each round runs all measurements; medians of the rounds are printed. Arguments: number of rounds (7).
 */
public final class NodeBenchmark {

    private static final int KIB = 1024;
    private static final int SEQUENTIAL = 4_000;
    private static final int IN_FLIGHT = 256;
    private static final int PIPELINED = 60_000;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final BenchmarkNodes nodes = BenchmarkNodes.chain(2);
    private final Node localNode = nodes.first();
    private final Node remoteNode = nodes.last();
    private final Iterator<Contract> contracts = nodes.contractsTowardsTheEnd().iterator();

    private NodeBenchmark() {}

    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
        new NodeBenchmark().run(rounds);
    }

    private void run(int rounds) {
        List<Measurement> measures = List.of(
                new Measurement("echo, 1 in flight, us", this::echoLatency),
                new Measurement("put, 1 in flight, us", this::putLatency),
                new Measurement("get, 1 in flight, us", this::getLatency),
                new Measurement("echo, 256 in flight, /s", this::echoThroughput),
                new Measurement("put, 256 in flight, /s", this::putThroughput),
                new Measurement("get, 256 in flight, /s", this::getThroughput));
        Measurement.runAll(measures, 1, rounds);
        Measurement.printHead("1 KiB over loopback TLS");
        measures.forEach(Measurement::print);
        System.out.printf(
                "put latency / echo latency      %.1f%n",
                measures.get(1).median() / measures.get(0).median());
        System.out.printf(
                "get latency / echo latency      %.1f%n",
                measures.get(2).median() / measures.get(0).median());
        nodes.stop();
    }

    private double[] echoLatency() {
        Thread caller = Thread.currentThread();
        AtomicInteger replies = new AtomicInteger();
        try (EchoBaseline echo = EchoBaseline.open(KIB)) {
            echo.onReply(() -> {
                replies.incrementAndGet();
                LockSupport.unpark(caller);
            });
            return Measurement.latency(SEQUENTIAL, i -> {
                echo.send();
                while (replies.get() <= i) {
                    LockSupport.park();
                }
            });
        }
    }

    private double[] putLatency() {
        List<Contract> newContracts = take(SEQUENTIAL);
        return Measurement.latency(
                SEQUENTIAL, i -> localNode.put(newContracts.get(i), state()).block(TIMEOUT));
    }

    private double[] getLatency() {
        List<Contract> stored = storedRemotely(SEQUENTIAL);
        return Measurement.latency(
                SEQUENTIAL, i -> requireOneHop(localNode.get(stored.get(i).id()).block(TIMEOUT)));
    }

    private double[] echoThroughput() {
        Semaphore slots = new Semaphore(IN_FLIGHT);
        try (EchoBaseline echo = EchoBaseline.open(KIB)) {
            echo.onReply(slots::release);
            return Measurement.throughput(PIPELINED * 4, () -> {
                for (int i = 0; i < PIPELINED * 4; i++) {
                    slots.acquireUninterruptibly();
                    echo.send();
                }
                slots.acquireUninterruptibly(IN_FLIGHT);
            });
        }
    }

    private double[] putThroughput() {
        List<Contract> newContracts = take(PIPELINED);
        return Measurement.throughput(PIPELINED, () -> putAll(localNode, newContracts));
    }

    private double[] getThroughput() {
        List<Contract> stored = storedRemotely(PIPELINED);
        return Measurement.throughput(
                PIPELINED,
                () -> Flux.fromIterable(stored)
                        .flatMap(contract -> localNode.get(contract.id()), IN_FLIGHT)
                        .doOnNext(NodeBenchmark::requireOneHop)
                        .blockLast(TIMEOUT));
    }

    private List<Contract> storedRemotely(int count) {
        List<Contract> stored = take(count);
        putAll(remoteNode, stored);
        return stored;
    }

    private static void putAll(Node node, List<Contract> contracts) {
        Long stored = node.putAll(
                        Flux.fromIterable(contracts).map(contract -> new PutRequest(contract, state())), IN_FLIGHT)
                .filter(PutOutcome.Stored.class::isInstance)
                .count()
                .block(TIMEOUT);
        if (stored == null || stored != contracts.size()) {
            throw new IllegalStateException("only " + stored + " of " + contracts.size() + " were stored");
        }
    }

    private List<Contract> take(int count) {
        List<Contract> next = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            next.add(contracts.next());
        }
        return next;
    }

    private static void requireOneHop(GetResult result) {
        if (result.state().isEmpty() || result.hops() != 1) {
            throw new IllegalStateException("expected a copy one hop away: " + result);
        }
    }

    private static State state() {
        return LastWriterWins.state(1, new byte[KIB - Long.BYTES]);
    }
}
