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
 * One line for each link or handshake that ends, on both sides with the same reason. A peer's faults are warnings, but only
 * one a minute for each host and kind; the others, like ordinary ends, are for those who debug.
 */
final class LinkLog {

    private static final Logger log = LoggerFactory.getLogger(LinkLog.class);
    private static final long QUIET_MILLIS = 60_000;
    private static final int REMEMBERED = 1024;

    private final Scheduler timer;
    private final Map<String, Long> warned = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED;
        }
    };

    LinkLog(Scheduler timer) {
        this.timer = timer;
    }

    /** A link has ended. */
    void ended(PeerId peer, PeerAddress address, String by, CloseReason reason) {
        log.atLevel(level(address, reason))
                .log("peer={} address={} link closed by={} reason={}", peer.brief(), address, by, reason);
    }

    /** A handshake came to nothing. */
    void refused(@Nullable PeerId peer, PeerAddress address, String by, CloseReason reason) {
        log.atLevel(level(address, reason))
                .log(
                        "peer={} address={} no link, ended by={} reason={}",
                        peer == null ? "?" : peer.brief(),
                        address,
                        by,
                        reason);
    }

    private Level level(PeerAddress address, CloseReason reason) {
        return switch (reason.kind()) {
            case LOST, STOPPING, DUPLICATE, CROWDED, SELF, UNWANTED -> Level.DEBUG;
            case IDLE, SLOW_PEER, PROTOCOL, VERSION, IDENTITY, SILENT ->
                firstInAWhile(address.host() + reason.kind()) ? Level.WARN : Level.DEBUG;
        };
    }

    private synchronized boolean firstInAWhile(String fault) {
        long now = timer.now(TimeUnit.MILLISECONDS);
        Long last = warned.get(fault);
        if (last != null && now - last < QUIET_MILLIS) {
            return false;
        }
        warned.remove(fault);
        warned.put(fault, now);
        return true;
    }
}
