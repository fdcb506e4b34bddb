package dev.tributary.core.loop;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before dialling again: doubling after every failure, spread so that a crowd does not come back as one.
 *
 * @param first the pause after a link was lost, more than zero
 * @param longest the pause that is never exceeded, at least {@code first}
 */
public record Redial(Duration first, Duration longest) {

    /** Half a second is soon for a person and rare for a network; half a minute is how long a restart may go unseen. */
    public static final Redial DEFAULT = new Redial(Duration.ofMillis(500), Duration.ofSeconds(30));

    /** With a dial's own repetitions it brings a node that was cut off back within 15 s: the network's number. */
    private static final Duration LONGEST_ALONE = Duration.ofSeconds(5);

    public Redial {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "redial pauses must be positive and ascending, not " + first + " and " + longest);
        }
    }

    /** The pause after this many failures in a row: between half and all of the doubled time. */
    Duration pause(int failures, RandomGenerator random) {
        return pause(failures, longest, random);
    }

    /** The same for a node that has nobody and dials an address where nobody answers: that is not long. */
    Duration pauseAlone(int failures, RandomGenerator random) {
        return pause(failures, longest.compareTo(LONGEST_ALONE) < 0 ? longest : LONGEST_ALONE, random);
    }

    private Duration pause(int failures, Duration limit, RandomGenerator random) {
        int doublings = Math.min(failures, Long.SIZE - 2);
        // Shifting the limit down cannot overflow, shifting the pause up can.
        boolean limited = limit.toNanos() >> doublings < first.toNanos();
        long whole = limited ? limit.toNanos() : first.toNanos() << doublings;
        return Duration.ofNanos(whole / 2 + random.nextLong(whole / 2 + 1));
    }
}
