package dev.tributary.transport.peer;

import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.IpAddress;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.LargeMessageGate;
import dev.tributary.transport.wire.WireCodec;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A link over one TLS connection. Messages are emitted on its event loop; large ones are decoded on another scheduler
 * first. Cancelling {@link #messages()} closes the link, because it cannot be subscribed to again.
 */
final class NettyPeerLink implements PeerLink, ConnectionState {

    private final TransportContext local;
    private final PeerChannel channel;
    private final PeerId peer;
    private final PeerAddress address;
    private final IpAddress remote;
    private final Direction direction;
    private final ReceiveQueue inbox;
    private final SendQueue outbox;
    private final IncomingMessages incoming;
    private final Refusals refusals;
    private final LargeMessageDecoder decoder;
    private final MemoryWait memoryWait;
    private final LinkHealth health;
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
        this.inbox = new ReceiveQueue(() -> channel.run(this::updateReading), this::onUnsubscribed);
        this.outbox = new SendQueue(
                channel,
                peer,
                local.config().sending(),
                local.memory().answers().account(peer),
                local.memory().briefAnswers().account(peer),
                this::onSent);
        this.incoming = new IncomingMessages(local.memory().incoming().account(peer));
        this.refusals = new Refusals(peer, incoming, inbox, this::put, local.unknownReplies());
        this.decoder = new LargeMessageDecoder(
                local.threads(), channel, inbox, incoming, refusals, this::updateReading, this::onFailure);
        this.memoryWait = new MemoryWait(local.threads().timer(), channel, this::onFailure);
        this.health = new LinkHealth(local, channel, outbox, () -> reading, this::onFailure);
    }

    /** Starts the link after the handshake. */
    void begin() {
        health.start();
        updateReading();
    }

    private void onSent(int bytes) {
        health.onSent(bytes);
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
            health.onSendRefused();
            throw full;
        }
    }

    @Override
    public Optional<Transfer> transfer(TransactionId tx) {
        return outbox.transfer(tx).or(() -> channel.reader().arriving(tx));
    }

    @Override
    public void withdraw(TransactionId tx) {
        outbox.withdraw(tx);
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
            case LOST, IDLE, SLOW_PEER, PROTOCOL, VERSION, NETWORK, IDENTITY, HANDSHAKE_TIMEOUT -> true;
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
        health.stop();
        memoryWait.stop();
        decoder.stop();
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
        if (!ended) {
            handle(frame);
        } else if (frame instanceof Frame.Large late) {
            decoder.discard(late.message());
        }
    }

    private void handle(Frame frame) {
        switch (frame.kind()) {
            case MESSAGE -> deliver(((Frame.Message) frame).message());
            case LARGE -> decoder.decode(((Frame.Large) frame).message());
            case DROPPED -> refusals.onDropped((Frame.Dropped) frame);
            case CHUNK_READ -> onChunkRead(((Frame.ChunkRead) frame).bytes());
            case ACKNOWLEDGEMENT -> chunksReceived(((Frame.Acknowledgement) frame).bytes());
            case UNKNOWN -> refusals.onUnknown((Frame.Unknown) frame);
            case CLOSE -> endedByPeer(((Frame.Close) frame).reason());
            case GREETING, KEEP_ALIVE -> {}
        }
    }

    private void deliver(PeerMessage message) {
        inbox.deliver(message);
        if (!inbox.wantsInput()) {
            channel.reader().pause();
        }
    }

    private void chunksReceived(long bytes) {
        if (!outbox.onAcknowledged(bytes)) {
            onFailure(new CloseReason(CloseReason.Kind.PROTOCOL, "the peer reported more chunk bytes than were sent"));
        }
    }

    private void onChunkRead(int bytes) {
        health.onChunkRead(bytes);
        outbox.onChunkRead(bytes);
    }

    @Override
    public LargeMessageGate.Verdict admitLarge(int size, boolean mayWait) {
        LargeMessageGate.Verdict verdict = incoming.admit(size, mayWait);
        if (verdict == LargeMessageGate.Verdict.KEEP) {
            memoryWait.onAdmitted();
        }
        return verdict;
    }

    @Override
    public void onBytesRead() {
        health.onBytesRead();
        updateReading();
    }

    private void updateReading() {
        if (ended) {
            return;
        }
        boolean waitsForMemory = channel.reader().isWaiting();
        if (waitsForMemory && inbox.wantsInput()) {
            memoryWait.scheduleCheck();
        }
        boolean wantsInput = inbox.wantsInput() && !waitsForMemory && !decoder.isPausing();
        if (wantsInput != reading) {
            reading = wantsInput;
            channel.setReading(wantsInput);
            outbox.setInputPaused(!wantsInput);
        }
        if (wantsInput && channel.reader().isPaused()) {
            channel.resumeReader();
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
