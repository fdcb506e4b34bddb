package dev.tributary.transport.client.session;

import dev.tributary.core.Node;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.message.QueryAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** All sessions of a server. Thread-safe. */
public final class Sessions {

    private static final Logger log = LoggerFactory.getLogger(Sessions.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    /** Maximum interval of the periodic check of connections. */
    private static final Duration MAX_CHECK_INTERVAL = Duration.ofSeconds(1);

    /** Maximum number of deltas computed concurrently for subscribers: the network's number for one change. */
    private static final int MAX_CONCURRENT_DELTAS = 32;

    private final Scheduler timer;
    private final Scheduler workers;
    private final SessionResources shared;
    private final Map<Long, Session> open = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Creates sessions that use this node.
     *
     * @param timer scheduler of timeouts and pings; the caller disposes of it
     * @param workers scheduler for encoding, decoding and hashing large messages; the caller disposes of it
     */
    public Sessions(Node node, SessionConfig config, TimeSource time, Scheduler timer, Scheduler workers) {
        this.timer = timer;
        this.workers = workers;
        SubscriberCounts subscribers =
                new SubscriberCounts(config.subscriptions().maxPerContract());
        this.shared = new SessionResources(
                node,
                config,
                time,
                SessionResources.Budgets.of(config.shared()),
                new FairLimiter(),
                subscribers,
                new UpdateEncoder(node, MAX_CONCURRENT_DELTAS),
                new NodeQueries(node, time, this::subscriptionsBySession, subscribers::byContract));
    }

    /** Starts the periodic check of connections: pings and write timeouts. */
    public void start() {
        SessionConfig.KeepAlive keepAlive = shared.config().keepAlive();
        long quarterOfShortest = Math.min(
                        keepAlive.pingInterval().toMillis(),
                        keepAlive.writeTimeout().toMillis())
                / 4;
        long millis = Math.max(10, Math.min(MAX_CHECK_INTERVAL.toMillis(), quarterOfShortest));
        timer.schedulePeriodically(() -> open.values().forEach(Sessions::tick), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** A session whose check fails must not leave the others without checks. */
    private static void tick(Session session) {
        try {
            session.tick();
        } catch (RuntimeException failure) {
            failures.warn(failure, "check of a session failed session={}", session.id());
        }
    }

    /**
     * Upgrades a request to a WebSocket session. Completes when the session has ended.
     *
     * @param subprotocol the one to agree on, of those that the client offers; empty if it offers none. A browser that
     *     offers one requires it.
     */
    public Publisher<Void> open(ClientIdentity client, String subprotocol, HttpServerResponse response) {
        WebsocketServerSpec.Builder protocol = WebsocketServerSpec.builder()
                // A frame that has not arrived as a whole is split before the decoder sees it, so it buffers none.
                .maxFramePayloadLength(Integer.MAX_VALUE);
        if (!subprotocol.isEmpty()) {
            protocol.protocols(subprotocol);
        }
        return response.sendWebsocket((in, out) -> serve(client, in, out), protocol.build());
    }

    private Mono<Void> serve(ClientIdentity client, WebsocketInbound in, WebsocketOutbound out) {
        return Mono.defer(() -> {
            Session session = new Session(numbers.incrementAndGet(), client, shared, timer, workers, in, out);
            open.put(session.id(), session);
            Mono<Void> running = session.run().doFinally(end -> open.remove(session.id()));
            return closed.get() ? running.and(session.close()) : running;
        });
    }

    public int count() {
        return open.size();
    }

    /** Returns the number of subscriptions of all clients. */
    public int subscriptions() {
        return shared.subscribers().count();
    }

    /** Returns the number of bytes taken from the shared budgets. */
    public long heldBytes() {
        return shared.budgets().used();
    }

    private List<QueryAnswer.Subscription> subscriptionsBySession() {
        return open.values().stream()
                .flatMap(session ->
                        session.contracts().stream().map(id -> new QueryAnswer.Subscription(id, session.id())))
                .toList();
    }

    /** Closes all sessions, and any that open later. Completes when the last one that is open now has ended. */
    public Mono<Void> close() {
        return Mono.defer(() -> {
            closed.set(true);
            List<Session> remaining = List.copyOf(open.values());
            return Flux.fromIterable(remaining)
                    .flatMap(Session::close, Math.max(1, remaining.size()), 1)
                    .then();
        });
    }
}
