package dev.tributary.transport.benchmark;

import dev.tributary.core.Node;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

/**
 * What a subscriber waits for a change: three nodes in a row over loopback TLS, a register of 1 KiB, written at the first
 * and listened to at the second (one hop) and at the third (two hops), beside a bare TLS echo of 1 KiB in the same run. Then
 * how many updates a second go through, of one register and of a thousand, until the third node has shown the last of
 * each. Rounds of all take turns; medians of the rounds are printed. Arguments: rounds (5).
 */
public final class UpdateBenchmark {

    private static final int KIB = 1024;
    private static final int CONTRACTS = 1_000;

    /** As many for each contract as are told at once: what comes faster is told at a pace. */
    private static final int ONE_BY_ONE = 4 * CONTRACTS;

    private static final int AT_ONCE = 256;
    private static final int MANY = 20 * CONTRACTS;

    /** Fewer would measure the compiler, which has the same two cores. */
    private static final int WARM_UP = 4;

    private static final Duration LONG = Duration.ofMinutes(2);

    private final BenchmarkNodes nodes = BenchmarkNodes.chain(3);
    private final List<Contract> contracts =
            nodes.contractsTowardsTheEnd().limit(CONTRACTS).toList();
    private final Map<ContractInstanceId, Integer> numbers = new HashMap<>();
    private final Seen second = new Seen();
    private final Seen third = new Seen();
    private final Disposable.Composite subscriptions = Disposables.composite();
    private final long[] versions = new long[CONTRACTS];

    private UpdateBenchmark() {}

    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        new UpdateBenchmark().run(rounds);
    }

    private void run(int rounds) {
        for (int i = 0; i < CONTRACTS; i++) {
            numbers.put(contracts.get(i).id(), i);
            nodes.first().put(contracts.get(i), state(0)).block(LONG);
        }
        second.listen(nodes.get(1));
        third.listen(nodes.last());
        List<Measure> measures = List.of(
                new Measure("echo, us", this::echo),
                new Measure("update to one hop, us", () -> latency(second)),
                new Measure("update to two hops, us", () -> latency(third)),
                new Measure("updates of one, /s", () -> throughput(1)),
                new Measure("updates of 1 000, /s", () -> throughput(CONTRACTS)));
        for (int round = -WARM_UP; round < rounds; round++) {
            boolean warmup = round < 0;
            for (Measure measure : measures) {
                // So that every gate is open again.
                LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
                double[] figure = measure.round.run();
                if (!warmup) {
                    measure.figures.add(figure);
                }
            }
        }
        System.out.printf("%-26s %12s %12s%n", "1 KiB over loopback TLS", "median", "p99 (median)");
        measures.forEach(Measure::print);
        System.out.printf(
                "one hop / echo              %.1f%n",
                measures.get(1).middle(0) / measures.get(0).middle(0));
        System.out.printf(
                "two hops / echo             %.1f%n",
                measures.get(2).middle(0) / measures.get(0).middle(0));
        subscriptions.dispose();
        nodes.stop();
    }

    private double[] echo() {
        Thread asker = Thread.currentThread();
        AtomicInteger replies = new AtomicInteger();
        try (BareEcho echo = BareEcho.open(KIB)) {
            echo.onReply(() -> {
                replies.incrementAndGet();
                LockSupport.unpark(asker);
            });
            Histogram nanos = new Histogram(3);
            for (int i = 0; i < ONE_BY_ONE; i++) {
                long start = System.nanoTime();
                echo.send();
                while (replies.get() <= i) {
                    LockSupport.park();
                }
                nanos.recordValue(System.nanoTime() - start);
            }
            return percentiles(nanos);
        }
    }

    private double[] latency(Seen where) {
        Histogram nanos = new Histogram(3);
        for (int i = 0; i < ONE_BY_ONE; i++) {
            int number = i % CONTRACTS;
            long version = ++versions[number];
            long start = System.nanoTime();
            nodes.first()
                    .update(contracts.get(number).id(), change(version))
                    .subscribe(done -> {}, UpdateBenchmark::failed);
            where.await(number, version);
            nanos.recordValue(System.nanoTime() - start);
            // Or the next update would be measured beside what is left of this one.
            third.await(number, version);
        }
        return percentiles(nanos);
    }

    private double[] throughput(int contractsUsed) {
        long start = System.nanoTime();
        Flux.range(0, MANY)
                .flatMap(
                        i -> nodes.first()
                                .update(contracts.get(i % contractsUsed).id(), change(++versions[i % contractsUsed])),
                        AT_ONCE)
                .blockLast(LONG);
        for (int number = 0; number < contractsUsed; number++) {
            third.await(number, versions[number]);
        }
        return new double[] {MANY / ((System.nanoTime() - start) / 1e9)};
    }

    private static double[] percentiles(Histogram nanos) {
        return new double[] {nanos.getValueAtPercentile(50) / 1e3, nanos.getValueAtPercentile(99) / 1e3};
    }

    private static StateChange change(long version) {
        return new StateChange.Full(state(version));
    }

    private static State state(long version) {
        return LastWriterWins.state(version, new byte[KIB - Long.BYTES]);
    }

    private static void failed(Throwable failure) {
        throw new IllegalStateException("an update failed", failure);
    }

    /** Which version of each contract a node has shown to its subscriber. */
    private final class Seen {

        private final AtomicLongArray latest = new AtomicLongArray(CONTRACTS);
        private final Thread waiter = Thread.currentThread();

        void listen(Node node) {
            for (Contract contract : contracts) {
                subscriptions.add(node.subscribe(contract.id()).subscribe(this::show, UpdateBenchmark::failed));
            }
        }

        private void show(ContractUpdate update) {
            long version = ByteBuffer.wrap(update.state().bytes().toArray()).getLong();
            latest.set(Objects.requireNonNull(numbers.get(update.key().id())), version);
            LockSupport.unpark(waiter);
        }

        void await(int number, long version) {
            long end = System.nanoTime() + LONG.toNanos();
            while (latest.get(number) < version) {
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException("version " + version + " was not seen, but " + latest.get(number));
                }
            }
        }
    }

    private interface Round {
        double[] run();
    }

    private static final class Measure {

        private final String name;
        private final Round round;
        private final List<double[]> figures = new ArrayList<>();

        Measure(String name, Round round) {
            this.name = name;
            this.round = round;
        }

        void print() {
            String rest = figures.get(0).length > 1 ? String.format("%12.1f", middle(1)) : "";
            System.out.printf("%-26s %12.1f %s%n", name, middle(0), rest);
        }

        double middle(int column) {
            double[] values =
                    figures.stream().mapToDouble(each -> each[column]).sorted().toArray();
            return values[values.length / 2];
        }
    }
}
