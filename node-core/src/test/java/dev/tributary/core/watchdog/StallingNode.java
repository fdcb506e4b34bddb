package dev.tributary.core.watchdog;

import dev.tributary.core.Node;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.NodeSchedulers;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.NodeEvent.PartStalled;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A real node with real threads, whose event loop can be stalled in every way. */
final class StallingNode implements AutoCloseable {

    /** Time after which a handler is stalled here: far shorter than a real node's, since a demonstration waits for it. */
    static final Duration LIMIT = Duration.ofMillis(200);

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Contract CONTRACT = LastWriterWins.named("held");
    private static final ContractInstanceId ID = CONTRACT.id();

    private final LossyExecutor executor = new LossyExecutor();
    private final Scheduler loop = Schedulers.fromExecutorService(executor, "demo-loop");
    private final Scheduler timer = Schedulers.newSingle("demo-timer", true);
    private final StallingStore store = new StallingStore();
    private final BlockingQueue<Found> found = new LinkedBlockingQueue<>();
    private final Node node;
    private volatile long stalledAt;

    /** A report, and when it came. */
    record Found(PartStalled stall, long at) {}

    StallingNode() {
        NodeConfig config = NodeConfig.local();
        node = Objects.requireNonNull(Node.builder()
                .config(config.withLoop(config.loop().withStallLimit(LIMIT).withStopTimeout(Duration.ofMillis(100))))
                .transport(InMemoryNetwork.create().transport())
                .store(store)
                .schedulers(new NodeSchedulers(loop, timer, Schedulers.boundedElastic(), Schedulers.parallel()))
                .start()
                .block(TIMEOUT));
        node.events()
                .ofType(PartStalled.class)
                .filter(stall ->
                        stall.part().equals("event loop") || stall.part().startsWith("channel "))
                .subscribe(stall -> found.add(new Found(stall, System.nanoTime())));
        node.put(CONTRACT, LastWriterWins.state(1, new byte[1])).block(TIMEOUT);
    }

    /** Stalls the handler of the next request of a client. */
    void stallHandler(Runnable stall) {
        CountDownLatch begun = new CountDownLatch(1);
        store.stallNextRead(() -> {
            stalledAt = System.nanoTime();
            begun.countDown();
            stall.run();
        });
        node.get(ID).onErrorComplete().subscribe();
        await(begun);
    }

    /** Stalls the handler of the next request at a lock that another thread holds until the latch is counted down. */
    void stallAtLock(CountDownLatch release) {
        ReentrantLock lock = new ReentrantLock();
        CountDownLatch held = new CountDownLatch(1);
        Thread owner = new Thread(
                () -> {
                    lock.lock();
                    try {
                        held.countDown();
                        await(release);
                    } finally {
                        lock.unlock();
                    }
                },
                "lock-owner");
        owner.setDaemon(true);
        owner.start();
        await(held);
        stallHandler(() -> {
            lock.lock();
            try {
                held.countDown();
            } finally {
                lock.unlock();
            }
        });
    }

    /** Makes the loop's scheduler lose the turn for a request. */
    void loseWakeUp() {
        do {
            // A request that finds the loop at work asks for no turn; the next one may.
            answers();
            executor.loseNextTask();
            stalledAt = System.nanoTime();
            node.get(ID).onErrorComplete().subscribe();
        } while (!executor.hasLost());
    }

    /** Ends the thread of the loop, and sends it a request. */
    void endThread() {
        executor.end();
        stalledAt = System.nanoTime();
        node.get(ID).onErrorComplete().subscribe();
    }

    /** Whether a request is answered now. */
    boolean answers() {
        return node.get(ID)
                .timeout(Duration.ofSeconds(5))
                .onErrorComplete()
                .blockOptional(TIMEOUT)
                .isPresent();
    }

    /** When the last stall began, in nanoseconds. */
    long stalledAt() {
        return stalledAt;
    }

    /** The next report; null if none comes within ten seconds. */
    @Nullable
    Found next() {
        try {
            return found.poll(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    StallStatus status() {
        return node.stalls();
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not in time");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        // A node without its loop's thread stops within its limits, which need not be waited for.
        node.stop().timeout(Duration.ofSeconds(1)).onErrorComplete().block();
        loop.dispose();
        timer.dispose();
    }
}
