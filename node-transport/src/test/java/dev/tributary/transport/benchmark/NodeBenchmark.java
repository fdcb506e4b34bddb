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
 * PUT and GET of 1 KiB from one node to another over loopback TLS, beside a bare TLS echo of 1 KiB in the same run:
 * latency with one in flight, seen by the thread that asks, and throughput with 256 in flight. Every PUT is of a contract
 * of its own, is validated, stored at both nodes and confirmed; every GET finds its copy at the other node. Rounds of all
 * of them take turns; medians of the rounds are printed. Arguments: rounds (7).
 */
public final class NodeBenchmark {

    private static final int KIB = 1024;
    private static final int ONE_BY_ONE = 4_000;
    private static final int AT_ONCE = 256;
    private static final int MANY = 60_000;
    private static final Duration LONG = Duration.ofMinutes(2);

    private final BenchmarkNodes nodes = BenchmarkNodes.chain(2);
    private final Node here = nodes.first();
    private final Node there = nodes.last();
    private final Iterator<Contract> contracts = nodes.contractsTowardsTheEnd().iterator();

    private NodeBenchmark() {}

    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
        new NodeBenchmark().run(rounds);
    }

    private void run(int rounds) {
        List<Measure> measures = List.of(
                new Measure("echo, 1 in flight, us", this::echoLatency),
                new Measure("put, 1 in flight, us", this::putLatency),
                new Measure("get, 1 in flight, us", this::getLatency),
                new Measure("echo, 256 in flight, /s", this::echoThroughput),
                new Measure("put, 256 in flight, /s", this::putThroughput),
                new Measure("get, 256 in flight, /s", this::getThroughput));
        Measure.runAll(measures, 1, rounds);
        Measure.printHead("1 KiB over loopback TLS");
        measures.forEach(Measure::print);
        System.out.printf(
                "put latency / echo latency      %.1f%n",
                measures.get(1).median() / measures.get(0).median());
        System.out.printf(
                "get latency / echo latency      %.1f%n",
                measures.get(2).median() / measures.get(0).median());
        nodes.stop();
    }

    private double[] echoLatency() {
        Thread asker = Thread.currentThread();
        AtomicInteger replies = new AtomicInteger();
        try (BareEcho echo = BareEcho.open(KIB)) {
            echo.onReply(() -> {
                replies.incrementAndGet();
                LockSupport.unpark(asker);
            });
            return Measure.latency(ONE_BY_ONE, i -> {
                echo.send();
                while (replies.get() <= i) {
                    LockSupport.park();
                }
            });
        }
    }

    private double[] putLatency() {
        List<Contract> fresh = take(ONE_BY_ONE);
        return Measure.latency(ONE_BY_ONE, i -> here.put(fresh.get(i), state()).block(LONG));
    }

    private double[] getLatency() {
        List<Contract> held = heldThere(ONE_BY_ONE);
        return Measure.latency(
                ONE_BY_ONE, i -> mustFind(here.get(held.get(i).id()).block(LONG)));
    }

    private double[] echoThroughput() {
        Semaphore slots = new Semaphore(AT_ONCE);
        try (BareEcho echo = BareEcho.open(KIB)) {
            echo.onReply(slots::release);
            return Measure.throughput(MANY * 4, () -> {
                for (int i = 0; i < MANY * 4; i++) {
                    slots.acquireUninterruptibly();
                    echo.send();
                }
                slots.acquireUninterruptibly(AT_ONCE);
            });
        }
    }

    private double[] putThroughput() {
        List<Contract> fresh = take(MANY);
        return Measure.throughput(MANY, () -> putAll(here, fresh));
    }

    private double[] getThroughput() {
        List<Contract> held = heldThere(MANY);
        return Measure.throughput(
                MANY,
                () -> Flux.fromIterable(held)
                        .flatMap(contract -> here.get(contract.id()), AT_ONCE)
                        .doOnNext(NodeBenchmark::mustFind)
                        .blockLast(LONG));
    }

    private List<Contract> heldThere(int count) {
        List<Contract> held = take(count);
        putAll(there, held);
        return held;
    }

    private static void putAll(Node node, List<Contract> contracts) {
        Long stored = node.putAll(
                        Flux.fromIterable(contracts).map(contract -> new PutRequest(contract, state())), AT_ONCE)
                .filter(PutOutcome.Stored.class::isInstance)
                .count()
                .block(LONG);
        if (stored == null || stored != contracts.size()) {
            throw new IllegalStateException("only " + stored + " of " + contracts.size() + " were stored");
        }
    }

    private List<Contract> take(int count) {
        List<Contract> taken = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            taken.add(contracts.next());
        }
        return taken;
    }

    private static void mustFind(GetResult result) {
        if (result.state().isEmpty() || result.hops() != 1) {
            throw new IllegalStateException("expected a copy one hop away: " + result);
        }
    }

    private static State state() {
        return LastWriterWins.state(1, new byte[KIB - Long.BYTES]);
    }
}
