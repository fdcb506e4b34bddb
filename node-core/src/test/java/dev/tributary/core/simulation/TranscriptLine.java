package dev.tributary.core.simulation;

import dev.tributary.core.message.Connect;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A message, a dial or another event in a transcript. */
final class TranscriptLine {

    /** The heading of the columns. */
    static final String HEADING = String.format("%8s %8s  %-8s %-8s %s", "sent", "arrives", "from", "to", "what");

    private static final String DIAL = "dials";
    private static final String MESSAGE = "";

    /** The time of arrival before the arrival. */
    private static final long PENDING = -1;

    private final long sent;
    private final String from;
    private final String to;
    private final String text;
    private final @Nullable Record content;
    private long arrived = PENDING;

    private TranscriptLine(long sent, String from, String to, String text, @Nullable Record content) {
        this.sent = sent;
        this.from = from;
        this.to = to;
        this.text = text;
        this.content = content;
    }

    static TranscriptLine ofMessage(long time, int from, int to, PeerMessage message) {
        return new TranscriptLine(time, node(from), node(to), MESSAGE, (Record) message);
    }

    static TranscriptLine ofDial(long time, int from, int to) {
        return new TranscriptLine(time, node(from), node(to), DIAL, null);
    }

    static TranscriptLine ofEvent(long time, int from, int to, String text) {
        return new TranscriptLine(time, node(from), node(to), text, null);
    }

    /** A line about a client, with its result or without, or about the network. */
    static TranscriptLine ofNote(Duration time, String actor, String text, @Nullable Record result) {
        return new TranscriptLine(time.toNanos(), actor, "", text, result);
    }

    long sent() {
        return sent;
    }

    /** Whether this is the message, on its way; the same message may be on its way to other nodes as well. */
    @SuppressWarnings("ReferenceEquality")
    boolean isPending(int sender, int receiver, PeerMessage travelling) {
        return content == travelling && isPendingBetween(sender, receiver);
    }

    /** Whether this is a dial of the node that has not led to a link. */
    boolean isPendingDial(int sender, int receiver) {
        return isDial() && isPendingBetween(sender, receiver);
    }

    /** The transaction of a search for neighbours; empty for another line. */
    Optional<TransactionId> search() {
        return content instanceof Connect.Request request ? Optional.of(request.tx()) : Optional.empty();
    }

    /** Whether this is a message of one of these transactions. */
    boolean belongsTo(Set<TransactionId> transactions) {
        return content instanceof PeerMessage message && transactions.contains(message.tx());
    }

    boolean isFailedDial() {
        return isDial() && arrived == PENDING;
    }

    /** Both nodes of the line. */
    String pair() {
        return from + " to " + to;
    }

    void arrive(long time) {
        arrived = time;
    }

    /** The line, with times relative to this one. */
    String write(long begin, MessageText messages) {
        boolean isTransmission = text.equals(MESSAGE) || isDial();
        String arrival = !isTransmission ? "" : arrived == PENDING ? "never" : seconds(arrived - begin);
        String what = content == null ? text : text + messages.of(content);
        return String.format("%8s %8s  %-8s %-8s %s", seconds(sent - begin), arrival, from, to, what);
    }

    private boolean isDial() {
        return text.equals(DIAL);
    }

    private boolean isPendingBetween(int sender, int receiver) {
        return arrived == PENDING && from.equals(node(sender)) && to.equals(node(receiver));
    }

    private static String node(int number) {
        return "node " + number;
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e9);
    }
}
