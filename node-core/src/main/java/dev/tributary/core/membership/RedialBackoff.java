package dev.tributary.core.membership;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential backoff with jitter between two dials of a gateway. The jitter keeps nodes from redialling all at once.
 *
 * @param initialPause pause after a link was lost, more than zero
 * @param maxPause maximum pause, at least {@code first}
 */
public record RedialBackoff(Duration initialPause, Duration maxPause) {

    /** Maximum pause while isolated: with the retries of a dial, the node is back within 15 s, as other nodes are. */
    private static final Duration MAX_PAUSE_ISOLATED = Duration.ofSeconds(5);

    public RedialBackoff {
        if (initialPause.isNegative() || initialPause.isZero() || maxPause.compareTo(initialPause) < 0) {
            throw new IllegalArgumentException(
                    "redial pauses must be positive and in ascending order, not " + initialPause + " and " + maxPause);
        }
    }

    /** First pause 0.5 s: short for a user, rare for the network. Maximum 30 s: delay until a restart is noticed. */
    public static RedialBackoff defaults() {
        return new RedialBackoff(Duration.ofMillis(500), Duration.ofSeconds(30));
    }

    /** The pause after this many consecutive failures: random, from half of the doubled pause to all of it. */
    Duration pause(int failures, RandomGenerator random) {
        return pause(failures, maxPause, random);
    }

    /** As {@link #pause}, for an isolated node that dials an unreachable address: with a shorter maximum. */
    Duration pauseWhileIsolated(int failures, RandomGenerator random) {
        return pause(failures, maxPause.compareTo(MAX_PAUSE_ISOLATED) < 0 ? maxPause : MAX_PAUSE_ISOLATED, random);
    }

    private Duration pause(int failures, Duration upperBound, RandomGenerator random) {
        int doublings = Math.min(failures, Long.SIZE - 2);
        // Shifting the maximum right cannot overflow, shifting the first pause left can.
        boolean isLimited = upperBound.toNanos() >> doublings < initialPause.toNanos();
        long max = isLimited ? upperBound.toNanos() : initialPause.toNanos() << doublings;
        return Duration.ofNanos(max / 2 + random.nextLong(max / 2 + 1));
    }
}
