package dev.tributary.core.membership;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Outcomes of the dials to one gateway. Used by one subscription at a time. */
final class DialHistory {

    private int failures;
    private boolean unreachable;
    private @Nullable PeerId lastPeer;

    /** The peer of the last link to the gateway; empty if there was none. */
    Optional<PeerId> lastPeer() {
        return Optional.ofNullable(lastPeer);
    }

    void onLinked(PeerId peer) {
        lastPeer = peer;
    }

    /** Records that another link to the same peer ended. */
    void clearFailures() {
        failures = 0;
    }

    void onDialFailed(CloseReason reason) {
        failures++;
        unreachable = reason.kind() == CloseReason.Kind.LOST || reason.kind() == CloseReason.Kind.HANDSHAKE_TIMEOUT;
    }

    /** A link that closes sooner than the longest pause counts as a failed dial. */
    void onLinkClosed(long nanos, RedialBackoff redialBackoff) {
        failures = nanos > redialBackoff.maxPause().toNanos() ? 0 : failures + 1;
        unreachable = false;
    }

    /** A node that has just become isolated retries every gateway without backoff from earlier failures. */
    void onDemandSignal(NeighbourDemand signal) {
        failures = signal == NeighbourDemand.ISOLATED ? 0 : failures;
    }

    Duration pause(NeighbourDemand demand, RedialBackoff redialBackoff, RandomGenerator random) {
        return switch (demand) {
            case SATISFIED -> redialBackoff.pause(Integer.MAX_VALUE, random);
            case TOO_FEW -> redialBackoff.pause(failures, random);
            // A gateway that answers but has no free slot gets the longer pauses: many nodes dial it.
            case ISOLATED ->
                unreachable
                        ? redialBackoff.pauseWhileIsolated(failures, random)
                        : redialBackoff.pause(failures, random);
        };
    }
}
