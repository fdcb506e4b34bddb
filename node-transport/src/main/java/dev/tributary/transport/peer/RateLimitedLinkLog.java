package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import reactor.core.scheduler.Scheduler;

/**
 * Logs the end of each link and each failed handshake, on both sides with the same reason. Faults of a peer are logged
 * as warnings, at most one per minute for each host and kind; further ones, like regular ends, at debug level.
 */
final class RateLimitedLinkLog {

    private static final Logger log = LoggerFactory.getLogger(RateLimitedLinkLog.class);
    private static final long WARN_INTERVAL_MILLIS = 60_000;
    private static final int MAX_ENTRIES = 1024;

    private final Scheduler timer;
    private final Map<String, Long> lastWarnings = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    RateLimitedLinkLog(Scheduler timer) {
        this.timer = timer;
    }

    /** Logs the end of a link. */
    void linkClosed(PeerId peer, PeerAddress address, String by, CloseReason reason) {
        log.atLevel(level(address, reason))
                .log("link closed peer={} address={} by={} reason={}", peer.brief(), address, by, reason);
    }

    /** Logs a failed handshake. */
    void handshakeFailed(@Nullable PeerId peer, PeerAddress address, String by, CloseReason reason) {
        log.atLevel(level(address, reason))
                .log(
                        "handshake failed peer={} address={} by={} reason={}",
                        peer == null ? "?" : peer.brief(),
                        address,
                        by,
                        reason);
    }

    private Level level(PeerAddress address, CloseReason reason) {
        return switch (reason.kind()) {
            case LOST, STOPPING, DUPLICATE, LIMIT_REACHED, SELF, NOT_NEEDED -> Level.DEBUG;
            case IDLE, SLOW_PEER, PROTOCOL, VERSION, IDENTITY, HANDSHAKE_TIMEOUT ->
                isWarningDue(address.host() + reason.kind()) ? Level.WARN : Level.DEBUG;
        };
    }

    private synchronized boolean isWarningDue(String key) {
        long now = timer.now(TimeUnit.MILLISECONDS);
        Long last = lastWarnings.get(key);
        if (last != null && now - last < WARN_INTERVAL_MILLIS) {
            return false;
        }
        lastWarnings.remove(key);
        lastWarnings.put(key, now);
        return true;
    }
}
