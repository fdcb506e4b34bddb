package dev.tributary.core.engine;

import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.engine.Liveness.Part;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.loop.NotificationChannel;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Sends an event through the loop, the timer, a contract thread and the store. The limit does not use the timer of
 * the node, so that a timer that stands still is found too. Safe to use from any thread.
 */
final class LivenessProbe {

    /** Limit of one check: a loaded node needs milliseconds, and probes usually wait for some seconds. */
    static final Duration LIMIT = Duration.ofSeconds(4);

    /** Minimum age of a check before the next one starts, so that a flood of requests costs one check a second. */
    private static final Duration SHARED_FOR = Duration.ofSeconds(1);

    private static final Duration TICK = Duration.ofMillis(1);

    private final NotificationChannel<LocalEvent> channel;
    private final Scheduler timer;
    private final Scheduler limits;
    private final ContractExecutor executor;
    private final ContractStore store;
    private final TimeSource time;
    private @Nullable Mono<Liveness> latest;
    private long latestAt;

    /** Creates the probe; {@code limits} runs its time limit, and is not the node's timer. */
    LivenessProbe(
            NotificationChannel<LocalEvent> channel,
            Scheduler timer,
            Scheduler limits,
            ContractExecutor executor,
            ContractStore store,
            TimeSource time) {
        this.channel = channel;
        this.timer = timer;
        this.limits = limits;
        this.executor = executor;
        this.store = store;
        this.time = time;
    }

    /** The check that is in progress or was started less than a second ago, else a new one; never errors. */
    Mono<Liveness> check() {
        return Mono.defer(this::shared);
    }

    private synchronized Mono<Liveness> shared() {
        long now = time.nanos();
        Mono<Liveness> known = latest;
        if (known != null && now - latestAt < SHARED_FOR.toNanos()) {
            return known;
        }
        Mono<Liveness> started = start(now).cache();
        latest = started;
        latestAt = now;
        return started;
    }

    private Mono<Liveness> start(long startedAt) {
        AtomicReference<Part> next = new AtomicReference<>(Part.LOOP);
        return through(next)
                .then(Mono.fromSupplier(() -> result(null, startedAt)))
                .timeout(LIMIT, Mono.fromSupplier(() -> result(silentPart(next), startedAt)), limits)
                .onErrorResume(NodeException.class, stopped -> Mono.just(result(next.get(), startedAt)));
    }

    private Mono<Void> through(AtomicReference<Part> next) {
        return Mono.defer(() -> {
                    Sinks.Empty<Void> handled = Sinks.empty();
                    return channel.send(new LocalEvent.Probe(handled)).then(handled.asMono());
                })
                .then(at(Part.TIMER, next, Mono.delay(TICK, timer)))
                .then(at(Part.CONTRACTS, next, executor.probe()))
                // A store that refuses has answered.
                .then(at(Part.STORE, next, store.probe().onErrorComplete(NodeException.class)));
    }

    private static Mono<Void> at(Part part, AtomicReference<Part> next, Mono<?> step) {
        return Mono.defer(() -> {
            next.set(part);
            return step.then();
        });
    }

    /** Contract threads that all run calls within their time are busy, not dead. */
    private @Nullable Part silentPart(AtomicReference<Part> next) {
        Part part = next.get();
        return part == Part.CONTRACTS && executor.isWithinTime() ? null : part;
    }

    private Liveness result(@Nullable Part silent, long startedAt) {
        return new Liveness(silent, Duration.ofNanos(time.nanos() - startedAt));
    }
}
