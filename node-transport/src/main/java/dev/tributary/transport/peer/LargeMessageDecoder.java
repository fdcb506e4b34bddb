package dev.tributary.transport.peer;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.LargeMessage;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Decodes the large messages of one link on the decoder scheduler, one at a time to preserve their order, and emits them
 * on the link's event loop. After one that was expensive to decode the link is not read for a while. Everything runs on
 * the link's event loop, except the decoding itself.
 */
final class LargeMessageDecoder {

    private final TransportContext.Threads threads;
    private final PeerChannel channel;
    private final ReceiveQueue inbox;
    private final IncomingMessages incoming;
    private final Refusals refusals;
    private final Runnable onInputChanged;
    private final Consumer<CloseReason> onFailure;
    private final Disposable.Swap pauseEnd = Disposables.swap();
    private boolean pausing;

    /**
     * Creates a decoder without messages.
     *
     * @param onInputChanged called when the link may be read again
     * @param onFailure called with the reason to close the link
     */
    LargeMessageDecoder(
            TransportContext.Threads threads,
            PeerChannel channel,
            ReceiveQueue inbox,
            IncomingMessages incoming,
            Refusals refusals,
            Runnable onInputChanged,
            Consumer<CloseReason> onFailure) {
        this.threads = threads;
        this.channel = channel;
        this.inbox = inbox;
        this.incoming = incoming;
        this.refusals = refusals;
        this.onInputChanged = onInputChanged;
        this.onFailure = onFailure;
    }

    /** Decodes the message after those that came before it. */
    void decode(LargeMessage large) {
        decodeNext(inbox.enqueueLarge(large));
    }

    /** Releases a message that arrived after the end of the link. */
    void discard(LargeMessage large) {
        large.release();
        incoming.onDropped(large.size());
    }

    /** Whether the peer waits, so that others get their share of the decoder. */
    boolean isPausing() {
        return pausing;
    }

    /** The link has ended: messages that are queued are still emitted, but nothing is refused any more. */
    void stop() {
        pauseEnd.dispose();
    }

    private void decodeNext(@Nullable LargeMessage large) {
        if (large == null) {
            return;
        }
        try {
            threads.decoder().schedule(() -> decodeAndEmit(large));
        } catch (RejectedExecutionException stopped) {
            large.release();
            onFailure.accept(new CloseReason(
                    CloseReason.Kind.STOPPING, "the node is stopping and does not decode messages any more"));
            emit(large, null);
        }
    }

    private void decodeAndEmit(LargeMessage large) {
        long start = threads.timer().now(TimeUnit.NANOSECONDS);
        Frame frame = decodeOrFail(large);
        long nanos = threads.timer().now(TimeUnit.NANOSECONDS) - start;
        channel.run(() -> {
            pause(DecodeCost.pauseAfter(large.size(), nanos));
            emit(large, frame);
        });
    }

    private @Nullable Frame decodeOrFail(LargeMessage large) {
        try {
            return large.decode();
        } catch (ProtocolException violation) {
            channel.run(() -> onFailure.accept(PeerChannel.protocolViolation(violation)));
            return null;
        }
    }

    private void pause(Duration pause) {
        if (isStopped() || pause.isZero()) {
            return;
        }
        pausing = true;
        pauseEnd.replace(
                threads.timer().schedule(() -> channel.run(this::endPause), pause.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void endPause() {
        pausing = false;
        onInputChanged.run();
    }

    private void emit(LargeMessage large, @Nullable Frame frame) {
        PeerMessage message = frame == null ? null : messageIn(frame);
        if (message == null) {
            incoming.onDropped(large.size());
        } else {
            incoming.onDecoded(message, large.size());
        }
        decodeNext(inbox.onDecoded(large, message));
        onInputChanged.run();
    }

    /** Returns the decoded message, or null if its kind is unknown; a request of an unknown kind is refused. */
    private @Nullable PeerMessage messageIn(Frame frame) {
        return switch (frame.kind()) {
            case MESSAGE -> ((Frame.Message) frame).message();
            case UNKNOWN -> {
                if (!isStopped()) {
                    refusals.onUnknown((Frame.Unknown) frame);
                }
                yield null;
            }
            case GREETING, CLOSE, KEEP_ALIVE, LARGE, DROPPED, CHUNK_READ, ACKNOWLEDGEMENT -> null;
        };
    }

    private boolean isStopped() {
        return pauseEnd.isDisposed();
    }
}
