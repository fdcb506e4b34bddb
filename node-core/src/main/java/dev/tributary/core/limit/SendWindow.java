package dev.tributary.core.limit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many messages a receiver may be sent before it has acknowledged earlier ones. A receiver that acknowledges at once
 * opens the window, one that is slow leaves it as small as at first, and one that does not acknowledge is sent further
 * messages at a pace. An acknowledgement is asked for with each half of the window that is used. The caller passes the time, in
 * nanoseconds of a monotonic clock. Not thread-safe.
 *
 * @param <M> ids of messages
 */
public final class SendWindow<M> {

    /** Maximum number of messages that await an acknowledgement; of more, the oldest is not awaited any more. */
    private static final int MAX_AWAITED = 16;

    private final Rules rules;
    private final Deque<Awaited<M>> awaited = new ArrayDeque<>();
    private int size;
    private int used;
    private long sent;

    /** Time at which the pace last freed a place, or the first place was used. */
    private long freedAt;

    /** Number of places that the pace freed since the last acknowledgement, although one is awaited. */
    private int unanswered;

    /**
     * Whether the next message asks once more: after each place that the pace freed, and after 1, 2, 4, 8 ... of them if
     * the receiver does not acknowledge.
     */
    private boolean asksAgain;

    public SendWindow(Rules rules) {
        this.rules = rules;
        this.size = rules.smallest;
    }

    /**
     * Earliest time at which a message may be sent; not in the future if one may be sent now.
     *
     * @param acknowledges whether the receiver acknowledges: its silence means that it is slow
     */
    public long availableAt(long now, boolean acknowledges) {
        free(now, acknowledges);
        return used < size ? now : freedAt + pause(acknowledges);
    }

    /** Counts a message that is sent now. */
    public void countSent(long now) {
        if (used == 0) {
            freedAt = now;
        }
        used++;
        sent++;
    }

    /** Whether the message that was counted last should ask for an acknowledgement; it is awaited then. */
    public boolean asks(M message, long now) {
        if (rules.pace == 0 || !(asksAgain || isHalfUsed())) {
            return false;
        }
        asksAgain = false;
        if (awaited.size() == MAX_AWAITED) {
            awaited.removeFirst();
        }
        awaited.addLast(new Awaited<>(message, sent, now));
        return true;
    }

    private boolean isHalfUsed() {
        return 2 * used >= size && (awaited.isEmpty() || 2 * (sent - awaited.getLast().sent) >= size);
    }

    /** The receiver is done with this message and all earlier ones. Returns whether it was awaited. */
    public boolean acknowledge(M message, long now) {
        if (awaited.stream().noneMatch(each -> each.message.equals(message))) {
            return false;
        }
        Awaited<M> acknowledged = awaited.removeFirst();
        while (!acknowledged.message.equals(message)) {
            acknowledged = awaited.removeFirst();
        }
        used = (int) Math.min(used, sent - acknowledged.sent);
        boolean isQuick = now - acknowledged.at <= rules.pace;
        size = isQuick ? Math.min(rules.largest, 2 * size) : Math.max(rules.smallest, size / 2);
        freedAt = now;
        unanswered = 0;
        asksAgain = false;
        return true;
    }

    /** Whether no place is used. Such a window may be dropped: the next one starts small. */
    public boolean isIdle(long now, boolean acknowledges) {
        free(now, acknowledges);
        return used == 0;
    }

    private void free(long now, boolean acknowledges) {
        if (rules.pace == 0) {
            used = 0;
        }
        while (used > 0 && now - freedAt >= pause(acknowledges)) {
            freedAt += pause(acknowledges);
            used--;
            if (!awaited.isEmpty()) {
                unanswered++;
                asksAgain |= acknowledges || Integer.bitCount(unanswered) == 1;
            }
        }
    }

    /** The pause doubles while a receiver that acknowledges is silent. */
    private long pause(boolean acknowledges) {
        return acknowledges && !awaited.isEmpty()
                ? Math.min(rules.longestPause, rules.pace << Math.min(unanswered, 16))
                : rules.pace;
    }

    private record Awaited<M>(M message, long sent, long at) {}

    /** The sizes and pauses of any number of windows. Immutable. */
    public static final class Rules {

        private final int smallest;
        private final int largest;
        private final long pace;
        private final long longestPause;

        /**
         * The rules of windows.
         *
         * @param smallest number of messages before the first acknowledgement
         * @param largest number of messages for a receiver that acknowledges within the pace
         * @param pace interval between further messages without an acknowledgement; zero for no limit at all
         * @param longestPause longest interval for a receiver that acknowledges; the pace or more, 1 min at most
         */
        public Rules(int smallest, int largest, Duration pace, Duration longestPause) {
            this.smallest = smallest;
            this.largest = Math.max(smallest, largest);
            this.pace = pace.toNanos();
            this.longestPause = longestPause.toNanos();
        }
    }
}
