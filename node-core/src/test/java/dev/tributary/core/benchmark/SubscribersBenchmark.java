package dev.tributary.core.benchmark;

import dev.tributary.core.Node;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;

/**
 * Measures the cost of ten thousand subscribers of one contract on a node: the memory of each, the time from an update
 * to its receipt, to the first and to the last notified subscriber, and the updates per second that all of them
 * receive. Compares with a bare Reactor sink that keeps the latest element for the same number of subscribers, in
 * alternating rounds.
 *
 * <p>Run it with {@code mvn -q -pl node-core test-compile exec:exec@subscribers-benchmark}; {@code -Drounds=21} for
 * more rounds, {@code -Dsubscribers=100000} for more subscribers.
 */
public final class SubscribersBenchmark {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Contract CONTRACT = LastWriterWins.named("benchmark");
    private static final int WARM_UP = 200;
    private static final int UPDATES_PER_ROUND = 50;

    private final int subscribers;
    private final Node node;
    private volatile Delivery delivery = new Delivery(0, 0);
    private long version;

    private SubscribersBenchmark(int subscribers, Node node) {
        this.subscribers = subscribers;
        this.node = node;
    }

    public static void main(String[] args) throws InterruptedException {
        int subscribers = Integer.getInteger("subscribers", 10_000);
        Node node = Objects.requireNonNull(Node.builder()
                .transport(InMemoryNetwork.create().transport())
                .start()
                .block(TIMEOUT));
        new SubscribersBenchmark(subscribers, node).run(Integer.getInteger("rounds", 11));
        node.stop().block(TIMEOUT);
    }

    private void run(int rounds) throws InterruptedException {
        node.put(CONTRACT, state()).block(TIMEOUT);
        long before = usedBytes();
        delivery = new Delivery(0, subscribers);
        List<Disposable> subscriptions = new ArrayList<>(subscribers);
        long startedAt = System.nanoTime();
        for (int i = 0; i < subscribers; i++) {
            subscriptions.add(
                    node.subscribe(CONTRACT.id()).subscribe(update -> delivery.record(version(update.state()))));
        }
        delivery.allReceived.await();
        double subscribeMillis = millis(System.nanoTime() - startedAt);
        double bytes = (double) (usedBytes() - before) / subscribers;
        for (int i = 0; i < WARM_UP; i++) {
            update();
        }
        List<Double> receiptTimes = new ArrayList<>();
        List<Double> firstTimes = new ArrayList<>();
        List<Double> lastTimes = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        List<Double> sinkTimes = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < UPDATES_PER_ROUND; i++) {
                Delivery update = update();
                receiptTimes.add(millis(update.receiptAt - update.startedAt));
                firstTimes.add(millis(update.firstAt - update.startedAt));
                lastTimes.add(millis(update.lastAt - update.startedAt));
            }
            rates.add(UPDATES_PER_ROUND * 1e9 / (System.nanoTime() - start));
            sinkTimes.addAll(emitToBareSink());
        }
        System.out.printf(
                Locale.ROOT,
                "%d subscribers, %d rounds of %d updates, Java %s, %d processors%n",
                subscribers,
                rounds,
                UPDATES_PER_ROUND,
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors());
        print("memory per subscriber, bytes", bytes);
        print("all subscribed and shown the state, ms", subscribeMillis);
        print("update to receipt, ms, median", percentile(receiptTimes, 50));
        print("update to first notified, ms, median", percentile(firstTimes, 50));
        print("update to last notified, ms, median", percentile(lastTimes, 50));
        print("update to last notified, ms, p99", percentile(lastTimes, 99));
        print("updates/s received by all, median", percentile(rates, 50));
        print("bare sink, emit to last, ms, median", percentile(sinkTimes, 50));
        print("bare sink, emit to last, ms, p99", percentile(sinkTimes, 99));
        subscriptions.forEach(Disposable::dispose);
        print(
                "subscribers left after cancel",
                node.status().contracts().subscriptions().subscribers());
    }

    private Delivery update() throws InterruptedException {
        version++;
        Delivery fresh = new Delivery(version, subscribers);
        delivery = fresh;
        fresh.startedAt = System.nanoTime();
        node.update(CONTRACT.id(), new StateChange.Full(state())).block(TIMEOUT);
        fresh.receiptAt = System.nanoTime();
        if (!fresh.allReceived.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("not all subscribers received version " + version);
        }
        return fresh;
    }

    private List<Double> emitToBareSink() {
        Sinks.Many<Long> sink = Sinks.many().multicast().directBestEffort();
        AtomicLong delivered = new AtomicLong();
        List<Disposable> subscriptions = new ArrayList<>(subscribers);
        for (int i = 0; i < subscribers; i++) {
            subscriptions.add(sink.asFlux().onBackpressureLatest().subscribe(delivered::addAndGet));
        }
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < UPDATES_PER_ROUND; i++) {
            long startedAt = System.nanoTime();
            sink.tryEmitNext(1L).orThrow();
            times.add(millis(System.nanoTime() - startedAt));
        }
        if (delivered.get() != (long) subscribers * UPDATES_PER_ROUND) {
            throw new IllegalStateException("the bare sink delivered " + delivered.get());
        }
        subscriptions.forEach(Disposable::dispose);
        return times;
    }

    private State state() {
        return LastWriterWins.state(version, new byte[100]);
    }

    private static long version(State state) {
        return state.bytes().toBuffer().getLong();
    }

    private static long usedBytes() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }

    private static double percentile(List<Double> values, int percent) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }

    private static void print(String metric, double value) {
        System.out.printf(Locale.ROOT, "%-44s%12.3f%n", metric, value);
    }

    /** The times at which the subscribers receive one version; a node notifies them one after the other. */
    private static final class Delivery {

        private final long version;
        private final CountDownLatch allReceived = new CountDownLatch(1);
        private int pending;
        private volatile long startedAt;
        private volatile long receiptAt;
        private volatile long firstAt;
        private volatile long lastAt;

        Delivery(long version, int subscribers) {
            this.version = version;
            this.pending = subscribers;
        }

        synchronized void record(long received) {
            if (received != version) {
                return;
            }
            if (firstAt == 0) {
                firstAt = System.nanoTime();
            }
            if (--pending == 0) {
                lastAt = System.nanoTime();
                allReceived.countDown();
            }
        }
    }
}
