package dev.tributary.transport.client.session;

import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.codec.ChunkedMessages;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * Writes what waits in an outbox, one frame after the other: the next one is made when the socket has taken the one before.
 * Used on the session's event loop.
 */
final class Writer {

    private static final Logger log = LoggerFactory.getLogger(Writer.class);

    /** Encoding that takes longer than a hop to another thread does not happen on an event loop. */
    private static final int SMALL = 32 << 10;

    /** A notification of this size needs nobody's leave, as Lease has it for what comes in. */
    private static final long OWN = 1 << 20;

    /** How long after each other it is tried to have that leave. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** How long a client has to close its side. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Outbox outbox;
    private final Budget notices;
    private final ChunkedMessages messages;
    private final Channel channel;
    private final WebsocketOutbound out;
    private final SessionConfig config;
    private final TimeSource time;
    private final Scheduler loop;
    private final Scheduler timer;
    private final Scheduler workers;
    private boolean sending;
    private long sendingSince;
    private long pinged;

    Writer(
            Outbox outbox,
            Budget notices,
            ChunkedMessages messages,
            Channel channel,
            WebsocketOutbound out,
            SessionConfig config,
            TimeSource time,
            Scheduler loop,
            Scheduler timer,
            Scheduler workers) {
        this.outbox = outbox;
        this.notices = notices;
        this.messages = messages;
        this.channel = channel;
        this.out = out;
        this.config = config;
        this.time = time;
        this.loop = loop;
        this.timer = timer;
        this.workers = workers;
        this.pinged = time.nanos();
    }

    /** Completes when the end was written; errors if the connection broke before. */
    Mono<Void> run() {
        return outbox.entries().concatMap(this::write, 0).then();
    }

    private Mono<Void> write(Outbox.Entry entry) {
        if (entry instanceof Outbox.End end) {
            return end(end);
        }
        Outbox.Words words = (Outbox.Words) entry;
        // What counts nothing is a notification, whose state is everybody's; the message that is made of it is not.
        return words.size() > 0 || words.weight() <= OWN ? write(words) : alone(words.weight(), write(words));
    }

    /** Waits until there is room for so many bytes beside the notifications that others take their time to read. */
    private Mono<Void> alone(long bytes, Mono<Void> work) {
        return Mono.defer(() -> notices.takeOrBeAlone(bytes) ? Mono.just(bytes) : Mono.empty())
                .repeatWhenEmpty(tries -> tries.concatMap(each -> Mono.delay(PAUSE, loop), 1))
                .flatMap(taken -> work.doFinally(end -> notices.giveBack(taken)));
    }

    private Mono<Void> write(Outbox.Words words) {
        Mono<List<byte[]>> encoding = Mono.fromCallable(() -> encode(words.reply()));
        return (words.weight() <= SMALL
                        ? encoding
                        : encoding.subscribeOn(workers).publishOn(loop))
                .flatMapMany(Flux::fromIterable)
                .concatMap(this::send, 0)
                .then(Mono.fromRunnable(() -> outbox.written(words)));
    }

    private List<byte[]> encode(ClientReply reply) {
        try {
            return messages.writeReply(reply);
        } catch (PayloadTooLargeException | IllegalArgumentException unsayable) {
            return messages.writeReply(new ClientError.OperationError(
                    "the answer cannot be said in this encoding: " + unsayable.getMessage()));
        }
    }

    private Mono<Void> send(byte[] message) {
        return Mono.defer(() -> {
                    sending = true;
                    sendingSince = time.nanos();
                    return out.sendObject(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message)))
                            .then();
                })
                .doFinally(end -> sending = false);
    }

    private Mono<Void> end(Outbox.End end) {
        return Mono.defer(() -> {
            CloseWebSocketFrame frame =
                    end.code() == 0 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(end.code(), end.reason());
            return out.sendObject(frame).then().then(lingering());
        });
    }

    private Mono<Void> lingering() {
        return Mono.<Void>create(sink -> channel.closeFuture().addListener(closed -> sink.success()))
                .timeout(LINGER, Mono.empty(), timer);
    }

    /** Shows the client that the node is there, and gives it up if it takes nothing. */
    void tick() {
        long now = time.nanos();
        if (sending && now - sendingSince > config.stallLimit().toNanos()) {
            log.debug(
                    "client={} took nothing for {} ms, closed",
                    channel.remoteAddress(),
                    config.stallLimit().toMillis());
            channel.close();
        } else if (now - pinged >= config.ping().toNanos() && channel.isWritable()) {
            pinged = now;
            channel.writeAndFlush(new PingWebSocketFrame());
        }
    }
}
