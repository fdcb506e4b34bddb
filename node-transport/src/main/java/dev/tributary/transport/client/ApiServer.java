package dev.tributary.transport.client;

import dev.tributary.core.Node;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.access.OriginRule;
import dev.tributary.transport.client.access.SourceRule;
import dev.tributary.transport.client.access.TokenStore;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.session.Sessions;
import dev.tributary.transport.client.web.WebApps;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Serves the client API to applications over HTTP and WebSocket. Owns its threads from creation to {@link #close()}. It
 * uses the node and never stops it.
 */
public final class ApiServer {

    /** Time that the start waits for the names of this machine. */
    private static final Duration NAMES_PATIENCE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(ApiServer.class);

    /** Number of threads for disk access and decompression; more threads would only wait for each other. */
    private static final int WORKER_THREADS = 4;

    /** Maximum number of tasks that wait for each worker thread. */
    private static final int MAX_QUEUED_TASKS = 4096;

    private final Node node;
    private final ApiServerConfig config;
    private final HttpListener listener;
    private final Scheduler timer = Schedulers.newSingle("tributary-api-timer", true);
    private final Scheduler workers =
            Schedulers.newBoundedElastic(WORKER_THREADS, MAX_QUEUED_TASKS, "tributary-api-work", 60, true);
    private final TokenStore tokens;
    private final Sessions sessions;
    private final Map<String, HttpPage> pages;
    private final WebApps web;
    private final Mono<Void> closing;

    private ApiServer(Node node, ApiServerConfig config, TimeSource time, Map<String, HttpPage> extraPages) {
        this.node = node;
        this.config = config;
        this.listener = new HttpListener(config);
        listener.watchedBy(node::watch);
        this.tokens = new TokenStore(config.access(), time);
        this.sessions = new Sessions(node, config.sessions(), time, timer, workers);
        this.pages = new HashMap<>(new StatusPages(node, config).byPath());
        this.pages.putAll(extraPages);
        this.web = new WebApps(node, config.web(), tokens, time, workers);
        this.closing = shutDown().cache();
    }

    /** Creates a server with the built-in pages only. */
    public static ApiServer create(Node node, ApiServerConfig config) {
        return create(node, config, Map.of());
    }

    /**
     * Creates a server. It accepts no connections before {@link #open()}.
     *
     * @param pages additional pages by path, such as {@code /metrics}; they take precedence over the built-in ones
     */
    public static ApiServer create(Node node, ApiServerConfig config, Map<String, HttpPage> pages) {
        return new ApiServer(node, config, TimeSource.system(), pages);
    }

    /**
     * Binds the sockets and emits the address of the first one. Subscribe once. Errors with {@link ApiServerException}
     * if the first address cannot be bound; call {@link #close()} in that case too.
     */
    public Mono<InetSocketAddress> open() {
        return Mono.fromCallable(() -> {
                    SourceRule sources = new SourceRule(config.access().allowedSources());
                    OriginRule origins = new OriginRule(config.access().allowedHosts(), configuredNames(), sources);
                    return new Reception(
                            origins, new RequestRouter(sources, origins, tokens, pages, web, sessions, workers));
                })
                .subscribeOn(workers)
                .delayUntil(reception -> lookUpNames(reception.origins))
                .map(Reception::router)
                .flatMap(reception -> listener.open(reception::route))
                .doOnNext(address -> {
                    sweepTokens();
                    sessions.start();
                });
    }

    private record Reception(OriginRule origins, RequestRouter router) {}

    private Set<String> configuredNames() {
        Set<String> names = new LinkedHashSet<>(config.listen().addresses());
        names.remove("0.0.0.0");
        names.remove("::");
        return names;
    }

    /** Trusts the names of this machine; completes when they are known, or goes on without them after a second. */
    private Mono<Void> lookUpNames(OriginRule origins) {
        return Mono.<Void>fromRunnable(() -> origins.addOwn(namesOfThisMachine()))
                .subscribeOn(workers)
                // A name server that does not answer must not hold up the start; the names are added when it does.
                .timeout(NAMES_PATIENCE, Mono.empty(), timer);
    }

    /** The host name and addresses of this machine. May block on a lookup. */
    private static Set<String> namesOfThisMachine() {
        Set<String> names = new LinkedHashSet<>();
        try {
            InetAddress own = InetAddress.getLocalHost();
            names.add(own.getHostName());
            for (InetAddress each : InetAddress.getAllByName(own.getHostName())) {
                names.add(each.getHostAddress());
            }
        } catch (UnknownHostException unresolved) {
            log.debug("host name not resolved, not accepted as a host reason={}", unresolved.getMessage());
        }
        return names;
    }

    private void sweepTokens() {
        long interval = tokens.sweepInterval().toMillis();
        timer.schedulePeriodically(tokens::sweep, interval, interval, TimeUnit.MILLISECONDS);
    }

    /** Returns a snapshot of the counters. Any thread may call it. */
    public ApiServerStatus status() {
        return new ApiServerStatus(
                listener.connections(),
                sessions.count(),
                sessions.subscriptions(),
                sessions.heldBytes(),
                tokens.count());
    }

    /**
     * Closes when the node is stopped and has ended the operations of clients, so that their answers arrive; until then
     * further requests are refused in open sessions. Subscribe before the node is stopped, or at the same time.
     */
    public Mono<Void> closeAfterDrain() {
        return node.onDrained().then(closing);
    }

    /** Closes all sessions, then sockets and threads. Idempotent: every subscription gets the same outcome. */
    public Mono<Void> close() {
        return closing;
    }

    private Mono<Void> shutDown() {
        Mono<Void> closeSessions = Mono.defer(() -> {
            listener.stopAccepting();
            return sessions.close().timeout(config.connections().closeTimeout(), Mono.empty(), timer);
        });
        return Flux.concatDelayError(
                        closeSessions,
                        listener.close(),
                        Mono.<Void>fromRunnable(() -> {
                                    timer.dispose();
                                    workers.dispose();
                                })
                                .subscribeOn(Schedulers.boundedElastic()))
                .then();
    }
}
