package dev.tributary.transport.client.session;

import dev.tributary.core.Node;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.codec.ChunkedMessages;
import dev.tributary.transport.client.codec.ClientDecodingException;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientRequest;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
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
 * One client's connection. Messages are read one after the other and no faster than their requests are begun; answers and
 * notifications are written one after the other and no faster than the client takes them. Everything but what is said to
 * run elsewhere runs on the connection's event loop, so that nothing here needs a lock.
 */
final class Session {

    private static final Logger log = LoggerFactory.getLogger(Session.class);

    /** Decoding that takes longer than a hop to another thread does not happen on an event loop. */
    private static final int SMALL = 32 << 10;

    private final long number;
    private final Visitor visitor;
    private final SessionConfig config;
    private final WebsocketInbound in;
    private final Channel channel;
    private final Scheduler loop;
    private final Scheduler workers;
    private final ChunkedMessages messages;
    private final IncomingBytes incoming;
    private final Assembly assembly;
    private final Lease unfinished;
    private final Outbox outbox;
    private final Lanes lanes;
    private final ClientSubscriptions subscriptions;
    private final Shares.Share share;
    private final Requests requests;
    private final Writer writer;
    private final Sinks.Empty<Void> left = Sinks.empty();
    private final Sinks.Empty<Void> written = Sinks.empty();
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private boolean leaving;

    Session(
            long number,
            Visitor visitor,
            Node node,
            SessionConfig config,
            Shared shared,
            TimeSource time,
            Scheduler timer,
            Scheduler workers,
            WebsocketInbound in,
            WebsocketOutbound out) {
        this.number = number;
        this.visitor = visitor;
        this.config = config;
        this.in = in;
        this.channel = channelOf(in);
        this.loop = Schedulers.fromExecutor(channel.eventLoop());
        this.workers = workers;
        this.messages = new ChunkedMessages(visitor.encoding(), time);
        this.incoming = new IncomingBytes(shared.assembly(), failure -> sendAway(failure.closeCode(), brief(failure)));
        this.assembly = new Assembly(config.messageBytes(), shared.assembly());
        this.unfinished = new Lease(shared.assembly());
        this.outbox = new Outbox(config.queuedBytes(), shared.answers());
        this.lanes = new Lanes(visitor.encoding() == ClientEncoding.FLATBUFFERS, (reply, after) -> {
            outbox.add(reply);
            after.run();
        });
        this.subscriptions = new ClientSubscriptions(
                node, config.subscriptions(), shared.subscribers(), shared.payloads(), this::onLoop, outbox);
        this.share = shared.shares().open(loop, timer);
        this.requests = new Requests(
                node,
                shared.nodeAnswers(),
                shared.requests(),
                visitor,
                subscriptions,
                outbox,
                config.subscribePatience(),
                loop,
                timer,
                workers);
        this.writer = new Writer(outbox, shared.notices(), messages, channel, out, config, time, loop, timer, workers);
    }

    private static Channel channelOf(WebsocketInbound in) {
        Channel[] found = new Channel[1];
        in.withConnection(connection -> found[0] = connection.channel());
        return found[0];
    }

    /** Serves the client until it leaves or is sent away; then nothing of it is left. */
    Mono<Void> run() {
        in.withConnection(this::watch);
        incoming.addTo(channel.pipeline());
        if (visitor.stale()) {
            refuseToken();
        }
        Mono<Void> writing = writer.run().doFinally(end -> onLoop(this::written));
        return Mono.whenDelayError(read(), writing)
                .onErrorResume(failure ->
                        Mono.fromRunnable(() -> log.debug("client={} ended: {}", number, failure.toString())))
                .doFinally(end -> onLoop(this::release));
    }

    private void watch(Connection connection) {
        connection.onDispose(() -> onLoop(this::leave));
    }

    private void refuseToken() {
        outbox.add(new ClientError.Unhandled(
                "AUTH_TOKEN_INVALID: the token is unknown or too old; load the application again for a new one"));
        sendAway(4401, "AUTH_TOKEN_INVALID");
    }

    /**
     * Reads until everything is written: when the client has been sent away, what it still sends is read and forgotten, or
     * its socket would forget our last words.
     */
    private Mono<Void> read() {
        return in.receiveFrames()
                .doOnTerminate(this::leave)
                .<Assembly.Whole>handle(this::assemble)
                .concatMap(this::decoded, 1)
                .concatMap(asked -> untilLeft(outbox.room().then(share.room())).thenReturn(asked), 1)
                .flatMap(asked -> untilLeft(share.counted(begin(asked))), config.requests(), 1)
                .takeUntilOther(written.asMono())
                .then();
    }

    private <T> Mono<T> untilLeft(Mono<T> work) {
        return work.takeUntilOther(left.asMono());
    }

    private void assemble(WebSocketFrame frame, SynchronousSink<Assembly.Whole> sink) {
        incoming.frame();
        if (leaving) {
            return;
        }
        try {
            Assembly.Whole message = assembly.add(frame);
            if (message != null) {
                sink.next(message);
            }
        } catch (SessionEndException failure) {
            sendAway(failure.closeCode(), brief(failure));
        }
    }

    private Mono<Asked> decoded(Assembly.Whole message) {
        Mono<ClientRequest> decoding = Mono.fromCallable(() -> decode(message));
        return (message.size() <= SMALL
                        ? decoding
                        : decoding.subscribeOn(workers).publishOn(loop))
                .map(request -> waiting(message, request))
                .switchIfEmpty(Mono.fromRunnable(() -> assembly.done(message.size())))
                .onErrorResume(ClientDecodingException.class, failure -> {
                    assembly.done(message.size());
                    outbox.add(failure.error());
                    return Mono.empty();
                })
                .onErrorResume(SessionEndException.class, failure -> {
                    sendAway(failure.closeCode(), brief(failure));
                    return Mono.empty();
                })
                .filter(asked -> goesOn(asked.request()));
    }

    /** A request, and what it counts until it is begun. */
    private record Asked(ClientRequest request, long size) {}

    private Asked waiting(Assembly.Whole message, ClientRequest request) {
        long size = Requests.sizeOf(request);
        assembly.became(message.size(), size);
        return new Asked(request, size);
    }

    /** Null as long as chunks are missing. */
    private @Nullable ClientRequest decode(Assembly.Whole message) {
        try {
            return messages.readRequest(message.joined()).orElse(null);
        } finally {
            unfinished.resize(messages.held());
        }
    }

    /** Whether the session goes on after this request: a client that leaves waits for nothing. */
    private boolean goesOn(ClientRequest request) {
        if (request instanceof ClientRequest.Close) {
            outbox.add(ClientError.Plain.DISCONNECT);
            leave();
        } else if (request instanceof ClientRequest.Disconnect) {
            leave();
        }
        return !leaving;
    }

    private Mono<Void> begin(Asked asked) {
        assembly.done(asked.size());
        // Who has left is told nothing, so only what outlives its client is still worth the while.
        return leaving && !Requests.outlivesItsClient(asked.request()) ? Mono.empty() : serve(asked.request());
    }

    private Mono<Void> serve(ClientRequest request) {
        Lanes.Place place = lanes.enter(request);
        return requests.reply(request)
                .publishOn(loop)
                .doOnNext(reply -> place.answer(reply.words(), reply.after()))
                .switchIfEmpty(Mono.fromRunnable(place::leave))
                .doOnError(failure -> {
                    log.warn("client={} a request failed", number, failure);
                    place.answer(new ClientError.Unhandled("the node failed; its log says more"), () -> {});
                })
                .onErrorComplete()
                .then();
    }

    private void leave() {
        sendAway(0, "");
    }

    /** Ends what only this client wanted, and the session when the client has read what is left. */
    private void sendAway(int code, String reason) {
        leaving = true;
        subscriptions.close();
        outbox.end(code, reason);
        left.tryEmitEmpty();
    }

    private void written() {
        leave();
        written.tryEmitEmpty();
    }

    private void release() {
        subscriptions.close();
        incoming.close();
        assembly.close();
        unfinished.close();
        outbox.clear();
        ended.tryEmitEmpty();
    }

    /** Takes leave of the client: for when the door closes. Completes when nothing of the session is left. Any thread. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            onLoop(() -> sendAway(1001, "the node is stopping"));
            return ended.asMono();
        });
    }

    /** Looks after the connection, about once a second. Any thread. */
    void tick() {
        onLoop(writer::tick);
    }

    long number() {
        return number;
    }

    /** What the client is subscribed to. On any thread, so it may be a moment old. */
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
        } catch (RejectedExecutionException over) {
            log.trace("client={} the event loop has ended before its session", number);
        }
    }

    private static String brief(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        return text.length() <= 100 ? text : text.substring(0, 100);
    }
}
