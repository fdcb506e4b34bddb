package dev.tributary.core.ring;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * How a node keeps its place among its neighbours.
 *
 * @param minNeighbours below so many the node looks for more, and takes whoever comes; 1 to {@code maxNeighbours}
 * @param maxNeighbours beyond so many only a nearer successor or predecessor becomes a neighbour; at most 1000
 * @param perPrefix how many neighbours may share an address prefix, /24 of IPv4 or /48 of IPv6; loopback is exempt
 * @param guests how many links may look for neighbours through this node without being neighbours
 * @param guestStay how long such a link may stay
 * @param arrivalsPerSecond how many inbound links are taken in a second, on average; as many as that takes in three
 *     seconds may come at once
 * @param reservation how long a place is kept for a peer that was offered one
 * @param searchPause the pause between two rounds of looking for neighbours, when there are too few
 * @param upkeepPause the pause between two rounds of upkeep, when there are enough, or when nobody new can be found
 */
public record RingConfig(
        int minNeighbours,
        int maxNeighbours,
        int perPrefix,
        int guests,
        Duration guestStay,
        int arrivalsPerSecond,
        Duration reservation,
        Duration searchPause,
        Duration upkeepPause) {

    /**
     * 25 to 200 neighbours and the pauses are the network's numbers. Three neighbours a prefix let a household in and make
     * a neighbourhood of one attacker's machines cost him address blocks. A join takes a second or two, so a guest is done
     * in 30 s, and whoever was offered a place comes within 20 s or not at all. 20 arrivals a second is what keeps a
     * gateway that restarts busy with joins for less than a tenth of its time.
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
        Bounds.within("perPrefix", perPrefix, 1, 1000);
        Bounds.within("guests", guests, 0, 1 << 16);
        Bounds.within("arrivalsPerSecond", arrivalsPerSecond, 1, 1 << 16);
        Bounds.positive("guestStay", guestStay);
        Bounds.positive("reservation", reservation);
        Bounds.positive("searchPause", searchPause);
        if (upkeepPause.compareTo(searchPause) < 0) {
            throw new IllegalArgumentException(
                    "upkeepPause must be at least searchPause, " + searchPause + ", not " + upkeepPause);
        }
    }

    /** The same with other bounds for the neighbours: fewer for small machines and small networks. */
    public RingConfig withNeighbours(int least, int most) {
        return new RingConfig(
                least, most, perPrefix, guests, guestStay, arrivalsPerSecond, reservation, searchPause, upkeepPause);
    }

    /** The same with another limit for one address prefix. */
    public RingConfig withPerPrefix(int limit) {
        return new RingConfig(
                minNeighbours,
                maxNeighbours,
                limit,
                guests,
                guestStay,
                arrivalsPerSecond,
                reservation,
                searchPause,
                upkeepPause);
    }

    /** The same with another number of guests. */
    public RingConfig withGuests(int limit) {
        return new RingConfig(
                minNeighbours,
                maxNeighbours,
                perPrefix,
                limit,
                guestStay,
                arrivalsPerSecond,
                reservation,
                searchPause,
                upkeepPause);
    }

    /** The same with other pauses. */
    public RingConfig withPauses(Duration search, Duration upkeep) {
        return new RingConfig(
                minNeighbours,
                maxNeighbours,
                perPrefix,
                guests,
                guestStay,
                arrivalsPerSecond,
                reservation,
                search,
                upkeep);
    }
}
