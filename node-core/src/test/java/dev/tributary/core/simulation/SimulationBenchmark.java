package dev.tributary.core.simulation;

import dev.tributary.core.simulation.report.Histogram;
import dev.tributary.core.simulation.report.SimulationReport;
import dev.tributary.core.simulation.time.SimulatedTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Measures the cost of a simulated node and the speed of virtual time. Not a test: run it by name. */
final class SimulationBenchmark {

    private static final int TASKS = 5_000_000;

    private SimulationBenchmark() {}

    public static void main(String[] arguments) {
        int nodes = Integer.getInteger("nodes", 1000);
        int operations = Integer.getInteger("operations", 10_000);
        tasks();
        tasks();
        nodes(nodes, operations);
    }

    private static void tasks() {
        SimulatedTime time = SimulatedTime.create();
        Random random = new Random(1);
        long[] remaining = {TASKS};
        Runnable[] task = new Runnable[1];
        task[0] = () -> {
            if (remaining[0]-- > 0) {
                time.schedule(task[0], random.nextInt(50_000_000), TimeUnit.NANOSECONDS);
            }
        };
        for (int i = 0; i < 10_000; i++) {
            time.schedule(task[0]);
        }
        long begin = System.nanoTime();
        time.runToIdle(Duration.ofDays(1));
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf("tasks with a delay, 10 000 waiting: %.2f million/s%n", TASKS / seconds / 1e6);
    }

    private static void nodes(int count, int operations) {
        long empty = usedBytes();
        long begin = System.nanoTime();
        SimulatedNetwork network = SimulatedNetwork.builder(1)
                .nodes(count - 1)
                .bootstrapPeers(node -> randomPeers(node, 12))
                .start();
        long unlinked = usedBytes();
        network.time().advance(Duration.ofSeconds(60));
        System.out.printf(
                "%d nodes: start and 60 s of virtual time in %.1f s, %d tasks%n",
                count, (System.nanoTime() - begin) / 1e9, network.time().tasksRun());
        long linked = usedBytes();
        Histogram neighbours = new NetworkSnapshot(network).neighbours();
        System.out.printf(
                "heap per node: %.1f KiB without links, %.1f KiB with %.1f neighbours%n",
                (unlinked - empty) / 1024.0 / count, (linked - empty) / 1024.0 / count, neighbours.mean());
        begin = System.nanoTime();
        long before = network.time().tasksRun();
        SimulationReport report = network.run(Workload.of(operations).withInterval(Duration.ofMillis(2)));
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "%d operations in %.1f s: %.0f thousand events/s, %.0f thousand tasks/s; %s; get hops p50 %d p99 %d%n",
                operations,
                seconds,
                report.traffic().messages() / seconds / 1e3,
                (network.time().tasksRun() - before) / seconds / 1e3,
                report.outcomes(),
                report.operations().getHops().median(),
                report.operations().getHops().percentile(99));
    }

    private static List<Integer> randomPeers(int node, int count) {
        Random random = new Random(node);
        return node == 0
                ? List.of()
                : IntStream.concat(
                                IntStream.of(node - 1),
                                IntStream.generate(() -> random.nextInt(node)).limit(count))
                        .distinct()
                        .boxed()
                        .toList();
    }

    private static long usedBytes() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
