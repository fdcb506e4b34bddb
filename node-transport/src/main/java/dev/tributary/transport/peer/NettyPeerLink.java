package dev.tributary.transport.peer;

import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.Refused;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.IpAddress;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.FrameWriter;
import dev.tributary.transport.wire.LargeMessage;
import dev.tributary.transport.wire.LargeMessageGate;
import dev.tributary.transport.wire.WireCodec;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A link over one TLS connection. Messages are emitted on its event loop; large ones are decoded on another scheduler
 * first. Cancelling {@link #messages()} closes the link, because it cannot be subscribed to again.
 */
final class NettyPeerLink implements PeerLink, ConnectionState {

    /** Pause between two attempts to get memory for a large message. */
    private static final Duration MEMORY_PAUSE = Duration.ofMillis(50);

    /** Maximum time that a large message waits for memory. */
    private static final Duration MAX_MEMORY_WAIT = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(NettyPeerLink.class);

    private final TransportContext local;
    private final PeerChannel channel;
    private final PeerId peer;
    private final PeerAddress address;
    private final IpAddress remote;
    private final Direction direction;
    private final ReceiveQueue inbox;
    private final SendQueue outbox;
    private final IncomingMessages incoming;
    private final RateWatch rates;
    private final Disposable.Swap memoryCheck = Disposables.swap();
    private final Disposable.Swap decodePause = Disposables.swap();
    private final KeepAlive keepAlive;
    private final SlowPeerDetector slowWatch;
    private final AtomicReference<@Nullable CloseReason> closing = new AtomicReference<>();
    private final Sinks.One<CloseReason> closed = Sinks.one();
    private final Sinks.Empty<Void> gone = Sinks.empty();
    private boolean reading = true;
    private boolean ended;
    private boolean cooling;
    private long waitedMillis;

    NettyPeerLink(
            TransportContext local,
            PeerChannel channel,
            PeerId peer,
            PeerAddress address,
            IpAddress remote,
            Direction direction) {
        this.local = local;
        this.channel = channel;
        this.peer = peer;
        this.address = address;
        this.remote = remote;
        this.direction = direction;
        PeerTransportConfig config = local.config();
        this.keepAlive =
                new KeepAlive(config.timeouts().keepAlive(), config.timeouts().idle());
        this.inbox = new ReceiveQueue(() -> channel.run(this::updateReading), this::onUnsubscribed);
        this.outbox = new SendQueue(
                channel,
                peer,
                config.sending(),
                local.memory().answers().account(peer),
                local.memory().briefAnswers().account(peer),
                this::onSent);
        this.incoming = new IncomingMessages(local.memory().incoming().account(peer));
        this.rates = new RateWatch(channel.reader(), () -> reading, outbox::hasBacklog, this::closeSlow);
        this.slowWatch = new SlowPeerDetector(
                config.sending().slowPeerTimeout(),
                local.threads().timer(),
                channel::run,
                outbox::bytesWritten,
                outbox::isHalfFull,
                this::onSlowPeer);
    }

    /** Starts the link after the handshake. */
    void begin() {
        keepAlive.start(local.threads().timer(), () -> channel.run(this::checkKeepAlive));
        rates.start(local.threads().timer(), channel::run);
        updateReading();
    }

    private void closeSlow(String detail) {
        onFailure(new CloseReason(CloseReason.Kind.SLOW_PEER, detail));
    }

    private void onSent(int bytes) {
        keepAlive.onSent();
        rates.onSent(bytes);
    }

    @Override
    public PeerId peer() {
        return peer;
    }

    @Override
    public PeerAddress address() {
        return address;
    }

    @Override
    public Optional<IpAddress> remote() {
        return Optional.of(remote);
    }

    @Override
    public Direction direction() {
        return direction;
    }

    @Override
    public Mono<Void> send(PeerMessage message) {
        return Mono.fromRunnable(() -> put(message));
    }

    private void put(PeerMessage message) {
        CloseReason reason = closing.get();
        if (reason != null) {
            throw new LinkClosedException(peer, reason.toString());
        }
        try {
            outbox.enqueue(message, WireCodec.sizeOf(message));
        } catch (NodeBusyException full) {
            slowWatch.onSendRefused();
            throw full;
        }
    }

    private void onSlowPeer() {
        onFailure(new CloseReason(
                CloseReason.Kind.SLOW_PEER,
                "the send queue is full and made no progress for "
                        + local.config().sending().slowPeerTimeout().toMillis() + " ms"));
    }

    @Override
    public Flux<PeerMessage> messages() {
        return inbox.messages();
    }

    @Override
    public void countUntilTaken() {
        incoming.countUntilTaken();
    }

    @Override
    public void taken(PeerMessage message) {
        incoming.taken(message);
    }

    @Override
    public Mono<CloseReason> closed() {
        return closed.asMono();
    }

    @Override
    public void close(CloseReason reason) {
        if (closing.compareAndSet(null, reason)) {
            channel.run(() -> end(reason));
        }
    }

    /** Completes when the connection is closed and {@link #messages()} has completed. */
    Mono<Void> ended() {
        return gone.asMono().then(inbox.ended());
    }

    /**
     * Closes the link from this side: drains the send queue unless the link has failed, then sends the close message.
     */
    private void end(CloseReason reason) {
        if (ended) {
            return;
        }
        finish(reason, "local");
        if (isFailure(reason)) {
            outbox.close();
            channel.closeWithReason(reason);
        } else {
            channel.discardInput();
            channel.closeWithin(local.config().timeouts().close());
            outbox.drain(() -> channel.closeWithReason(reason));
        }
    }

    private static boolean isFailure(CloseReason reason) {
        return switch (reason.kind()) {
            case LOST, IDLE, SLOW_PEER, PROTOCOL, VERSION, IDENTITY, HANDSHAKE_TIMEOUT -> true;
            case STOPPING, DUPLICATE, LIMIT_REACHED, SELF, NOT_NEEDED -> false;
        };
    }

    private void endedByPeer(CloseReason reason) {
        if (!ended) {
            closing.compareAndSet(null, reason);
            finish(reason, "remote");
        }
        outbox.close();
        channel.close();
    }

    private void finish(CloseReason reason, String by) {
        ended = true;
        keepAlive.stop();
        slowWatch.stop();
        rates.stop();
        memoryCheck.dispose();
        decodePause.dispose();
        local.log().linkClosed(peer, address, by, reason);
        inbox.close();
        closed.tryEmitValue(reason).orThrow();
    }

    private void onUnsubscribed() {
        close(new CloseReason(CloseReason.Kind.NOT_NEEDED, "the subscriber of the link has cancelled"));
    }

    @Override
    public void onFrame(Frame frame) {
        if (frame instanceof Frame.Large complete) {
            incoming.onComplete(complete.message().size());
        }
        if (ended) {
            discard(frame);
            return;
        }
        switch (frame.kind()) {
            case MESSAGE -> inbox.deliver(((Frame.Message) frame).message());
            case LARGE -> decode(inbox.enqueueLarge(((Frame.Large) frame).message()));
            case DROPPED -> onDropped((Frame.Dropped) frame);
            case CHUNK_READ -> onChunkRead(((Frame.ChunkRead) frame).bytes());
            case ACKNOWLEDGEMENT -> chunksReceived(((Frame.Acknowledgement) frame).bytes());
            case UNKNOWN -> handleUnknown((Frame.Unknown) frame);
            case CLOSE -> endedByPeer(((Frame.Close) frame).reason());
            case GREETING, KEEP_ALIVE -> {}
        }
    }

    private void chunksReceived(long bytes) {
        if (!outbox.onAcknowledged(bytes)) {
            onFailure(new CloseReason(CloseReason.Kind.PROTOCOL, "the peer reported more chunk bytes than were sent"));
        }
    }

    private void onChunkRead(int bytes) {
        rates.onReceived(bytes);
        outbox.onChunkRead(bytes);
    }

    @Override
    public LargeMessageGate.Verdict admitLarge(int size, boolean mayWait) {
        LargeMessageGate.Verdict verdict = incoming.admit(size, mayWait);
        if (verdict == LargeMessageGate.Verdict.KEEP) {
            waitedMillis = 0;
        }
        return verdict;
    }

    /** There was no memory for the message: the side that waits for it gets a refusal. */
    private void onDropped(Frame.Dropped dropped) {
        boolean isTooLarge = incoming.exceedsShare(dropped.size());
        String detail = "no memory for a message of " + dropped.size() + " bytes; "
                + (isTooLarge
                        ? "this node takes at most " + incoming.share()
                        : "the share of the peer, " + incoming.share() + " bytes, or that of all peers is in use");
        Refused refusal =
                new Refused(dropped.tx(), isTooLarge ? RefusalCode.TOO_LARGE : RefusalCode.BUSY, detail, null);
        log.debug("message dropped tx={} peer={} size={}", dropped.tx(), peer.brief(), dropped.size());
        if (dropped.expectsReply()) {
            sendRefusal(refusal);
        } else if (dropped.isReply()) {
            inbox.deliver(refusal);
        }
    }

    private void discard(Frame frame) {
        if (frame instanceof Frame.Large received) {
            received.message().release();
            incoming.onDropped(received.message().size());
        }
    }

    private void handleUnknown(Frame.Unknown unknown) {
        if (!unknown.expectsReply()) {
            local.unknownReplies().increment();
            return;
        }
        sendRefusal(new Refused(
                unknown.tx(), RefusalCode.REQUEST_UNSUPPORTED, "unknown request kind " + unknown.number(), null));
    }

    private void sendRefusal(Refused refusal) {
        try {
            put(refusal);
        } catch (NodeBusyException | LinkClosedException notSent) {
            log.debug("refusal not sent tx={} peer={} reason={}", refusal.tx(), peer.brief(), notSent.getMessage());
        }
    }

    /** Decodes on the decoder scheduler, one large message at a time to preserve their order. */
    private void decode(@Nullable LargeMessage large) {
        if (large == null) {
            return;
        }
        try {
            local.threads().decoder().schedule(() -> {
                long start = local.threads().timer().now(TimeUnit.NANOSECONDS);
                Frame frame = decodeOrFail(large);
                long nanos = local.threads().timer().now(TimeUnit.NANOSECONDS) - start;
                channel.run(() -> {
                    pauseAfterDecoding(DecodeCost.pauseAfter(large.size(), nanos));
                    deliver(large, frame);
                });
            });
        } catch (RejectedExecutionException stopped) {
            large.release();
            onFailure(new CloseReason(
                    CloseReason.Kind.STOPPING, "the node is stopping and does not decode messages any more"));
            deliver(large, null);
        }
    }

    /** The peer waits after a message that was expensive to decode, so that others get their share of the decoder. */
    private void pauseAfterDecoding(Duration pause) {
        if (ended || pause.isZero()) {
            return;
        }
        cooling = true;
        decodePause.replace(local.threads()
                .timer()
                .schedule(() -> channel.run(this::endPause), pause.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void endPause() {
        cooling = false;
        updateReading();
    }

    private @Nullable Frame decodeOrFail(LargeMessage large) {
        try {
            return large.decode();
        } catch (ProtocolException violation) {
            channel.run(() -> onFailure(PeerChannel.protocolViolation(violation)));
            return null;
        }
    }

    private void deliver(LargeMessage large, @Nullable Frame frame) {
        PeerMessage message = frame == null ? null : messageIn(frame);
        if (message == null) {
            incoming.onDropped(large.size());
        } else {
            incoming.onDecoded(message, large.size());
        }
        decode(inbox.onDecoded(large, message));
        updateReading();
    }

    /** Returns the decoded message, or null if its kind is unknown; a request of an unknown kind is refused. */
    private @Nullable PeerMessage messageIn(Frame frame) {
        return switch (frame.kind()) {
            case MESSAGE -> ((Frame.Message) frame).message();
            case UNKNOWN -> {
                if (!ended) {
                    handleUnknown((Frame.Unknown) frame);
                }
                yield null;
            }
            case GREETING, CLOSE, KEEP_ALIVE, LARGE, DROPPED, CHUNK_READ, ACKNOWLEDGEMENT -> null;
        };
    }

    @Override
    public void onBytesRead() {
        keepAlive.onReceived();
        updateReading();
    }

    private void updateReading() {
        if (ended) {
            return;
        }
        boolean waitsForMemory = channel.reader().isWaiting();
        if (waitsForMemory && inbox.wantsInput()) {
            scheduleMemoryCheck();
        }
        boolean wantsInput = inbox.wantsInput() && !waitsForMemory && !cooling;
        if (wantsInput != reading) {
            reading = wantsInput;
            channel.setReading(wantsInput);
            outbox.setInputPaused(!wantsInput);
        }
    }

    private void scheduleMemoryCheck() {
        memoryCheck.update(local.threads()
                .timer()
                .schedule(() -> channel.run(this::checkMemory), MEMORY_PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Asks again for the memory of a large message; the link is not read until then. */
    private void checkMemory() {
        if (ended) {
            return;
        }
        waitedMillis += MEMORY_PAUSE.toMillis();
        if (waitedMillis > MAX_MEMORY_WAIT.toMillis()) {
            onFailure(new CloseReason(
                    CloseReason.Kind.LIMIT_REACHED,
                    "no memory for a large message within " + MAX_MEMORY_WAIT.toSeconds() + " s"));
        } else {
            channel.resumeReader();
        }
    }

    private void checkKeepAlive() {
        if (ended) {
            return;
        }
        switch (keepAlive.check(reading)) {
            case SEND_KEEP_ALIVE -> sendKeepAlive();
            case CLOSE_IDLE ->
                onFailure(new CloseReason(
                        CloseReason.Kind.IDLE,
                        "nothing received for "
                                + local.config().timeouts().idle().toMillis() + " ms"));
            case NONE -> {}
        }
    }

    private void sendKeepAlive() {
        // No keep-alive is needed if the socket is full: the peer will receive the queued bytes.
        if (channel.isWritable()) {
            ByteBuf frame = channel.channel().alloc().ioBuffer(FrameWriter.HEADER_SIZE);
            FrameWriter.keepAlive(frame);
            channel.write(frame);
            channel.flush();
        }
    }

    @Override
    public void onWritable() {
        outbox.scheduleWrite();
    }

    @Override
    public void onFailure(CloseReason reason) {
        close(reason);
    }

    @Override
    public void onClosed() {
        outbox.close();
        endedByPeer(new CloseReason(CloseReason.Kind.LOST, "the connection was closed without a close message"));
        local.links().remove(this);
        gone.tryEmitEmpty();
        incoming.close();
    }

    @Override
    public void onSecured(PeerId verified) {
        throw new IllegalStateException("the TLS handshake completed twice");
    }

    @Override
    public String toString() {
        return direction + " link to " + peer.brief() + " at " + address;
    }
}
