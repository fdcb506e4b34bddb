package dev.tributary.core.simulation;

import dev.tributary.core.value.Bounds;
import dev.tributary.core.value.PeerAddress;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The nodes of a simulated network. They count from 0, gateways first.
 *
 * @param gateways the number of gateways
 * @param others the number of nodes that are not gateways
 * @param rampUp the time over which the nodes start one after the other, evenly spread
 * @param addresses maps a node's number to its address
 * @param peers maps a node's number to the peers that it is configured with besides the gateways
 * @param clockOffsets maps a node's number to the offset of its clocks
 */
@RecordBuilder
record NetworkLayout(
        int gateways,
        int others,
        Duration rampUp,
        IntFunction<PeerAddress> addresses,
        IntFunction<List<Integer>> peers,
        IntFunction<Duration> clockOffsets)
        implements NetworkLayoutBuilder.With {

    private static final int MAX_NODES = 100_000;
    private static final int PORT = 7475;

    NetworkLayout {
        Bounds.within("gateways", gateways, 1, MAX_NODES);
        Bounds.within("nodes", others, 0, MAX_NODES);
    }

    /** One gateway and one other node, each in its own /24 network in {@code 10.0.0.0/8}. */
    static NetworkLayout defaults() {
        return NetworkLayoutBuilder.builder()
                .gateways(1)
                .others(1)
                .rampUp(Duration.ZERO)
                .addresses(NetworkLayout::address)
                .peers(node -> List.of())
                .clockOffsets(node -> Duration.ZERO)
                .build();
    }

    int size() {
        return gateways + others;
    }

    /** The start time of the node, since the network's beginning. */
    Duration startOf(int number) {
        return number < gateways
                ? Duration.ZERO
                : rampUp.multipliedBy(number - gateways).dividedBy(others);
    }

    /** The numbers of the peers that the node is configured with, without duplicates. */
    List<Integer> peersOf(int number) {
        IntStream known = IntStream.range(0, Math.min(gateways, number));
        return IntStream.concat(known, peers.apply(number).stream().mapToInt(Integer::intValue))
                .distinct()
                .boxed()
                .toList();
    }

    private static PeerAddress address(int number) {
        int net = number & 0xFFFF;
        return new PeerAddress("10." + (net >> 8) + "." + (net & 0xFF) + "." + (1 + (number >> 16)), PORT);
    }
}
