package dev.tributary.core.ring;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * Limits and intervals of a node's neighbourhood on the ring.
 *
 * @param minNeighbours number of neighbours below which the node searches for more and accepts most peers;
 *     1 to {@code maxNeighbours}
 * @param maxNeighbours number of neighbours beyond which only a nearer successor or predecessor is accepted; at most
 *     1000
 * @param maxPerPrefix maximum number of neighbours per address prefix, /24 of IPv4 or /48 of IPv6; loopback is exempt
 * @param maxTransientLinks maximum number of transient links: links of joining peers that search for neighbours through this node
 * @param transientLinkTimeout maximum lifetime of a transient link
 * @param arrivalsPerSecond average rate limit of inbound links; the burst is the amount of three seconds
 * @param reservationTimeout timeout of a neighbour slot that is reserved for an offered peer
 * @param searchPause pause between two search rounds while there are too few neighbours
 * @param maintenancePause pause between two maintenance rounds while there are enough neighbours, or no new peer can be
 *     found
 */
public record RingConfig(
        int minNeighbours,
        int maxNeighbours,
        int maxPerPrefix,
        int maxTransientLinks,
        Duration transientLinkTimeout,
        int arrivalsPerSecond,
        Duration reservationTimeout,
        Duration searchPause,
        Duration maintenancePause) {

    /**
     * 25 to 200 neighbours and the pauses are the network's numbers. Three neighbours per prefix admit a household, and
     * force an attacker to own address blocks to surround a node. A join takes a second or two, so 30 s suffice for a
     * transient link and 20 s for a reserved slot. At 20 arrivals per second, a restarting gateway spends less than a
     * tenth of its time on joins.
     */
    public static final RingConfig DEFAULT = new RingConfig(
            25,
            200,
            3,
            256,
            Duration.ofSeconds(30),
            20,
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60));

    public RingConfig {
        Bounds.within("maxNeighbours", maxNeighbours, 1, 1000);
        Bounds.within("minNeighbours", minNeighbours, 1, maxNeighbours);
        Bounds.within("maxPerPrefix", maxPerPrefix, 1, 1000);
        Bounds.within("maxTransientLinks", maxTransientLinks, 0, 1 << 16);
        Bounds.within("arrivalsPerSecond", arrivalsPerSecond, 1, 1 << 16);
        Bounds.positive("transientLinkTimeout", transientLinkTimeout);
        Bounds.positive("reservationTimeout", reservationTimeout);
        Bounds.positive("searchPause", searchPause);
        if (maintenancePause.compareTo(searchPause) < 0) {
            throw new IllegalArgumentException(
                    "upkeepPause must be at least searchPause, " + searchPause + ", not " + maintenancePause);
        }
    }

    /** Returns a copy with other bounds for the number of neighbours: fewer for small machines and small networks. */
    public RingConfig withNeighbours(int min, int max) {
        return new RingConfig(
                min,
                max,
                maxPerPrefix,
                maxTransientLinks,
                transientLinkTimeout,
                arrivalsPerSecond,
                reservationTimeout,
                searchPause,
                maintenancePause);
    }

    /** Returns a copy with another maximum per address prefix. */
    public RingConfig withMaxPerPrefix(int limit) {
        return new RingConfig(
                minNeighbours,
                maxNeighbours,
                limit,
                maxTransientLinks,
                transientLinkTimeout,
                arrivalsPerSecond,
                reservationTimeout,
                searchPause,
                maintenancePause);
    }

    /** Returns a copy with another maximum number of transient links. */
    public RingConfig withMaxTransientLinks(int limit) {
        return new RingConfig(
                minNeighbours,
                maxNeighbours,
                maxPerPrefix,
                limit,
                transientLinkTimeout,
                arrivalsPerSecond,
                reservationTimeout,
                searchPause,
                maintenancePause);
    }

    /** Returns a copy with other pauses. */
    public RingConfig withPauses(Duration search, Duration maintenance) {
        return new RingConfig(
                minNeighbours,
                maxNeighbours,
                maxPerPrefix,
                maxTransientLinks,
                transientLinkTimeout,
                arrivalsPerSecond,
                reservationTimeout,
                search,
                maintenance);
    }
}
