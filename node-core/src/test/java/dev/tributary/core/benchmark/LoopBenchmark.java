package dev.tributary.core.benchmark;

import com.sun.management.OperatingSystemMXBean;
import dev.tributary.core.loop.LoopPassage;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * How much the event loop costs: events a second through channel, merge and handler, CPU time an event, and how long a
 * parked loop takes to wake, beside a bare merge of three sinks and a bare blocking queue. The three take turns in
 * rounds, so that a disturbance of the machine hits all of them; medians of the rounds are printed.
 *
 * <p>Run it with {@code mvn -q -pl node-core test-compile exec:exec@loop-benchmark}; {@code -Drounds=21} for more rounds.
 */
public final class LoopBenchmark {

    /** As many places as a node's channel for notifications has. */
    public static final int CAPACITY = 2048;

    private static final int EVENTS = 600_000;
    private static final int WAKE_UPS = 1_000;
    /** Not counted: threads are started and subscriptions made. */
    private static final int FIRST_WAKE_UPS = 100;

    private static final long PARK_NANOS = 200_000;

    private static final Map<String, Passage.Maker> PASSAGES = passages();

    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    private LoopBenchmark() {}

    public static void main(String[] args) throws InterruptedException {
        int rounds = Integer.getInteger("rounds", 11);
        // The first rounds are compiled while they run.
        new LoopBenchmark().run(4);
        LoopBenchmark measured = new LoopBenchmark();
        measured.run(rounds);
        measured.print(rounds);
    }

    private static Map<String, Passage.Maker> passages() {
        Map<String, Passage.Maker> passages = new LinkedHashMap<>();
        passages.put("event loop", LoopPassage::new);
        passages.put("bare merge", MergePassage::new);
        passages.put("bare queue", QueuePassage::new);
        return passages;
    }

    private void run(int rounds) throws InterruptedException {
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, Passage.Maker> passage : PASSAGES.entrySet()) {
                flood(passage.getKey(), passage.getValue(), 1);
                flood(passage.getKey(), passage.getValue(), 3);
                wake(passage.getKey(), passage.getValue());
            }
        }
    }

    private void flood(String name, Passage.Maker maker, int senders) throws InterruptedException {
        int each = EVENTS / senders;
        CountDownLatch done = new CountDownLatch(1);
        long[] handled = new long[1];
        long cpuBefore = cpuNanos();
        long began;
        try (Passage passage = maker.make(() -> {
            if (++handled[0] == (long) each * senders) {
                done.countDown();
            }
        })) {
            began = System.nanoTime();
            for (int sender = 0; sender < senders; sender++) {
                start(passage, sender, each);
            }
            done.await();
        }
        long took = System.nanoTime() - began;
        double events = (double) each * senders;
        record(name, senders + " sender: M events/s", events / took * 1_000);
        record(name, senders + " sender: CPU ns/event", (cpuNanos() - cpuBefore) / events);
    }

    private void wake(String name, Passage.Maker maker) throws InterruptedException {
        Histogram latency = new Histogram(TimeUnit.SECONDS.toNanos(10), 3);
        AtomicLong sent = new AtomicLong();
        AtomicLong woken = new AtomicLong();
        try (Passage passage = maker.make(() -> {
            latency.recordValue(System.nanoTime() - sent.get());
            woken.incrementAndGet();
        })) {
            for (int i = 0; i < WAKE_UPS; i++) {
                if (i == FIRST_WAKE_UPS) {
                    latency.reset();
                }
                while (woken.get() < i) {
                    Thread.onSpinWait();
                }
                LockSupport.parkNanos(PARK_NANOS);
                sent.set(System.nanoTime());
                passage.send(0);
            }
            while (woken.get() < WAKE_UPS) {
                Thread.onSpinWait();
            }
        }
        record(name, "wake-up p50 us", latency.getValueAtPercentile(50) / 1_000.0);
        record(name, "wake-up p99 us", latency.getValueAtPercentile(99) / 1_000.0);
    }

    private static void start(Passage passage, int sender, int count) {
        Thread thread = new Thread(() -> {
            try {
                for (int i = 0; i < count; i++) {
                    passage.send(sender);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private void record(String name, String figure, double value) {
        figures.computeIfAbsent(figure + "|" + name, unused -> new ArrayList<>())
                .add(value);
    }

    private void print(int rounds) {
        System.out.printf(
                "%d rounds, medians, %d events and %d wake-ups a round, Java %s, %d processors%n",
                rounds,
                EVENTS,
                WAKE_UPS,
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors());
        System.out.printf("%-24s", "");
        PASSAGES.keySet().forEach(name -> System.out.printf("%12s", name));
        System.out.printf("%14s%n", "loop / queue");
        figures.keySet().stream()
                .map(key -> key.substring(0, key.indexOf('|')))
                .distinct()
                .forEach(this::printRow);
    }

    private void printRow(String figure) {
        System.out.printf("%-24s", figure);
        PASSAGES.keySet().forEach(name -> System.out.printf("%12.2f", median(figure, name)));
        System.out.printf("%14.2f%n", median(figure, "event loop") / median(figure, "bare queue"));
    }

    private double median(String figure, String name) {
        List<Double> values = figures.getOrDefault(figure + "|" + name, List.of()).stream()
                .sorted()
                .toList();
        return values.isEmpty() ? Double.NaN : values.get(values.size() / 2);
    }
}
