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
 * Measures the latency of updates at subscribers: a chain of three nodes over loopback TLS, with a register of 1 KiB
 * updated at the first node and subscribed to at the second (one hop) and the third (two hops), compared to a bare TLS
 * echo of 1 KiB in the same run; of a thousand registers in turn, and of one a thousand times in a row. Then how many
 * of 5 000 updates of one register within a second the second node shows each by itself, and the number of updates per
 * second, of one register and of a thousand, until the third node has delivered the last version of each. Each round
 * runs all measurements; medians are printed. Arguments: rounds (5).
 */
public final class UpdateBenchmark {

    private static final int KIB = 1024;
    private static final int CONTRACTS = 1_000;

    /** Number of sequential updates of all contracts in turn. */
    private static final int SEQUENTIAL = 4 * CONTRACTS;

    /** Number of sequential updates of one contract. */
    private static final int IN_A_ROW = 1_000;

    /** Number of updates of one contract that are started within a second. */
    private static final int PACED = 5_000;

    private static final int IN_FLIGHT = 256;
    private static final int PIPELINED = 20 * CONTRACTS;

    /** Number of warmup rounds. With fewer rounds the compiler, which shares the two cores, distorts the results. */
    private static final int WARMUP_ROUNDS = 4;

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final BenchmarkNodes nodes = BenchmarkNodes.chain(3);
    private final List<Contract> contracts =
            nodes.contractsTowardsTheEnd().limit(CONTRACTS).toList();
    private final Map<ContractInstanceId, Integer> indexes = new HashMap<>();
    private final DeliveredVersions second = new DeliveredVersions();
    private final DeliveredVersions third = new DeliveredVersions();
    private final Disposable.Composite subscriptions = Disposables.composite();
    private final long[] versions = new long[CONTRACTS];

    private UpdateBenchmark() {}

    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        new UpdateBenchmark().run(rounds);
    }

    private void run(int rounds) {
        for (int i = 0; i < CONTRACTS; i++) {
            indexes.put(contracts.get(i).id(), i);
            nodes.first().put(contracts.get(i), state(0)).block(TIMEOUT);
        }
        second.subscribe(nodes.get(1));
        third.subscribe(nodes.last());
        List<Measure> measures = List.of(
                new Measure("echo, us", this::echo),
                new Measure("update to one hop, us", () -> latency(second, CONTRACTS, SEQUENTIAL)),
                new Measure("update to two hops, us", () -> latency(third, CONTRACTS, SEQUENTIAL)),
                new Measure("of one in a row, us", () -> latency(second, 1, IN_A_ROW)),
                new Measure("shown of 5 000 in 1 s", this::paced),
                new Measure("updates of one, /s", () -> throughput(1)),
                new Measure("updates of 1 000, /s", () -> throughput(CONTRACTS)));
        for (int round = -WARMUP_ROUNDS; round < rounds; round++) {
            boolean warmup = round < 0;
            for (Measure measure : measures) {
                // Waits until all nodes are idle.
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
        Thread caller = Thread.currentThread();
        AtomicInteger replies = new AtomicInteger();
        try (EchoBaseline echo = EchoBaseline.open(KIB)) {
            echo.onReply(() -> {
                replies.incrementAndGet();
                LockSupport.unpark(caller);
            });
            Histogram nanos = new Histogram(3);
            for (int i = 0; i < SEQUENTIAL; i++) {
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

    private double[] latency(DeliveredVersions subscriber, int contractsUsed, int count) {
        Histogram nanos = new Histogram(3);
        for (int i = 0; i < count; i++) {
            int number = i % contractsUsed;
            long version = ++versions[number];
            long start = System.nanoTime();
            nodes.first()
                    .update(contracts.get(number).id(), change(version))
                    .subscribe(done -> {}, UpdateBenchmark::failed);
            subscriber.await(number, version);
            nanos.recordValue(System.nanoTime() - start);
            // Waits for the rest of this update, so that it does not overlap with the next one.
            third.await(number, version);
        }
        return percentiles(nanos);
    }

    private double[] paced() {
        long shownBefore = second.delivered(0);
        long start = System.nanoTime();
        for (int i = 0; i < PACED; i++) {
            long due = start + i * Duration.ofSeconds(1).toNanos() / PACED;
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            nodes.first()
                    .update(contracts.get(0).id(), change(++versions[0]))
                    .subscribe(done -> {}, UpdateBenchmark::failed);
        }
        third.await(0, versions[0]);
        second.await(0, versions[0]);
        return new double[] {second.delivered(0) - shownBefore};
    }

    private double[] throughput(int contractsUsed) {
        long start = System.nanoTime();
        Flux.range(0, PIPELINED)
                .flatMap(
                        i -> nodes.first()
                                .update(contracts.get(i % contractsUsed).id(), change(++versions[i % contractsUsed])),
                        IN_FLIGHT)
                .blockLast(TIMEOUT);
        for (int number = 0; number < contractsUsed; number++) {
            third.await(number, versions[number]);
        }
        return new double[] {PIPELINED / ((System.nanoTime() - start) / 1e9)};
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

    /** The latest version of each contract that a node has delivered to its subscriber. */
    private final class DeliveredVersions {

        private final AtomicLongArray latest = new AtomicLongArray(CONTRACTS);
        private final AtomicLongArray delivered = new AtomicLongArray(CONTRACTS);
        private final Thread waiter = Thread.currentThread();

        void subscribe(Node node) {
            for (Contract contract : contracts) {
                subscriptions.add(node.subscribe(contract.id()).subscribe(this::onUpdate, UpdateBenchmark::failed));
            }
        }

        private void onUpdate(ContractUpdate update) {
            long version = ByteBuffer.wrap(update.state().bytes().toArray()).getLong();
            int number = Objects.requireNonNull(indexes.get(update.key().id()));
            delivered.incrementAndGet(number);
            latest.set(number, version);
            LockSupport.unpark(waiter);
        }

        /** The number of states of this contract that were delivered. */
        long delivered(int number) {
            return delivered.get(number);
        }

        void await(int number, long version) {
            long end = System.nanoTime() + TIMEOUT.toNanos();
            while (latest.get(number) < version) {
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException(
                            "version " + version + " was not delivered; the latest is " + latest.get(number));
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
