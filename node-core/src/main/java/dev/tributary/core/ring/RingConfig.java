package dev.tributary.core.ring;

import dev.tributary.core.value.Bounds;
import io.soabase.recordbuilder.core.RecordBuilder;

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
@RecordBuilder
public record RingConfig(int minNeighbours, int maxNeighbours, int maxPerPrefix) implements RingConfigBuilder.With {

    public RingConfig {
        Bounds.within("maxNeighbours", maxNeighbours, 1, 1000);
        Bounds.within("minNeighbours", minNeighbours, 1, maxNeighbours);
        Bounds.within("maxPerPrefix", maxPerPrefix, 1, 1000);
    }

    /**
     * 25 to 200 neighbours are the network's numbers. Three neighbours per prefix admit a household, and force an
     * attacker to own address blocks to surround a node.
     */
    public static RingConfig defaults() {
        return RingConfigBuilder.builder()
                .minNeighbours(25)
                .maxNeighbours(200)
                .maxPerPrefix(3)
                .build();
    }

    /** Returns a copy with other bounds for the number of neighbours: fewer for small machines and small networks. */
    public RingConfig withNeighbours(int min, int max) {
        return with(it -> it.minNeighbours(min).maxNeighbours(max));
    }
}
