package dev.tributary.core.benchmark;

import com.sun.management.OperatingSystemMXBean;
import dev.tributary.core.loop.LoopPipeline;
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
 * Measures the cost of the event loop: events per second through channel, merge and handler, CPU time per event, and
 * the wake-up latency of a parked loop, compared with the loop without its watchdog, without its recorder and on a
 * thread of Reactor, with a bare merge of three sinks and a bare blocking queue. They alternate in rounds, so that disturbances of the machine affect all of them; prints the medians of the rounds.
 *
 * <p>Run it with {@code mvn -q -pl node-core test-compile exec:exec@loop-benchmark}; {@code -Drounds=21} for more
 * rounds, {@code -Dpause=60} for the first wake-up after a pause of 60 seconds.
 */
public final class LoopBenchmark {

    /** Capacity of each queue, in events: that of a node's notification channel. */
    public static final int CAPACITY = 2048;

    private static final int EVENTS = 600_000;
    private static final int WAKE_UPS = 1_000;
    /** Number of first wake-ups that are not measured, because threads start and subscribe during them. */
    private static final int WARM_UP_WAKE_UPS = 100;

    /** Pause before each wake-up, in which the loop parks. */
    private static final long PARK_NANOS = 200_000;

    private static final Map<String, EventPipeline.Factory> PASSAGES = passages();

    private final Map<String, List<Double>> results = new LinkedHashMap<>();

    private LoopBenchmark() {}

    public static void main(String[] args) throws InterruptedException {
        int rounds = Integer.getInteger("rounds", 11);
        // Rounds that are not measured, for the JIT compiler.
        new LoopBenchmark().run(4);
        LoopBenchmark measured = new LoopBenchmark();
        measured.run(rounds);
        measured.print(rounds);
        int pause = Integer.getInteger("pause", 0);
        if (pause > 0) {
            printFirstWakeUps(pause);
        }
    }

    private static Map<String, EventPipeline.Factory> passages() {
        Map<String, EventPipeline.Factory> passages = new LinkedHashMap<>();
        passages.put("event loop", LoopPipeline::create);
        passages.put("no watchdog", LoopPipeline::withoutWatchdog);
        passages.put("no recorder", LoopPipeline::withoutRecorder);
        passages.put("reactor thread", LoopPipeline::onReactorThread);
        passages.put("bare merge", MergePipeline::new);
        passages.put("bare queue", QueuePipeline::new);
        return passages;
    }

    private void run(int rounds) throws InterruptedException {
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, EventPipeline.Factory> passage : PASSAGES.entrySet()) {
                flood(passage.getKey(), passage.getValue(), 1);
                flood(passage.getKey(), passage.getValue(), 3);
                wake(passage.getKey(), passage.getValue());
            }
        }
    }

    private void flood(String name, EventPipeline.Factory maker, int senders) throws InterruptedException {
        int perSender = EVENTS / senders;
        CountDownLatch done = new CountDownLatch(1);
        long[] handled = new long[1];
        long cpuBefore = cpuNanos();
        long startNanos;
        try (EventPipeline passage = maker.create(() -> {
            if (++handled[0] == (long) perSender * senders) {
                done.countDown();
            }
        })) {
            startNanos = System.nanoTime();
            for (int sender = 0; sender < senders; sender++) {
                start(passage, sender, perSender);
            }
            done.await();
        }
        long elapsed = System.nanoTime() - startNanos;
        double events = (double) perSender * senders;
        record(name, senders + " sender: M events/s", events / elapsed * 1_000);
        record(name, senders + " sender: CPU ns/event", (cpuNanos() - cpuBefore) / events);
    }

    private void wake(String name, EventPipeline.Factory maker) throws InterruptedException {
        Histogram latency = new Histogram(TimeUnit.SECONDS.toNanos(10), 3);
        AtomicLong sent = new AtomicLong();
        AtomicLong handled = new AtomicLong();
        try (EventPipeline passage = maker.create(() -> {
            latency.recordValue(System.nanoTime() - sent.get());
            handled.incrementAndGet();
        })) {
            for (int i = 0; i < WAKE_UPS; i++) {
                if (i == WARM_UP_WAKE_UPS) {
                    latency.reset();
                }
                while (handled.get() < i) {
                    Thread.onSpinWait();
                }
                LockSupport.parkNanos(PARK_NANOS);
                sent.set(System.nanoTime());
                passage.send(0);
            }
            while (handled.get() < WAKE_UPS) {
                Thread.onSpinWait();
            }
        }
        record(name, "wake-up p50 us", latency.getValueAtPercentile(50) / 1_000.0);
        record(name, "wake-up p99 us", latency.getValueAtPercentile(99) / 1_000.0);
    }

    private static void start(EventPipeline passage, int sender, int count) {
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

    private void record(String name, String metric, double value) {
        results.computeIfAbsent(metric + "|" + name, unused -> new ArrayList<>())
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
        PASSAGES.keySet().forEach(name -> System.out.printf("%16s", name));
        System.out.printf("%14s%n", "loop / queue");
        results.keySet().stream()
                .map(key -> key.substring(0, key.indexOf('|')))
                .distinct()
                .forEach(this::printRow);
    }

    /** Median and maximum of the first events after the pause, beside the median of those before it. */
    private static void printFirstWakeUps(int pauseSeconds) throws InterruptedException {
        FirstWakeUp.measure(PASSAGES, pauseSeconds).forEach((name, latencies) -> {
            List<Long> hot = latencies.get(0);
            List<Long> first = latencies.get(1);
            System.out.printf(
                    "%-16s hot wake-up p50 %.2f p90 %.2f us, first after %d s: p50 %.2f max %.2f us%n",
                    name,
                    hot.get(hot.size() / 2) / 1_000.0,
                    hot.get(hot.size() * 9 / 10) / 1_000.0,
                    pauseSeconds,
                    first.get(first.size() / 2) / 1_000.0,
                    first.get(first.size() - 1) / 1_000.0);
        });
    }

    private void printRow(String metric) {
        System.out.printf("%-24s", metric);
        PASSAGES.keySet().forEach(name -> System.out.printf("%16.2f", median(metric, name)));
        System.out.printf("%14.2f%n", median(metric, "event loop") / median(metric, "bare queue"));
    }

    private double median(String metric, String name) {
        List<Double> values = results.getOrDefault(metric + "|" + name, List.of()).stream()
                .sorted()
                .toList();
        return values.isEmpty() ? Double.NaN : values.get(values.size() / 2);
    }
}
