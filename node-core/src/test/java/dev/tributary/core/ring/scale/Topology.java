package dev.tributary.core.ring.scale;

import dev.tributary.core.ring.Ring;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.PeerId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** A network at rest: every node with its neighbours, who are each other's. Made from one seed. */
final class Topology {

    /** A node that finds no place among the drawn ones gives up: all may be full. */
    private static final int DRAWS = 1_000;

    private final double[] places;
    private final List<Ring> rings;

    private Topology(double[] places, List<Ring> rings) {
        this.places = places;
        this.rings = rings;
    }

    /** Nodes at places drawn evenly, with links to successor and predecessor, and with others by density 1/d. */
    static Topology smallWorld(int nodes, TopologyRule rule, long seed) {
        Random random = new Random(seed);
        double[] places = random.doubles().distinct().limit(nodes).sorted().toArray();
        List<Set<Integer>> links = IntStream.range(0, nodes)
                .<Set<Integer>>mapToObj(node -> new LinkedHashSet<>())
                .toList();
        for (int node = 0; node < nodes; node++) {
            link(links, node, (node + 1) % nodes);
        }
        int[] order = shuffled(nodes, random);
        for (int node : order) {
            search(links, places, node, rule, random);
        }
        PeerId[] ids = IntStream.range(0, nodes)
                .mapToObj(node -> id(places[node], node))
                .toArray(PeerId[]::new);
        List<Ring> rings = IntStream.range(0, nodes)
                .mapToObj(node -> Ring.of(
                        ids[node],
                        links.get(node).stream().map(peer -> ids[peer]).toList()))
                .toList();
        return new Topology(places, rings);
    }

    int nodes() {
        return places.length;
    }

    Ring ring(int node) {
        return rings.get(node);
    }

    double place(int node) {
        return places[node];
    }

    /** The node of an id that this topology gave. */
    static int node(PeerId id) {
        return id.bytes().toBuffer().getInt(28);
    }

    double meanNeighbours() {
        return rings.stream()
                .mapToInt(ring -> ring.neighbours().size())
                .average()
                .orElse(0);
    }

    private static void search(List<Set<Integer>> links, double[] places, int node, TopologyRule rule, Random random) {
        int least = Math.min(rule.least(), places.length - 1);
        double nearest = rule.nearest().of(places.length);
        for (int draw = 0; draw < DRAWS && links.get(node).size() < least; draw++) {
            double distance = nearest * Math.pow(0.5 / nearest, random.nextDouble());
            double target = places[node] + (random.nextBoolean() ? distance : -distance);
            int peer = nearest(places, target - Math.floor(target));
            if (peer != node && links.get(peer).size() < rule.most()) {
                link(links, node, peer);
            }
        }
    }

    private static void link(List<Set<Integer>> links, int one, int other) {
        if (one != other) {
            links.get(one).add(other);
            links.get(other).add(one);
        }
    }

    private static int nearest(double[] places, double target) {
        int found = Arrays.binarySearch(places, target);
        int above = found < 0 ? (-found - 1) % places.length : found;
        int below = (above + places.length - 1) % places.length;
        return gap(places[above], target) < gap(places[below], target) ? above : below;
    }

    private static double gap(double one, double other) {
        double gap = Math.abs(one - other);
        return Math.min(gap, 1 - gap);
    }

    private static int[] shuffled(int nodes, Random random) {
        int[] order = IntStream.range(0, nodes).toArray();
        for (int i = nodes - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        return order;
    }

    private static PeerId id(double place, int node) {
        long bits = (long) (place * 0x1.0p53) << 11;
        return new PeerId(Bytes.wrap(
                ByteBuffer.allocate(32).putLong(bits).putInt(28, node).array()));
    }
}
