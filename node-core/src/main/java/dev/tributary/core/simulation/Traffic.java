package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.value.TransactionId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Counts what is sent, and digests everything that happens on the network into one fingerprint. */
final class Traffic {

    private static final TransactionId NONE = new TransactionId(0, 0);

    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            Class<?> family = type.getEnclosingClass();
            return family == null ? type.getSimpleName() : family.getSimpleName() + "." + type.getSimpleName();
        }
    };

    private final Map<String, Count> sent = new TreeMap<>();
    private final MessageDigest digest = sha256();
    private final ByteBuffer event = ByteBuffer.allocate(64);
    private long events;

    void sent(PeerMessage message, int bytes) {
        sent.computeIfAbsent(nameOf(message), unused -> new Count()).add(bytes);
    }

    /** A message has arrived. */
    void arrived(long time, int from, int to, PeerMessage message) {
        happened(time, from, to, nameOf(message), message.tx());
    }

    /** Something else has happened between two nodes, or to one. */
    void happened(long time, int from, int to, String what) {
        happened(time, from, to, what, NONE);
    }

    /** How many messages of each kind were sent so far, and their bytes, by the kind's name. */
    Map<String, MessageCount> counts() {
        Map<String, MessageCount> counts = new TreeMap<>();
        sent.forEach((kind, count) -> counts.put(kind, new MessageCount(count.messages, count.bytes)));
        return counts;
    }

    long events() {
        return events;
    }

    /** SHA-256 of all that has happened so far, in hexadecimal digits. */
    String fingerprint() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void happened(long time, int from, int to, String what, TransactionId tx) {
        events++;
        // A string's hash is the same in every JVM.
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
