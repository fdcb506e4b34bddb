package dev.tributary.transport.peer;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.limit.TokenBucket;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import reactor.core.scheduler.Scheduler;

/**
 * Logs the end of each link and each failed handshake, on both sides with the same reason. Faults of a peer are logged
 * as warnings, at most one per minute for each host and kind, and for each kind of all hosts after a burst; further
 * ones, like regular ends, at debug level.
 */
final class RateLimitedLinkLog {

    private static final Logger log = LoggerFactory.getLogger(RateLimitedLinkLog.class);

    /** Rate limit of the warnings about one kind of fault of one host. */
    private static final TokenBucket.Rate WARNING_RATE = TokenBucket.Rate.of(1, Duration.ofMinutes(1));

    /** Rate limit of the warnings about one kind of fault of all hosts: a stranger may have many addresses. */
    private static final TokenBucket.Rate KIND_RATE = TokenBucket.Rate.of(20, Duration.ofMinutes(1));

    /** Maximum number of tracked hosts and kinds; beyond it the least recently logged are dropped. */
    private static final int MAX_ENTRIES = 1024;

    private final Scheduler timer;
    private final BoundedMap<String, TokenBucket> warnings = BoundedMap.leastRecentlyUsed(MAX_ENTRIES);

    private final Map<CloseReason.Kind, TokenBucket> kinds = new EnumMap<>(CloseReason.Kind.class);

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
            case IDLE, SLOW_PEER, PROTOCOL, VERSION, NETWORK, IDENTITY, HANDSHAKE_TIMEOUT ->
                isWarningDue(address.host(), reason.kind()) ? Level.WARN : Level.DEBUG;
        };
    }

    private synchronized boolean isWarningDue(String host, CloseReason.Kind kind) {
        long now = timer.now(TimeUnit.NANOSECONDS);
        return warnings.computeIfAbsent(host + kind, unused -> new TokenBucket(WARNING_RATE, now))
                        .tryAcquire(now)
                && kinds.computeIfAbsent(kind, unused -> new TokenBucket(KIND_RATE, now))
                        .tryAcquire(now);
    }
}
