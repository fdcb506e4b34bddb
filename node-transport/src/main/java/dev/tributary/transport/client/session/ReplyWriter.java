package dev.tributary.transport.client.session;

import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.limit.Permits;
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
 * Writes the entries of an outbox, one frame at a time: each is encoded after the previous one has been written to the
 * socket. Confined to the session's event loop.
 */
final class ReplyWriter {

    private static final Logger log = LoggerFactory.getLogger(ReplyWriter.class);

    /** Maximum message size for encoding on the event loop, in bytes: cheaper than a switch to another thread. */
    private static final int MAX_EVENT_LOOP_BYTES = 32 << 10;

    /** Timeout of the client's closing handshake. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final ReplyQueue outbox;
    private final Permits notificationBudget;
    private final ChunkedMessages messages;
    private final Channel channel;
    private final WebsocketOutbound out;
    private final SessionConfig.KeepAlive keepAlive;
    private final TimeSource time;
    private final Scheduler loop;
    private final Scheduler timer;
    private final Scheduler workers;
    private final ClientSigns signs = new ClientSigns();
    private boolean sending;
    private long sendingSince;
    private long lastPing;

    ReplyWriter(
            ReplyQueue outbox,
            Permits notificationBudget,
            ChunkedMessages messages,
            Channel channel,
            WebsocketOutbound out,
            SessionConfig.KeepAlive keepAlive,
            TimeSource time,
            SessionSchedulers schedulers) {
        this.outbox = outbox;
        this.notificationBudget = notificationBudget;
        this.messages = messages;
        this.channel = channel;
        this.out = out;
        this.keepAlive = keepAlive;
        this.time = time;
        this.loop = schedulers.loop();
        this.timer = schedulers.timer();
        this.workers = schedulers.workers();
        this.lastPing = time.nanos();
    }

    /** Completes when the close frame is written; errors if the connection is lost before. */
    Mono<Void> run() {
        return outbox.entries().concatMap(this::write, 0).then();
    }

    private Mono<Void> write(QueueEntry entry) {
        return switch (entry.kind()) {
            case REPLY -> writeWithinBudget((QueueEntry.OutgoingReply) entry);
            case CLOSE -> end((QueueEntry.CloseFrame) entry);
        };
    }

    private Mono<Void> writeWithinBudget(QueueEntry.OutgoingReply words) {
        // Size 0 is a notification: sessions share its state, but each has its own encoded copy.
        return words.size() > 0 || words.encodedSize() <= BudgetReservation.freeBytes(notificationBudget)
                ? write(words)
                : BudgetQueue.within(notificationBudget, words.encodedSize(), write(words), loop);
    }

    private Mono<Void> write(QueueEntry.OutgoingReply words) {
        Mono<List<byte[]>> encoding = Mono.fromCallable(() -> encode(words.reply()));
        return (words.encodedSize() <= MAX_EVENT_LOOP_BYTES
                        ? encoding
                        : encoding.subscribeOn(workers).publishOn(loop))
                .flatMapMany(Flux::fromIterable)
                .concatMap(this::send, 0)
                .then(Mono.fromRunnable(() -> outbox.onWritten(words)));
    }

    private List<byte[]> encode(ClientReply reply) {
        try {
            return messages.writeReply(reply);
        } catch (PayloadTooLargeException | IllegalArgumentException unencodable) {
            return messages.writeReply(
                    new ClientError.OperationError("the answer cannot be encoded: " + unencodable.getMessage()));
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

    private Mono<Void> end(QueueEntry.CloseFrame end) {
        return Mono.defer(() -> {
            // The close frame of a client is answered as it arrives.
            if (signs.isLeaving()) {
                return awaitClose();
            }
            CloseWebSocketFrame frame =
                    end.code() == 0 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(end.code(), end.reason());
            return out.sendObject(frame).then().then(awaitClose());
        });
    }

    private Mono<Void> awaitClose() {
        return Mono.<Void>create(sink -> channel.closeFuture().addListener(closed -> sink.success()))
                .timeout(CLOSE_TIMEOUT, Mono.empty(), timer);
    }

    ClientSigns signs() {
        return signs;
    }

    /** Sends a ping when one is due, and closes the connection of a client that reads nothing, or that answers none. */
    void tick() {
        long now = time.nanos();
        if (sending && now - sendingSince > keepAlive.writeTimeout().toNanos()) {
            log.debug(
                    "write timeout, connection closed client={} timeoutMs={}",
                    channel.remoteAddress(),
                    keepAlive.writeTimeout().toMillis());
            channel.close();
        } else if (now - lastPing >= keepAlive.pingInterval().toNanos() && channel.isWritable()) {
            lastPing = now;
            if (signs.isGone()) {
                log.debug("pings without an answer, connection closed client={}", channel.remoteAddress());
                channel.close();
                return;
            }
            channel.writeAndFlush(new PingWebSocketFrame());
        }
    }
}
