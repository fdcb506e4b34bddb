package dev.tributary.transport.client.web;

import dev.tributary.core.Node;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Loads web applications from the disk cache or through the node. All results arrive on the file scheduler. */
final class AppSource {

    /** Maximum number of contracts whose last fetch is recorded; beyond it the oldest records are dropped. */
    private static final int MAX_RECORDED = 1024;

    /** Maximum number of applications that are looked for at the same time because a page loads a file of them. */
    private static final int MAX_SEARCHES = 32;

    private final Function<ContractInstanceId, Mono<GetResult>> search;
    private final WebConfig config;
    private final AppCache cache;
    private final TimeSource time;
    private final Scheduler fileScheduler;
    private final Map<ContractInstanceId, Mono<UnpackedApp>> pendingFetches = new ConcurrentHashMap<>();
    private final BoundedMap<ContractInstanceId, Long> lastFetched = BoundedMap.leastRecentlyWritten(MAX_RECORDED);
    private final BoundedMap<ContractInstanceId, Long> lastMissed = BoundedMap.leastRecentlyWritten(MAX_RECORDED);
    private final Permits searches = new Permits(MAX_SEARCHES);

    /**
     * Creates a source.
     *
     * @param search finds a contract, as {@link Node#get} does
     */
    AppSource(
            Function<ContractInstanceId, Mono<GetResult>> search,
            WebConfig config,
            TimeSource time,
            Scheduler fileScheduler) {
        this.search = search;
        this.config = config;
        this.cache = new AppCache(config, time);
        this.time = time;
        this.fileScheduler = fileScheduler;
    }

    /**
     * Fetches the newest version, or returns the cached one if the fetch fails or times out. Without a cached one,
     * errors with {@link AppNotFoundException}, {@link UnusableArchiveException}, {@link TimeoutException} or a
     * {@link NodeException}.
     */
    Mono<UnpackedApp> newest(ContractInstanceId id) {
        return cached(id)
                .flatMap(app -> fetched(id)
                        .onErrorReturn(AppSource::isNodeFailure, app)
                        .onErrorReturn(AppNotFoundException.class, app))
                .switchIfEmpty(Mono.defer(() -> fetched(id)));
    }

    /**
     * Returns the cached version, refreshed if its last fetch is too old. One that is not cached is looked for, but not
     * again within the refresh interval after that failed, and only some at a time; else {@link AppNotFoundException}.
     */
    Mono<UnpackedApp> cachedOrSought(ContractInstanceId id) {
        return cached(id)
                .flatMap(app -> isWithinInterval(lastFetched, id) ? Mono.just(app) : newest(id))
                .switchIfEmpty(Mono.defer(() -> sought(id)));
    }

    private Mono<UnpackedApp> sought(ContractInstanceId id) {
        if (pendingFetches.containsKey(id)) {
            return fetched(id);
        }
        if (isWithinInterval(lastMissed, id) || !searches.tryAcquire(1)) {
            return Mono.error(new AppNotFoundException(id));
        }
        return fetched(id).doOnError(failure -> record(lastMissed, id)).doFinally(end -> searches.release(1));
    }

    private Mono<UnpackedApp> cached(ContractInstanceId id) {
        return Mono.fromCallable(() -> {
                    cache.scan();
                    return cache.find(id).orElse(null);
                })
                .subscribeOn(fileScheduler);
    }

    private boolean isWithinInterval(BoundedMap<ContractInstanceId, Long> times, ContractInstanceId id) {
        Long last;
        synchronized (times) {
            last = times.get(id);
        }
        return last != null && time.nanos() - last < config.refreshInterval().toNanos();
    }

    private void record(BoundedMap<ContractInstanceId, Long> times, ContractInstanceId id) {
        synchronized (times) {
            times.put(id, time.nanos());
        }
    }

    private static boolean isNodeFailure(Throwable failure) {
        return failure instanceof NodeException || failure instanceof TimeoutException;
    }

    /** Shares one fetch among concurrent requests, since browsers load several files at once. */
    private Mono<UnpackedApp> fetched(ContractInstanceId id) {
        return pendingFetches.computeIfAbsent(
                id,
                absent -> Mono.defer(() -> fetch(id))
                        .doFinally(end -> pendingFetches.remove(id))
                        .cache());
    }

    private Mono<UnpackedApp> fetch(ContractInstanceId id) {
        return search.apply(id)
                .timeout(config.fetchTimeout(), fileScheduler)
                .publishOn(fileScheduler)
                .map(found -> unpacked(id, found));
    }

    private UnpackedApp unpacked(ContractInstanceId id, GetResult found) {
        record(lastFetched, id);
        State state = found.state().orElseThrow(() -> new AppNotFoundException(id));
        return cache.getOrUnpack(id, state);
    }
}
