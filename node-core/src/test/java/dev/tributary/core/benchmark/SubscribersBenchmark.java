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
 * What ten thousand subscribers of one contract cost a node: the memory of each, the time from an update to the receipt, to
 * the first and to the last subscriber that was told, and how many updates a second all of them are told of. Beside it a
 * bare sink of Reactor's that keeps the latest for as many subscribers, told in turns with the node's.
 *
 * <p>Run it with {@code mvn -q -pl node-core test-compile exec:exec@subscribers-benchmark}; {@code -Drounds=21} for more
 * rounds, {@code -Dsubscribers=100000} for more subscribers.
 */
public final class SubscribersBenchmark {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Contract CONTRACT = LastWriterWins.named("benchmark");
    private static final int WARM_UP = 200;
    private static final int UPDATES_A_ROUND = 50;

    private final int subscribers;
    private final Node node;
    private volatile Told told = new Told(0, 0);
    private long version;

    private SubscribersBenchmark(int subscribers, Node node) {
        this.subscribers = subscribers;
        this.node = node;
    }

    public static void main(String[] args) throws InterruptedException {
        int subscribers = Integer.getInteger("subscribers", 10_000);
        Node node = Objects.requireNonNull(Node.create()
                .transport(InMemoryNetwork.create().transport())
                .start()
                .block(SOON));
        new SubscribersBenchmark(subscribers, node).run(Integer.getInteger("rounds", 11));
        node.stop().block(SOON);
    }

    private void run(int rounds) throws InterruptedException {
        node.put(CONTRACT, state()).block(SOON);
        long before = usedBytes();
        told = new Told(0, subscribers);
        List<Disposable> all = new ArrayList<>(subscribers);
        long began = System.nanoTime();
        for (int i = 0; i < subscribers; i++) {
            all.add(node.subscribe(CONTRACT.id()).subscribe(update -> told.tell(version(update.state()))));
        }
        told.last.await();
        double joined = millis(System.nanoTime() - began);
        double bytes = (double) (usedBytes() - before) / subscribers;
        for (int i = 0; i < WARM_UP; i++) {
            update();
        }
        List<Double> receipts = new ArrayList<>();
        List<Double> firsts = new ArrayList<>();
        List<Double> lasts = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < UPDATES_A_ROUND; i++) {
                Told update = update();
                receipts.add(millis(update.receipt - update.began));
                firsts.add(millis(update.firstAt - update.began));
                lasts.add(millis(update.lastAt - update.began));
            }
            rates.add(UPDATES_A_ROUND * 1e9 / (System.nanoTime() - start));
            bare.addAll(tellBareSink());
        }
        System.out.printf(
                Locale.ROOT,
                "%d subscribers, %d rounds of %d updates, Java %s, %d processors%n",
                subscribers,
                rounds,
                UPDATES_A_ROUND,
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors());
        print("memory a subscriber, bytes", bytes);
        print("all joined and shown the state, ms", joined);
        print("update to receipt, ms, median", percentile(receipts, 50));
        print("update to first told, ms, median", percentile(firsts, 50));
        print("update to last told, ms, median", percentile(lasts, 50));
        print("update to last told, ms, p99", percentile(lasts, 99));
        print("updates/s that all are told, median", percentile(rates, 50));
        print("bare sink, emit to last told, ms, median", percentile(bare, 50));
        print("bare sink, emit to last told, ms, p99", percentile(bare, 99));
        all.forEach(Disposable::dispose);
        print("subscribers left after cancel", node.status().living().subscribers());
    }

    private Told update() throws InterruptedException {
        version++;
        Told fresh = new Told(version, subscribers);
        told = fresh;
        fresh.began = System.nanoTime();
        node.update(CONTRACT.id(), new StateChange.Full(state())).block(SOON);
        fresh.receipt = System.nanoTime();
        if (!fresh.last.await(SOON.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("not everybody was told of version " + version);
        }
        return fresh;
    }

    private List<Double> tellBareSink() {
        Sinks.Many<Long> sink = Sinks.many().multicast().directBestEffort();
        AtomicLong heard = new AtomicLong();
        List<Disposable> all = new ArrayList<>(subscribers);
        for (int i = 0; i < subscribers; i++) {
            all.add(sink.asFlux().onBackpressureLatest().subscribe(heard::addAndGet));
        }
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < UPDATES_A_ROUND; i++) {
            long began = System.nanoTime();
            sink.tryEmitNext(1L).orThrow();
            times.add(millis(System.nanoTime() - began));
        }
        if (heard.get() != (long) subscribers * UPDATES_A_ROUND) {
            throw new IllegalStateException("the bare sink told " + heard.get());
        }
        all.forEach(Disposable::dispose);
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

    private static void print(String figure, double value) {
        System.out.printf(Locale.ROOT, "%-44s%12.3f%n", figure, value);
    }

    /** Who has been told of one version. The subscribers of one contract are told one after the other. */
    private static final class Told {

        private final long version;
        private final CountDownLatch last = new CountDownLatch(1);
        private int left;
        private volatile long began;
        private volatile long receipt;
        private volatile long firstAt;
        private volatile long lastAt;

        Told(long version, int subscribers) {
            this.version = version;
            this.left = subscribers;
        }

        synchronized void tell(long shown) {
            if (shown != version) {
                return;
            }
            if (firstAt == 0) {
                firstAt = System.nanoTime();
            }
            if (--left == 0) {
                lastAt = System.nanoTime();
                last.countDown();
            }
        }
    }
}
