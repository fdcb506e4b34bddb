package dev.tributary.transport.client.session;

import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.request.Cancellation;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.codec.ChunkedMessages;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientRequest;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * Session of one client. Messages are read one at a time and no faster than their requests start; answers and
 * notifications are written one at a time and no faster than the client reads them. Confined to the connection's event
 * loop unless stated otherwise, so nothing here needs a lock.
 */
final class Session {

    private static final Logger log = LoggerFactory.getLogger(Session.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    /** Time that a closing session gives to the requests under way. */
    private static final Duration ANSWER_GRACE = Duration.ofSeconds(1);

    private final long id;
    private final ClientIdentity identity;
    private final int maxRequests;
    private final WebsocketInbound inbound;
    private final Channel channel;
    private final Scheduler loop;
    private final ReplyQueue outbox;
    private final RequestReader reader;
    private final OrderedReplies lanes;
    private final ClientUpdates updates;
    private final ClientSubscriptions subscriptions;
    private final SessionSlots share;
    private final RequestHandler requests;
    private final ReplyWriter writer;
    private final Sinks.Empty<Void> disconnected = Sinks.empty();
    private final Sinks.Empty<Void> written = Sinks.empty();
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private boolean closing;

    /** Number of requests that are decoded and not answered yet. */
    private int underWay;

    /** Whether the session closes when no request is under way any more. */
    private boolean finishing;

    Session(
            long id,
            ClientIdentity identity,
            SessionResources shared,
            Scheduler timer,
            Scheduler workers,
            WebsocketInbound inbound,
            WebsocketOutbound out) {
        SessionConfig config = shared.config();
        SessionResources.Budgets budgets = shared.budgets();
        this.id = id;
        this.identity = identity;
        this.maxRequests = config.maxRequests();
        this.inbound = inbound;
        this.channel = channelOf(inbound);
        this.loop = Schedulers.fromExecutor(channel.eventLoop());
        SessionSchedulers schedulers = new SessionSchedulers(loop, timer, workers);
        ChunkedMessages messages = new ChunkedMessages(identity.encoding(), shared.time());
        this.outbox = new ReplyQueue(config.queuedBytes(), budgets.answers());
        this.reader = new RequestReader(shared, messages, outbox, loop, workers);
        this.lanes = new OrderedReplies(identity.encoding() == ClientEncoding.FLATBUFFERS, (reply, after) -> {
            outbox.add(reply);
            after.run();
        });
        this.updates =
                new ClientUpdates(shared.node()::subscribe, budgets.updates().account(id), timer);
        this.subscriptions = new ClientSubscriptions(
                updates,
                config.subscriptions().maxPerSession(),
                shared.subscribers(),
                shared.updateEncoder(),
                this::onLoop,
                outbox);
        this.share = shared.requestLimiter().open(loop, timer);
        this.requests = new RequestHandler(
                shared.node(),
                shared.nodeQueries(),
                budgets.requests(),
                identity,
                subscriptions,
                outbox,
                config.subscriptions().timeout(),
                schedulers);
        this.writer = new ReplyWriter(
                outbox, budgets.notifications(), messages, channel, out, config.keepAlive(), shared.time(), schedulers);
    }

    private static Channel channelOf(WebsocketInbound inbound) {
        Channel[] found = new Channel[1];
        inbound.withConnection(connection -> found[0] = connection.channel());
        return found[0];
    }

    /** Serves the client until either side closes the session, then releases its resources. Never errors. */
    Mono<Void> run() {
        inbound.withConnection(this::watch);
        writer.signs().addTo(channel.pipeline());
        new FrameSplitter(writer.signs()).addTo(channel.pipeline());
        if (identity.isTokenInvalid()) {
            refuseToken();
        }
        Mono<Void> writing = writer.run().doFinally(end -> onLoop(this::written));
        return Mono.whenDelayError(read(), writing)
                .onErrorResume(failure -> Mono.fromRunnable(
                        () -> log.debug("session failed session={} reason={}", id, failure.toString())))
                .doFinally(end -> onLoop(this::release));
    }

    private void watch(Connection connection) {
        connection.onDispose(() -> onLoop(this::leave));
    }

    private void refuseToken() {
        outbox.add(new ClientError.Unhandled(
                "AUTH_TOKEN_INVALID: the token is unknown or expired; reload the application to get a new one"));
        closeWith(4401, "AUTH_TOKEN_INVALID");
    }

    /**
     * Reads until everything is written. After a close, input is read and discarded: unread input would reset the
     * connection and lose the last messages.
     */
    private Mono<Void> read() {
        return inbound.receiveFrames()
                .doOnTerminate(this::leave)
                .<CompleteMessage>handle(this::assemble)
                .concatMap(message -> reader.decoded(message).filter(pending -> handleClose(pending.request())), 1)
                .doOnNext(pending -> underWay++)
                .concatMap(
                        pending -> untilDisconnected(outbox.awaitCapacity().then(share.awaitSlot()))
                                .thenReturn(pending),
                        1)
                .flatMap(
                        pending -> untilDisconnected(share.limit(begin(pending)))
                                .doFinally(end -> onLoop(this::onAnswered)),
                        maxRequests,
                        1)
                .takeUntilOther(written.asMono())
                .then();
    }

    private <T> Mono<T> untilDisconnected(Mono<T> work) {
        return Cancellation.until(work, disconnected.asMono());
    }

    private void assemble(WebSocketFrame frame, SynchronousSink<CompleteMessage> sink) {
        if (!closing) {
            reader.assemble(frame, sink);
        }
    }

    /** Closes the session on a close or disconnect request. Returns whether the session is still open. */
    private boolean handleClose(ClientRequest request) {
        switch (request.requestKind()) {
            case CLOSE -> {
                outbox.add(ClientError.Plain.DISCONNECT);
                leave();
            }
            case DISCONNECT -> leave();
            case PUT, UPDATE, GET, SUBSCRIBE, DELEGATE, AUTHENTICATE, QUERY, STREAM_CHUNK -> {}
        }
        return !closing;
    }

    private Mono<Void> begin(RequestReader.PendingRequest pending) {
        reader.release(pending);
        // A disconnected client receives no answer, so only requests that continue without it still start.
        return closing && !RequestHandler.continuesAfterDisconnect(pending.request())
                ? Mono.empty()
                : serve(pending.request());
    }

    private Mono<Void> serve(ClientRequest request) {
        ReplySlot slot = lanes.reserve(request);
        return requests.handle(request)
                .publishOn(loop)
                .doOnNext(reply -> slot.complete(reply.message(), reply.afterQueued()))
                .switchIfEmpty(Mono.fromRunnable(slot::release))
                .doOnError(failure -> {
                    failures.warn(failure, "client request failed session={}", id);
                    slot.complete(
                            new ClientError.Unhandled("internal error; the node's log has the details"), () -> {});
                })
                .onErrorComplete()
                .then();
    }

    private void leave() {
        closeWith(0, "");
    }

    /** Cancels subscriptions and requests of this client, and closes the session after the queued messages. */
    private void closeWith(int code, String reason) {
        closing = true;
        subscriptions.close();
        outbox.close(code, reason);
        disconnected.tryEmitEmpty();
    }

    private void written() {
        leave();
        written.tryEmitEmpty();
    }

    private void release() {
        subscriptions.close();
        reader.close();
        outbox.clear();
        updates.close();
        ended.tryEmitEmpty();
    }

    /**
     * Closes the session when the server closes: after the answers to the requests under way, which come at once from a
     * node that is stopping. Completes when its resources are released. Any thread.
     */
    Mono<Void> close() {
        return Mono.defer(() -> {
            onLoop(this::finish);
            return ended.asMono();
        });
    }

    private void finish() {
        finishing = true;
        if (underWay == 0) {
            closeStopping();
        } else {
            channel.eventLoop().schedule(this::closeStopping, ANSWER_GRACE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void onAnswered() {
        underWay--;
        if (finishing && underWay == 0) {
            closeStopping();
        }
    }

    private void closeStopping() {
        closeWith(1001, "the node is stopping");
    }

    /** Sends pings, and checks the timeouts of a write and of an incomplete message. Called about once a second; any thread may call it. */
    void tick() {
        onLoop(() -> {
            writer.tick();
            reader.expire();
        });
    }

    long id() {
        return id;
    }

    /** Returns the contracts that the client is subscribed to. Any thread; the result may be slightly stale. */
    Set<ContractInstanceId> contracts() {
        return subscriptions.contracts();
    }

    private void onLoop(Runnable work) {
        if (channel.eventLoop().inEventLoop()) {
            work.run();
            return;
        }
        try {
            channel.eventLoop().execute(work);
        } catch (RejectedExecutionException stopped) {
            log.trace("event loop stopped before session={}", id);
        }
    }
}
