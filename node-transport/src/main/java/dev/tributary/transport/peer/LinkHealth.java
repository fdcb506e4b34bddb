package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.transport.wire.FrameWriter;
import io.netty.buffer.ByteBuf;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Watches one link and closes it when its peer is idle, takes no messages, or transfers them too slowly; sends
 * keep-alives to the peer. Everything except {@link #onSendRefused()} runs on the link's event loop.
 */
final class LinkHealth {

    private final TransportContext local;
    private final PeerChannel channel;
    private final BooleanSupplier isReading;
    private final Consumer<CloseReason> onFailure;
    private final KeepAlive keepAlive;
    private final RateWatch rates;
    private final SlowPeerDetector slowPeer;
    private boolean stopped;

    /**
     * Creates a watch that is not started.
     *
     * @param isReading whether the link is read: a peer that waits for this node is neither idle nor slow
     * @param onFailure called with the reason to close the link
     */
    LinkHealth(
            TransportContext local,
            PeerChannel channel,
            SendQueue outbox,
            BooleanSupplier isReading,
            Consumer<CloseReason> onFailure) {
        this.local = local;
        this.channel = channel;
        this.isReading = isReading;
        this.onFailure = onFailure;
        PeerTransportConfig config = local.config();
        this.keepAlive =
                new KeepAlive(config.timeouts().keepAlive(), config.timeouts().idle());
        this.rates = new RateWatch(channel.reader(), isReading, outbox::hasBacklog, this::closeSlow);
        this.slowPeer = new SlowPeerDetector(
                config.sending().slowPeerTimeout(),
                local.threads().timer(),
                channel::run,
                outbox::bytesWritten,
                outbox::isHalfFull,
                this::onSlowPeer);
    }

    void start() {
        keepAlive.start(local.threads().timer(), () -> channel.run(this::checkKeepAlive));
        rates.start(local.threads().timer(), channel::run);
    }

    /** Stops the watch permanently. */
    void stop() {
        stopped = true;
        keepAlive.stop();
        slowPeer.stop();
        rates.stop();
    }

    /** Message bytes were written to the socket. */
    void onSent(int bytes) {
        keepAlive.onSent();
        rates.onSent(bytes);
    }

    /** Bytes were read from the socket. */
    void onBytesRead() {
        keepAlive.onReceived();
    }

    /** Bytes of a large message were read. */
    void onChunkRead(int bytes) {
        rates.onReceived(bytes);
    }

    /** A message was refused, because the send queue is full. Any thread. */
    void onSendRefused() {
        slowPeer.onSendRefused();
    }

    private void onSlowPeer() {
        closeSlow("the send queue is full and made no progress for "
                + local.config().sending().slowPeerTimeout().toMillis() + " ms");
    }

    private void closeSlow(String detail) {
        onFailure.accept(new CloseReason(CloseReason.Kind.SLOW_PEER, detail));
    }

    private void checkKeepAlive() {
        if (stopped) {
            return;
        }
        switch (keepAlive.check(isReading.getAsBoolean())) {
            case SEND_KEEP_ALIVE -> sendKeepAlive();
            case CLOSE_IDLE ->
                onFailure.accept(new CloseReason(
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
}
