package dev.tributary.transport.peer;

import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.TransactionId;
import dev.tributary.transport.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The large messages of a send queue, from when they are queued until the peer has taken their last byte. The queue has
 * at most one of each transaction and direction. Used on the link's event loop only, unless stated otherwise.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes the counter
final class OutgoingTransfers {

    private final Map<TransactionId, Outgoing> messages = new ConcurrentHashMap<>();

    /** Messages whose last byte is written, with the number of bytes written by then: they end in this order. */
    private final Queue<End> ends = new ArrayDeque<>();

    private long written;
    private long taken;

    /** Number of bytes written plus number of bytes taken: it grows while one of the two does. */
    private volatile long moved;

    /** A large message enters the queue. Any thread. */
    void onQueued(TransactionId tx, int size) {
        messages.put(tx, new Outgoing(size, State.WAITING));
    }

    /** The first byte is due; returns false if the message was withdrawn. */
    boolean begin(TransactionId tx, int size) {
        Outgoing begun = messages.compute(
                tx,
                (key, known) ->
                        known != null && known.state == State.WITHDRAWN ? null : new Outgoing(size, State.BEGUN));
        return begun != null;
    }

    void onWritten(int bytes) {
        written += bytes;
        moved += bytes;
    }

    /** The last byte of the message is written. */
    void onLastWritten(TransactionId tx) {
        ends.add(new End(tx, written));
        removeTaken();
    }

    /** The peer reports that it has taken further bytes. */
    void onTaken(long bytes) {
        taken += bytes;
        moved += bytes;
        removeTaken();
    }

    /** The peer reports in steps: the rest of a message may be reported only with the next one. */
    private void removeTaken() {
        for (End end = ends.peek();
                end != null && end.at - taken < WireLimits.ACKNOWLEDGE_INTERVAL;
                end = ends.peek()) {
            ends.remove();
            messages.remove(end.tx);
        }
    }

    /** Marks the message as withdrawn; returns false if some of it is sent already. Any thread. */
    boolean withdraw(TransactionId tx) {
        Outgoing known = messages.computeIfPresent(
                tx,
                (key, message) ->
                        message.state == State.WAITING ? new Outgoing(message.size, State.WITHDRAWN) : message);
        return known != null && known.state == State.WITHDRAWN;
    }

    /** The message of this transaction that the peer has not taken completely. Any thread. */
    Optional<Transfer> find(TransactionId tx) {
        return Optional.ofNullable(messages.get(tx))
                .filter(message -> message.state != State.WITHDRAWN)
                .map(message -> new Transfer(message.size, moved));
    }

    void close() {
        messages.clear();
        ends.clear();
    }

    private enum State {
        WAITING,
        BEGUN,
        WITHDRAWN
    }

    private record Outgoing(int size, State state) {}

    private record End(TransactionId tx, long at) {}
}
