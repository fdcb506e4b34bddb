package dev.tributary.core.repair;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.storage.DamageStatus;
import dev.tributary.core.storage.DamagedContracts;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Reads all copies now and then, slowly, so that damage is found while other nodes still have good copies. Pauses while
 * the store is busy or fails, and while the operator says so.
 */
final class Scrub {

    /** Time between the start of the node and the first pass. */
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(10);

    /** Pause before a read that the store refused is tried again. */
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(Scrub.class);

    private final RequestContext context;
    private final HostedContracts contracts;
    private final HostingConfig config;
    private final DamagedContracts damaged;

    private volatile boolean isPaused;

    Scrub(RequestContext context, HostedContracts contracts) {
        this.context = context;
        this.contracts = contracts;
        this.config = contracts.table().config();
        this.damaged = contracts.table().damaged();
    }

    /** Passes, each followed by a pause; never completes. */
    Flux<?> work() {
        if (config.scrubRate() == 0) {
            return Flux.never();
        }
        Duration first = FIRST_PAUSE.compareTo(config.scrubInterval()) < 0 ? FIRST_PAUSE : config.scrubInterval();
        return Mono.delay(first, context.timer())
                .thenMany(Mono.defer(this::pass)
                        .then(Mono.delay(config.scrubInterval(), context.timer()))
                        .repeat());
    }

    /** Pauses before the next copy, or goes on. Safe to call from any thread. */
    void setPaused(boolean paused) {
        if (isPaused != paused) {
            isPaused = paused;
            damaged.setScrubPaused(paused);
            log.info(paused ? "scrub paused" : "scrub resumed");
        }
    }

    private Mono<Void> untilResumed() {
        return Mono.defer(() -> isPaused
                ? Mono.delay(RETRY_PAUSE, context.timer())
                        .repeat(() -> isPaused)
                        .then()
                : Mono.empty());
    }

    private Mono<Void> pass() {
        List<ContractKey> keys = contracts.table().keysByCode();
        DamageStatus before = damaged.status();
        long startedAt = context.time().nanos();
        return Flux.range(0, keys.size())
                .concatMap(
                        i -> verify(keys.get(i), i == 0 ? null : keys.get(i - 1).code()), 1)
                .then(Mono.fromRunnable(() -> {
                    damaged.addScrub();
                    DamageStatus after = damaged.status();
                    log.info(
                            "scrub complete contracts={} bytes={} damaged={} seconds={}",
                            keys.size(),
                            after.scrubbedBytes() - before.scrubbedBytes(),
                            after.found() - before.found(),
                            (context.time().nanos() - startedAt) / 1_000_000_000);
                }));
    }

    /** @param previous the code that was read last */
    private Mono<Void> verify(ContractKey key, @Nullable CodeHash previous) {
        return untilResumed()
                .then(Mono.defer(() -> contracts.verify(key.id(), !key.code().equals(previous))))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RETRY_PAUSE)
                        .filter(NodeException.class::isInstance)
                        .scheduler(context.timer()))
                .flatMap(bytes -> {
                    damaged.addScrubbed(bytes);
                    // At least a moment, so that many small contracts do not occupy the store.
                    long micros = Math.max(1_000, bytes * 1_000_000 / config.scrubRate());
                    return Mono.delay(Duration.ofNanos(micros * 1_000), context.timer());
                })
                .then();
    }
}
