package dev.tributary.core.request;

import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests in a row that each link's peer left unanswered. A peer that answers nothing may hang, although its
 * system keeps the connection alive: what must last is not left to it. Safe to use from any thread.
 */
final class UnansweredRequests {

    /** Minimum number of requests in a row without an answer, after which the peer counts as silent. */
    private static final int SILENT_FROM = 3;

    /** Minimum time between the first and the last of them: a peer that stalls for a moment misses many at once. */
    private static final Duration MIN_SPAN = Duration.ofSeconds(10);

    private final TimeSource time;
    private final Map<PeerLink, Run> runs = new ConcurrentHashMap<>();
    private volatile Runnable listener = () -> {};

    UnansweredRequests(TimeSource time) {
        this.time = time;
    }

    /** Sets the listener, called on any thread when a peer becomes silent or answers again; it must not block. */
    void onChange(Runnable changed) {
        listener = changed;
    }

    void onReply(PeerLink link) {
        Run ended = runs.remove(link);
        if (ended != null && ended.isSilent()) {
            listener.run();
        }
    }

    void onTimeout(PeerLink link) {
        long now = time.nanos();
        Run before = runs.get(link);
        Run after = runs.merge(link, new Run(1, now, now), (known, one) -> new Run(known.count + 1, known.first, now));
        if (after.isSilent() && !(before != null && before.isSilent())) {
            listener.run();
        }
    }

    void onLinkClosed(PeerLink link) {
        runs.remove(link);
    }

    /** Whether the peer answers nothing. */
    boolean isSilent(PeerLink link) {
        Run run = runs.get(link);
        return run != null && run.isSilent();
    }

    /** Time since the first of the unanswered requests failed; zero if the last one was answered. */
    Duration silence(PeerLink link) {
        @Nullable Run run = runs.get(link);
        return run == null ? Duration.ZERO : Duration.ofNanos(time.nanos() - run.first);
    }

    /**
     * Requests in a row without an answer.
     *
     * @param first when the first of them failed, in nanoseconds
     * @param last when the last of them failed, in nanoseconds
     */
    private record Run(int count, long first, long last) {

        boolean isSilent() {
            return count >= SILENT_FROM && last - first >= MIN_SPAN.toNanos();
        }
    }
}
