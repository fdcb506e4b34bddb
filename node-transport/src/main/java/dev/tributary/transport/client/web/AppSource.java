package dev.tributary.transport.client.web;

import dev.tributary.core.Node;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Finds web applications: on disk, or else through the node. All results arrive on the threads for files. */
final class AppSource {

    /** Contracts whose time of looking is remembered; beyond it some are looked for more often. */
    private static final int REMEMBERED = 1024;

    private final Node node;
    private final WebConfig config;
    private final AppCache cache;
    private final TimeSource time;
    private final Scheduler files;
    private final Map<ContractInstanceId, Mono<UnpackedApp>> underWay = new ConcurrentHashMap<>();
    private final Map<ContractInstanceId, Long> looked = new ConcurrentHashMap<>();

    AppSource(Node node, WebConfig config, TimeSource time, Scheduler files) {
        this.node = node;
        this.config = config;
        this.cache = new AppCache(config, time);
        this.time = time;
        this.files = files;
    }

    /**
     * The newest that can be had within the limit, or else the one on disk. Without one, an error:
     * {@link AbsentAppException}, {@link UnusableArchiveException}, {@link TimeoutException} or a {@link NodeException}.
     */
    Mono<UnpackedApp> newest(ContractInstanceId id) {
        return cached(id)
                .flatMap(app ->
                        fetched(id).onErrorReturn(AppSource::mayPass, app).onErrorReturn(AbsentAppException.class, app))
                .switchIfEmpty(Mono.defer(() -> fetched(id)));
    }

    /** The one on disk, renewed if it was not looked for recently; {@link AbsentAppException} if there is none. */
    Mono<UnpackedApp> known(ContractInstanceId id) {
        return cached(id)
                .flatMap(app -> recent(id) ? Mono.just(app) : newest(id))
                .switchIfEmpty(Mono.error(() -> new AbsentAppException(id)));
    }

    private Mono<UnpackedApp> cached(ContractInstanceId id) {
        return Mono.fromCallable(() -> {
                    cache.scan();
                    return cache.find(id).orElse(null);
                })
                .subscribeOn(files);
    }

    private boolean recent(ContractInstanceId id) {
        Long last = looked.get(id);
        return last != null && time.nanos() - last < config.refresh().toNanos();
    }

    private static boolean mayPass(Throwable failure) {
        return failure instanceof NodeException || failure instanceof TimeoutException;
    }

    /** Browsers ask for several files at once: one search serves all who wait for it. */
    private Mono<UnpackedApp> fetched(ContractInstanceId id) {
        return underWay.computeIfAbsent(
                id,
                absent -> Mono.defer(() -> fetch(id))
                        .doFinally(end -> underWay.remove(id))
                        .cache());
    }

    private Mono<UnpackedApp> fetch(ContractInstanceId id) {
        return node.get(id).timeout(config.fetchLimit(), files).publishOn(files).map(found -> unpacked(id, found));
    }

    private UnpackedApp unpacked(ContractInstanceId id, GetResult found) {
        if (looked.size() >= REMEMBERED) {
            looked.clear();
        }
        looked.put(id, time.nanos());
        State state = found.state().orElseThrow(() -> new AbsentAppException(id));
        return cache.keep(id, state);
    }
}
