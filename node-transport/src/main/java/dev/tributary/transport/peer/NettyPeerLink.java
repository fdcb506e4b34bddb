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
import dev.tributary.transport.wire.WireCodec;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A link over one TLS connection. Messages are emitted on its event loop; large ones are decoded on another scheduler
 * first. Cancelling {@link #messages()} closes the link, because it cannot be subscribed to again.
 */
final class NettyPeerLink implements PeerLink, ConnectionState {

    private static final Logger log = LoggerFactory.getLogger(NettyPeerLink.class);

    private final TransportContext local;
    private final PeerChannel channel;
    private final PeerId peer;
    private final PeerAddress address;
    private final IpAddress remote;
    private final Direction direction;
    private final ReceiveQueue inbox;
    private final SendQueue outbox;
    private final KeepAlive keepAlive;
    private final SlowPeerDetector slowWatch;
    private final AtomicReference<@Nullable CloseReason> closing = new AtomicReference<>();
    private final Sinks.One<CloseReason> closed = Sinks.one();
    private final Sinks.Empty<Void> gone = Sinks.empty();
    private boolean reading = true;
    private boolean ended;

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
        this.outbox = new SendQueue(channel, peer, config.sending(), keepAlive::onSent);
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
        updateReading();
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
        local.log().linkClosed(peer, address, by, reason);
        inbox.close();
        closed.tryEmitValue(reason).orThrow();
    }

    private void onUnsubscribed() {
        close(new CloseReason(CloseReason.Kind.NOT_NEEDED, "the subscriber of the link has cancelled"));
    }

    @Override
    public void onFrame(Frame frame) {
        if (ended) {
            discard(frame);
            return;
        }
        switch (frame.kind()) {
            case MESSAGE -> inbox.deliver(((Frame.Message) frame).message());
            case LARGE -> decode(inbox.enqueueLarge(((Frame.Large) frame).message()));
            case CHUNK_READ -> outbox.onChunkRead(((Frame.ChunkRead) frame).bytes());
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

    private static void discard(Frame frame) {
        if (frame instanceof Frame.Large received) {
            received.message().release();
        }
    }

    private void handleUnknown(Frame.Unknown unknown) {
        if (!unknown.expectsReply()) {
            local.unknownReplies().increment();
            return;
        }
        Refused refusal = new Refused(
                unknown.tx(), RefusalCode.REQUEST_UNSUPPORTED, "unknown request kind " + unknown.number(), null);
        try {
            put(refusal);
        } catch (NodeBusyException | LinkClosedException notSent) {
            log.debug("refusal not sent tx={} peer={} reason={}", unknown.tx(), peer.brief(), notSent.getMessage());
        }
    }

    /** Decodes on the decoder scheduler, one large message at a time to preserve their order. */
    private void decode(@Nullable LargeMessage large) {
        if (large == null) {
            return;
        }
        try {
            local.threads().decoder().schedule(() -> {
                Frame frame = decodeOrFail(large);
                channel.run(() -> deliver(large, frame));
            });
        } catch (RejectedExecutionException stopped) {
            large.release();
            onFailure(new CloseReason(
                    CloseReason.Kind.STOPPING, "the node is stopping and does not decode messages any more"));
            deliver(large, null);
        }
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
        decode(inbox.onDecoded(large, frame == null ? null : messageIn(frame)));
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
            case GREETING, CLOSE, KEEP_ALIVE, LARGE, CHUNK_READ, ACKNOWLEDGEMENT -> null;
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
        boolean wantsInput = inbox.wantsInput();
        if (wantsInput != reading) {
            reading = wantsInput;
            channel.setReading(wantsInput);
            outbox.setInputPaused(!wantsInput);
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
