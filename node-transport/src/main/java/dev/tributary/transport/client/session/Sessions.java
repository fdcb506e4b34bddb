package dev.tributary.transport.client.session;

import dev.tributary.core.Node;
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
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** All sessions of a door. Safe to use from any thread. */
public final class Sessions {

    /** How often connections are looked after, at least. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** How many deltas are computed for subscribers at once: the network's number for one change. */
    private static final int DELTAS = 32;

    private final Node node;
    private final SessionConfig config;
    private final TimeSource time;
    private final Scheduler timer;
    private final Scheduler workers;
    private final WebsocketServerSpec protocol;
    private final Shared shared;
    private final Map<Long, Session> open = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Sessions with this node.
     *
     * @param timer for limits and pings; stays the caller's
     * @param workers for encoding, decoding and hashing of what is large; stays the caller's
     */
    public Sessions(Node node, SessionConfig config, TimeSource time, Scheduler timer, Scheduler workers) {
        this.node = node;
        this.config = config;
        this.time = time;
        this.timer = timer;
        this.workers = workers;
        this.protocol = WebsocketServerSpec.builder()
                .maxFramePayloadLength(config.frameBytes())
                .build();
        Subscribers subscribers = new Subscribers(config.subscribers());
        this.shared = new Shared(
                new Budget(config.assemblyBytes()),
                new Budget(config.answerBytes()),
                new Budget(config.answerBytes()),
                new Budget(config.requestBytes()),
                new Shares(),
                subscribers,
                new Payloads(node, DELTAS),
                new NodeAnswers(node, time, this::all, subscribers::byContract));
    }

    /** Begins to look after connections. */
    public void start() {
        long most = Math.min(config.ping().toMillis(), config.stallLimit().toMillis()) / 4;
        long millis = Math.max(10, Math.min(LOOK.toMillis(), most));
        timer.schedulePeriodically(() -> open.values().forEach(Session::tick), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Turns a request into a session, and completes when that has ended. */
    public Publisher<Void> open(Visitor visitor, HttpServerResponse response) {
        return response.sendWebsocket((in, out) -> serve(visitor, in, out), protocol);
    }

    private Mono<Void> serve(Visitor visitor, WebsocketInbound in, WebsocketOutbound out) {
        return Mono.defer(() -> {
            Session session = new Session(
                    numbers.incrementAndGet(), visitor, node, config, shared, time, timer, workers, in, out);
            open.put(session.number(), session);
            Mono<Void> all = session.run().doFinally(end -> open.remove(session.number()));
            return closed.get() ? all.and(session.close()) : all;
        });
    }

    public int count() {
        return open.size();
    }

    /** Of all clients together. */
    public int subscriptions() {
        return shared.subscribers().count();
    }

    /** What clients make the door keep, as far as it is bounded for all of them together. */
    public long heldBytes() {
        return shared.assembly().taken()
                + shared.answers().taken()
                + shared.notices().taken()
                + shared.requests().taken();
    }

    private List<QueryAnswer.Subscription> all() {
        return open.values().stream()
                .flatMap(session ->
                        session.contracts().stream().map(id -> new QueryAnswer.Subscription(id, session.number())))
                .toList();
    }

    /** Takes leave of all clients, also of those that come from now on. Completes when the last has gone. */
    public Mono<Void> close() {
        return Mono.defer(() -> {
            closed.set(true);
            List<Session> rest = List.copyOf(open.values());
            return Flux.fromIterable(rest)
                    .flatMap(Session::close, Math.max(1, rest.size()), 1)
                    .then();
        });
    }
}
