package dev.tributary.core.engine;

import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.request.PauseDetector;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Checks at intervals that the parts of a node make progress and that its threads are there. */
final class EngineChecks {

    /** Interval between two checks whether a thread of the node has ended. */
    private static final Duration THREAD_CHECK_INTERVAL = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(EngineChecks.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private final NodeAssembly parts;
    private final VitalTasks vital;

    EngineChecks(NodeAssembly parts, VitalTasks vital) {
        this.parts = parts;
        this.vital = vital;
    }

    /** Samples the loop's progress until it is cancelled. Repeated delays instead of a periodic task, since cancelling the latter takes a lock on the stopping thread. */
    Mono<Void> sampleProgress() {
        return Flux.merge(
                        every(parts.config.loop().monitorInterval(), this::checkProgress),
                        every(PauseDetector.INTERVAL, this::tick))
                .then();
    }

    private void tick() {
        parts.context.pauses().tick();
        parts.contracts.table().forgetConfirmationsAfterPause();
    }

    private void checkProgress() {
        parts.monitor.sample();
        parts.executor.endOverdueCalls();
    }

    /** A check that fails is logged, and the next one follows. */
    private Flux<Long> every(Duration interval, Runnable check) {
        return Mono.delay(interval, parts.environment.threads().timer())
                .doOnNext(now -> runGuarded(check))
                .repeat();
    }

    private static void runGuarded(Runnable check) {
        try {
            check.run();
        } catch (RuntimeException failure) {
            failures.warn(failure, "progress check failed");
        }
    }

    /** Reports threads of the node that have ended. Runs on the callback threads, since a disposed scheduler drops its tasks without a word. */
    Mono<Void> checkThreads() {
        EngineThreads threads = parts.environment.threads();
        Map<String, Scheduler> others =
                Map.of("loop", threads.loop(), "timer", threads.timer(), "contracts", threads.contracts());
        return others.containsValue(threads.callbacks())
                ? Mono.never()
                : Mono.delay(THREAD_CHECK_INTERVAL, threads.callbacks())
                        .doOnNext(now -> others.forEach((name, scheduler) -> {
                            if (scheduler.isDisposed()) {
                                vital.onEnd(name + " threads", null);
                            }
                        }))
                        .repeat()
                        .then();
    }
}
