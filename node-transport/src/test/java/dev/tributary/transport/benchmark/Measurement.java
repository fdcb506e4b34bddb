package dev.tributary.transport.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.HdrHistogram.Histogram;

/** One measurement of a benchmark: the figures of its rounds and their medians. Not thread-safe. */
final class Measurement {

    private final String name;
    private final Round round;
    private final List<double[]> figures = new ArrayList<>();

    Measurement(String name, Round round) {
        this.name = name;
        this.round = round;
    }

    /** One round. Returns the median and the 99th percentile of a latency, or one throughput. */
    interface Round {
        double[] run();
    }

    /** Returns median and 99th percentile in microseconds of {@code count} sequential requests. */
    static double[] latency(int count, IntConsumer request) {
        Histogram nanos = new Histogram(3);
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            request.accept(i);
            nanos.recordValue(System.nanoTime() - start);
        }
        return new double[] {nanos.getValueAtPercentile(50) / 1e3, nanos.getValueAtPercentile(99) / 1e3};
    }

    /** Returns the throughput in requests per second. */
    static double[] throughput(int count, Runnable work) {
        long start = System.nanoTime();
        work.run();
        return new double[] {count / ((System.nanoTime() - start) / 1e9)};
    }

    /** Runs all measurements in each round: first the warmup rounds, then the recorded rounds. */
    static void runAll(List<Measurement> measures, int warmups, int rounds) {
        for (int i = 0; i < warmups + rounds; i++) {
            boolean recorded = i >= warmups;
            for (Measurement measure : measures) {
                double[] figure = measure.round.run();
                if (recorded) {
                    measure.figures.add(figure);
                }
            }
        }
    }

    String name() {
        return name;
    }

    double median() {
        return middle(0);
    }

    static void printHead(String title) {
        System.out.printf("%-34s %12s %12s %12s%n", title, "median", "best", "p99 (median)");
    }

    void print() {
        double[] first = column(0);
        boolean latency = figures.get(0).length > 1;
        String rest = latency ? String.format("%12.1f", middle(1)) : "";
        System.out.printf("%-34s %12.1f %12.1f %s%n", name, median(), first[latency ? 0 : first.length - 1], rest);
    }

    private double middle(int column) {
        double[] sorted = column(column);
        return sorted[sorted.length / 2];
    }

    private double[] column(int column) {
        return figures.stream().mapToDouble(each -> each[column]).sorted().toArray();
    }
}
