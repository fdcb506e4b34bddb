package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.TransactionId;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The incomplete large messages of one link. Used on the link's event loop only, unless stated otherwise. */
@SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes the counter
final class LargeMessageAssembler {

    /** Maximum time without a byte of an incomplete message, in seconds. */
    private static final int MAX_SILENT_SECONDS = 30;

    /** Time that every message has, in seconds; the time for its bytes comes on top. */
    private static final int BASE_SECONDS = 60;

    private final LargeMessageGate gate;
    private final Map<Integer, LargeMessage> incomplete = new HashMap<>();

    /** Sizes of the incomplete messages whose transaction is known; read on any thread. */
    private final Map<TransactionId, Integer> arriving = new ConcurrentHashMap<>();

    private long announcedBytes;
    private volatile long receivedBytes;

    LargeMessageAssembler(LargeMessageGate gate) {
        this.gate = gate;
    }

    /** Handles an announcement: stream number and size. Returns false if there is no memory for it now. */
    boolean announce(ByteBuf body) {
        if (body.readableBytes() != 8) {
            throw new ProtocolException("an announcement must have 8 bytes, not " + body.readableBytes());
        }
        int stream = body.readInt();
        int size = checkedSize(body.readUnsignedInt());
        if (incomplete.containsKey(stream)) {
            throw new ProtocolException("stream " + stream + " is announced twice");
        }
        LargeMessageGate.Verdict verdict = gate.admit(size, incomplete.isEmpty());
        if (verdict == LargeMessageGate.Verdict.WAIT) {
            return false;
        }
        incomplete.put(stream, new LargeMessage(size, verdict == LargeMessageGate.Verdict.KEEP));
        announcedBytes += size;
        return true;
    }

    private int checkedSize(long size) {
        if (incomplete.size() == WireLimits.MAX_LARGE_MESSAGES) {
            throw new ProtocolException("at most " + WireLimits.MAX_LARGE_MESSAGES + " large messages at once");
        }
        if (size == 0 || announcedBytes + size > WireLimits.MAX_LARGE_BYTES) {
            throw new ProtocolException("a large message of " + size + " bytes beside " + announcedBytes
                    + " bytes in transfer; at most " + WireLimits.MAX_LARGE_BYTES + " are allowed");
        }
        return WireLimits.requireAtMost("a large message", size, WireLimits.LARGE_MESSAGE);
    }

    /** Handles a chunk. Returns the message that it completes, which the caller owns then, or null. */
    @Nullable
    LargeMessage add(ByteBuf body) {
        if (body.readableBytes() < 4) {
            throw new ProtocolException("a chunk without its stream number");
        }
        int stream = body.readInt();
        LargeMessage message = incomplete.get(stream);
        if (message == null) {
            throw new ProtocolException("a chunk for stream " + stream + ", which is not open");
        }
        receivedBytes += body.readableBytes();
        message.add(body);
        if (!message.complete()) {
            message.tx().ifPresent(tx -> arriving.put(tx, message.size()));
            return null;
        }
        message.tx().ifPresent(arriving::remove);
        incomplete.remove(stream);
        announcedBytes -= message.size();
        return message;
    }

    /** The incomplete message of this transaction, if some of its bytes have arrived. Any thread. */
    Optional<Transfer> arriving(TransactionId tx) {
        return Optional.ofNullable(arriving.get(tx)).map(size -> new Transfer(size, receivedBytes));
    }

    /** Whether a message is incomplete. */
    boolean isReceiving() {
        return !incomplete.isEmpty();
    }

    /**
     * Counts seconds in which the link was read. Returns what is wrong if a message is silent or takes longer than it
     * would at the least rate, together with the other messages of the link.
     */
    Optional<String> overdueAfter(int seconds, int leastBytesPerSecond) {
        long deadline = BASE_SECONDS + announcedBytes / leastBytesPerSecond;
        for (LargeMessage message : incomplete.values()) {
            if (message.isSilentAfter(seconds, MAX_SILENT_SECONDS)) {
                return Optional.of("no bytes of a large message for " + MAX_SILENT_SECONDS + " s");
            }
            if (message.seconds() > deadline) {
                return Optional.of(
                        "a large message of " + message.size() + " bytes takes longer than " + deadline + " s");
            }
        }
        return Optional.empty();
    }

    void release() {
        incomplete.values().forEach(LargeMessage::release);
        incomplete.clear();
        arriving.clear();
    }
}
