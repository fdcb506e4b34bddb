package dev.tributary.core.ring;

import dev.tributary.core.value.Bounds;

/**
 * How many neighbours a node has.
 *
 * @param minNeighbours number of neighbours below which the node searches for more and accepts most peers;
 *     1 to {@code maxNeighbours}
 * @param maxNeighbours number of neighbours beyond which only a nearer successor or predecessor is accepted; at most
 *     1000
 * @param maxPerPrefix maximum number of neighbours per address prefix, /24 of IPv4 or /48 of IPv6, 1 to 1000; loopback
 *     is exempt
 */
public record RingConfig(int minNeighbours, int maxNeighbours, int maxPerPrefix) {

    /**
     * 25 to 200 neighbours are the network's numbers. Three neighbours per prefix admit a household, and force an
     * attacker to own address blocks to surround a node.
     */
    public static final RingConfig DEFAULT = new RingConfig(25, 200, 3);

    public RingConfig {
        Bounds.within("maxNeighbours", maxNeighbours, 1, 1000);
        Bounds.within("minNeighbours", minNeighbours, 1, maxNeighbours);
        Bounds.within("maxPerPrefix", maxPerPrefix, 1, 1000);
    }

    /** Returns a copy with other bounds for the number of neighbours: fewer for small machines and small networks. */
    public RingConfig withNeighbours(int min, int max) {
        return new RingConfig(min, max, maxPerPrefix);
    }

    /** Returns a copy with another maximum per address prefix. */
    public RingConfig withMaxPerPrefix(int limit) {
        return new RingConfig(minNeighbours, maxNeighbours, limit);
    }
}
