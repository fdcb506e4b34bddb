package dev.tributary.core.membership;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * Limits and intervals of joining, searching and dialling.
 *
 * @param maxTransientLinks maximum number of transient links: links of joining peers that search for neighbours through
 *     this node; 0 to 65536
 * @param transientLinkTimeout maximum lifetime of a transient link
 * @param arrivalsPerSecond average rate limit of inbound links, 1 to 65536; the burst is the amount of three seconds
 * @param reservationTimeout timeout of a neighbour slot that is reserved for an offered peer
 * @param searchPause pause between two search rounds while there are too few neighbours
 * @param maintenancePause pause between two maintenance rounds while there are enough neighbours, or no new peer can be
 *     found; at least {@code searchPause}
 * @param redialBackoff backoff between dials of a bootstrap peer
 */
public record MembershipConfig(
        int maxTransientLinks,
        Duration transientLinkTimeout,
        int arrivalsPerSecond,
        Duration reservationTimeout,
        Duration searchPause,
        Duration maintenancePause,
        RedialBackoff redialBackoff) {

    /**
     * The pauses are the network's numbers. A join takes a second or two, so 30 s suffice for a transient link and 20 s
     * for a reserved slot. At 20 arrivals per second, a restarting gateway spends less than a tenth of its time on
     * joins.
     */
    public static final MembershipConfig DEFAULT = new MembershipConfig(
            256,
            Duration.ofSeconds(30),
            20,
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            RedialBackoff.DEFAULT);

    public MembershipConfig {
        Bounds.within("maxTransientLinks", maxTransientLinks, 0, 1 << 16);
        Bounds.within("arrivalsPerSecond", arrivalsPerSecond, 1, 1 << 16);
        Bounds.positive("transientLinkTimeout", transientLinkTimeout);
        Bounds.positive("reservationTimeout", reservationTimeout);
        Bounds.positive("searchPause", searchPause);
        if (maintenancePause.compareTo(searchPause) < 0) {
            throw new IllegalArgumentException(
                    "maintenancePause must be at least searchPause, " + searchPause + ", not " + maintenancePause);
        }
    }

    /** Returns a copy with another maximum number of transient links. */
    public MembershipConfig withMaxTransientLinks(int limit) {
        return new MembershipConfig(
                limit,
                transientLinkTimeout,
                arrivalsPerSecond,
                reservationTimeout,
                searchPause,
                maintenancePause,
                redialBackoff);
    }

    /** Returns a copy with other pauses. */
    public MembershipConfig withPauses(Duration search, Duration maintenance) {
        return new MembershipConfig(
                maxTransientLinks,
                transientLinkTimeout,
                arrivalsPerSecond,
                reservationTimeout,
                search,
                maintenance,
                redialBackoff);
    }

    /** Returns a copy with another backoff between dials of a bootstrap peer. */
    public MembershipConfig withRedialBackoff(RedialBackoff redial) {
        return new MembershipConfig(
                maxTransientLinks,
                transientLinkTimeout,
                arrivalsPerSecond,
                reservationTimeout,
                searchPause,
                maintenancePause,
                redial);
    }
}
