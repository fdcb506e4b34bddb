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

/** A static network: every node with its neighbours, which are mutual. Generated from one seed. */
final class Topology {

    /** Maximum number of draws of a node that searches for neighbours: all peers may be full. */
    private static final int MAX_DRAWS = 1_000;

    private final double[] locations;
    private final List<Ring> rings;

    private Topology(double[] locations, List<Ring> rings) {
        this.locations = locations;
        this.rings = rings;
    }

    /**
     * Creates nodes at uniform random locations, with links to both ring neighbours, and to others with density 1/d.
     */
    static Topology smallWorld(int nodes, TopologyRule rule, long seed) {
        Random random = new Random(seed);
        double[] locations = random.doubles().distinct().limit(nodes).sorted().toArray();
        List<Set<Integer>> links = IntStream.range(0, nodes)
                .<Set<Integer>>mapToObj(node -> new LinkedHashSet<>())
                .toList();
        for (int node = 0; node < nodes; node++) {
            link(links, node, (node + 1) % nodes);
        }
        int[] order = shuffled(nodes, random);
        for (int node : order) {
            search(links, locations, node, rule, random);
        }
        PeerId[] ids = IntStream.range(0, nodes)
                .mapToObj(node -> id(locations[node], node))
                .toArray(PeerId[]::new);
        List<Ring> rings = IntStream.range(0, nodes)
                .mapToObj(node -> Ring.of(
                        ids[node],
                        links.get(node).stream().map(peer -> ids[peer]).toList()))
                .toList();
        return new Topology(locations, rings);
    }

    int nodes() {
        return locations.length;
    }

    Ring ring(int node) {
        return rings.get(node);
    }

    double location(int node) {
        return locations[node];
    }

    /** Returns the node number of a peer id of a topology. */
    static int node(PeerId id) {
        return id.bytes().toBuffer().getInt(28);
    }

    double meanNeighbours() {
        return rings.stream()
                .mapToInt(ring -> ring.neighbours().size())
                .average()
                .orElse(0);
    }

    private static void search(
            List<Set<Integer>> links, double[] locations, int node, TopologyRule rule, Random random) {
        int min = Math.min(rule.min(), locations.length - 1);
        double nearest = rule.nearest().of(locations.length);
        for (int draw = 0; draw < MAX_DRAWS && links.get(node).size() < min; draw++) {
            double distance = nearest * Math.pow(0.5 / nearest, random.nextDouble());
            double target = locations[node] + (random.nextBoolean() ? distance : -distance);
            int peer = nearest(locations, target - Math.floor(target));
            if (peer != node && links.get(peer).size() < rule.max()) {
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

    private static int nearest(double[] locations, double target) {
        int index = Arrays.binarySearch(locations, target);
        int above = index < 0 ? (-index - 1) % locations.length : index;
        int below = (above + locations.length - 1) % locations.length;
        return gap(locations[above], target) < gap(locations[below], target) ? above : below;
    }

    private static double gap(double one, double other) {
        double gap = Math.abs(one - other);
        return Math.min(gap, 1 - gap);
    }

    private static int[] shuffled(int nodes, Random random) {
        int[] order = IntStream.range(0, nodes).toArray();
        for (int i = nodes - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
        return order;
    }

    private static PeerId id(double location, int node) {
        long bits = (long) (location * 0x1.0p53) << 11;
        return new PeerId(Bytes.wrap(
                ByteBuffer.allocate(32).putLong(bits).putInt(28, node).array()));
    }
}
