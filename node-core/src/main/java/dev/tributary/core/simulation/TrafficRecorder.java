package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.simulation.report.MessageCount;
import dev.tributary.core.value.TransactionId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Counts sent messages by kind, and hashes all network events into one fingerprint. */
final class TrafficRecorder {

    private static final TransactionId NONE = new TransactionId(0, 0);

    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            Class<?> enclosing = type.getEnclosingClass();
            return enclosing == null ? type.getSimpleName() : enclosing.getSimpleName() + "." + type.getSimpleName();
        }
    };

    private final Map<String, Count> sentByKind = new TreeMap<>();
    private final MessageDigest digest = sha256();
    private final ByteBuffer event = ByteBuffer.allocate(64);
    private long events;
    private TrafficListener listener = TrafficListener.NONE;

    /** Sets the listener, which observes everything from now on. */
    void setListener(TrafficListener observer) {
        listener = observer;
    }

    /** Records a sent message. */
    void recordSent(long time, int from, int to, PeerMessage message, int bytes) {
        listener.onSent(time, from, to, message);
        sentByKind.computeIfAbsent(nameOf(message), unused -> new Count()).add(bytes);
    }

    /** Records the arrival of a message. */
    void recordArrival(long time, int from, int to, PeerMessage message) {
        listener.onArrived(time, from, to, message);
        recordEvent(time, from, to, nameOf(message), message.tx());
    }

    /** Reports that one node closed a link. Not part of the fingerprint. */
    void recordClose(long time, int from, int to, CloseReason reason) {
        listener.onClosed(time, from, to, reason);
    }

    /** Records another event between two nodes, or at one node. */
    void recordEvent(long time, int from, int to, String what) {
        listener.onEvent(time, from, to, what);
        recordEvent(time, from, to, what, NONE);
    }

    /** The number and total bytes of the messages sent so far, by the name of their kind. */
    Map<String, MessageCount> counts() {
        Map<String, MessageCount> counts = new TreeMap<>();
        sentByKind.forEach((kind, count) -> counts.put(kind, new MessageCount(count.messages, count.bytes)));
        return counts;
    }

    long events() {
        return events;
    }

    /** SHA-256 of all events so far, as hexadecimal digits. */
    String fingerprint() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void recordEvent(long time, int from, int to, String what, TransactionId tx) {
        events++;
        // String.hashCode() is specified, so it is the same in every JVM.
        event.clear()
                .putLong(time)
                .putInt(from)
                .putInt(to)
                .putInt(what.hashCode())
                .putLong(tx.high())
                .putLong(tx.low())
                .flip();
        digest.update(event);
    }

    private static String nameOf(PeerMessage message) {
        return NAMES.get(message.getClass());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static final class Count {

        private long messages;
        private long bytes;

        void add(int size) {
            messages++;
            bytes += size;
        }
    }
}
