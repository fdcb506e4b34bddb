package dev.tributary.app.node;

import dev.tributary.core.engine.Liveness;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Sends an event through the node at every beat, and counts on a thread of its own the beats at which none came back:
 * after too many in a row the node is dead. It counts beats of its own thread, not time, so that a suspended machine is
 * no dead node, and the counting allocates nothing, so that it works on a full heap. Between the beats it reads the load of
 * the collector: a node that does little but collect garbage is as good as dead.
 */
public final class Heartbeat implements AutoCloseable {

    /** Interval between two beats. */
    private static final Duration BEAT = Duration.ofSeconds(5);

    /** Interval between two readings of the collector, which are compared over ten of them. */
    private static final Duration READING = Duration.ofSeconds(1);

    /** Number of beats without an answer after which the node is dead: a minute. */
    private static final int MAX_MISSED = 12;

    /** Stands for the silent part of a node that answered last time, or never. */
    private static final String NONE = "none";

    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private final long beatNanos;
    private final int maxMissed;
    private final CollectorLoad load;
    private final long readingNanos;
    private final BiConsumer<String, String> onDead;
    private final Disposable probes;
    private final Thread thread;
    private final AtomicLong answers = new AtomicLong();
    // Not a constant: the first use of a constant text allocates.
    private volatile String dead = "no event went through the node for too long, last silent part";
    private volatile String collecting = "the collector takes all time and frees nothing, last silent part";
    private volatile String silent = NONE;
    private volatile boolean closed;

    /**
     * Starts to watch.
     *
     * @param probe a check of the node; it may never answer
     * @param load read at every beat, and every second of longer ones
     * @param onDead called once, with the reason and the part that was silent last
     */
    Heartbeat(
            Mono<Liveness> probe, Duration beat, int maxMissed, CollectorLoad load, BiConsumer<String, String> onDead) {
        this.beatNanos = beat.toNanos();
        this.maxMissed = maxMissed;
        this.load = load;
        this.readingNanos = Math.min(beatNanos, READING.toNanos());
        this.onDead = onDead;
        this.probes = probe.doOnNext(this::record)
                .then(Mono.delay(beat, Schedulers.parallel()))
                .repeat()
                .subscribe(next -> {}, failure -> log.error("heartbeat ended", failure));
        this.thread = new Thread(this::watch, "tributary-heartbeat");
        thread.setDaemon(true);
        thread.start();
    }

    /** Watches the node of a process, which ends when the node is dead. */
    public static Heartbeat start(NodeProcess process, FatalExit exit) {
        return new Heartbeat(
                process.node().liveness(), BEAT, MAX_MISSED, new CollectorLoad(ProcessCollectors.create()), exit::end);
    }

    private void record(Liveness liveness) {
        Liveness.@Nullable Part part = liveness.silent();
        if (part == null) {
            answers.incrementAndGet();
            silent = NONE;
        } else if (!silent.equals(part.name())) {
            silent = part.name();
            log.warn(
                    "node does not answer part={} seconds={}",
                    part,
                    liveness.took().toSeconds());
        }
    }

    private void watch() {
        long seen = answers.get();
        int missed = 0;
        while (!closed && missed < maxMissed) {
            if (collectsThroughBeat()) {
                end(collecting);
                return;
            }
            long now = answers.get();
            missed = now == seen ? missed + 1 : 0;
            seen = now;
        }
        end(dead);
    }

    private void end(String reason) {
        if (!closed) {
            onDead.accept(reason, silent);
        }
    }

    /** Waits for one beat, or until the load of the collector is too high; returns whether it is. */
    private boolean collectsThroughBeat() {
        long start = System.nanoTime();
        while (!closed && System.nanoTime() - start < beatNanos) {
            await(Math.min(readingNanos, beatNanos - (System.nanoTime() - start)));
            if (load.isTooHigh(System.nanoTime())) {
                return true;
            }
        }
        return false;
    }

    /** A thread may be woken early. */
    private void await(long nanos) {
        long start = System.nanoTime();
        for (long left = nanos; left > 0 && !closed; left = nanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(this, left);
        }
    }

    @Override
    public void close() {
        closed = true;
        probes.dispose();
        LockSupport.unpark(thread);
    }
}
