package dev.tributary.core.simulation;

import dev.tributary.core.NodeConfig;
import dev.tributary.core.NodeSpec;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.value.Bounds;
import dev.tributary.core.value.PeerAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What a simulated network is made of. Immutable: every method returns another specification. Nodes are numbered from 0;
 * the gateways come first.
 */
public final class SimulationSpec {

    private static final int MOST_NODES = 100_000;

    /** What does not depend on the machine: as many contracts at once everywhere, and queues for a quiet life. */
    private static final NodeConfig CONFIG =
            NodeConfig.defaults().withContracts(new ContractLimits(50 << 20, 10 << 20, 1 << 20, 2, 8192));

    private static final int PORT = 7475;

    private final long seed;
    private final NetworkConditions conditions;
    private final FaultPlan faults;
    private final UnaryOperator<NodeSpec> node;
    private final int gateways;
    private final int others;
    private final Duration joining;
    private final IntFunction<PeerAddress> addresses;
    private final IntFunction<List<Integer>> peers;
    private final IntFunction<Duration> clocks;

    private SimulationSpec(
            long seed,
            NetworkConditions conditions,
            FaultPlan faults,
            UnaryOperator<NodeSpec> node,
            int gateways,
            int others,
            Duration joining,
            IntFunction<PeerAddress> addresses,
            IntFunction<List<Integer>> peers,
            IntFunction<Duration> clocks) {
        this.seed = seed;
        this.conditions = conditions;
        this.faults = faults;
        this.node = node;
        this.gateways = gateways;
        this.others = others;
        this.joining = joining;
        this.addresses = addresses;
        this.peers = peers;
        this.clocks = clocks;
    }

    static SimulationSpec create(long seed) {
        return new SimulationSpec(
                seed,
                NetworkConditions.good(),
                FaultPlan.none(),
                spec -> spec,
                1,
                1,
                Duration.ZERO,
                SimulationSpec::address,
                node -> List.of(),
                node -> Duration.ZERO);
    }

    /** How good the network is; {@link NetworkConditions#good()} by default. */
    public SimulationSpec conditions(NetworkConditions conditions) {
        return new SimulationSpec(seed, conditions, faults, node, gateways, others, joining, addresses, peers, clocks);
    }

    /** What goes wrong when; nothing by default. */
    public SimulationSpec faults(FaultPlan faults) {
        return new SimulationSpec(seed, conditions, faults, node, gateways, others, joining, addresses, peers, clocks);
    }

    /**
     * How every node differs from the default, on top of what is said already. Transport, store, threads and clocks are
     * the network's own. A configuration should be made from {@link #config()}, which is the same on every machine.
     */
    public SimulationSpec node(UnaryOperator<NodeSpec> change) {
        UnaryOperator<NodeSpec> before = node;
        return new SimulationSpec(
                seed,
                conditions,
                faults,
                spec -> change.apply(before.apply(spec)),
                gateways,
                others,
                joining,
                addresses,
                peers,
                clocks);
    }

    /** How many nodes the others are told of, 1 or more; 1 by default. */
    public SimulationSpec gateways(int count) {
        Bounds.within("gateways", count, 1, MOST_NODES);
        return new SimulationSpec(seed, conditions, faults, node, count, others, joining, addresses, peers, clocks);
    }

    /** How many nodes there are besides the gateways, 0 or more; 1 by default. */
    public SimulationSpec nodes(int count) {
        Bounds.within("nodes", count, 0, MOST_NODES);
        return new SimulationSpec(seed, conditions, faults, node, gateways, count, joining, addresses, peers, clocks);
    }

    /** Over what time the nodes start one after the other, evenly spread; all at once by default. */
    public SimulationSpec joining(Duration over) {
        return new SimulationSpec(seed, conditions, faults, node, gateways, others, over, addresses, peers, clocks);
    }

    /** Where the node of each number is; an IPv4 network of its own for each, in {@code 10.0.0.0/8}, by default. */
    public SimulationSpec addresses(IntFunction<PeerAddress> addresses) {
        return new SimulationSpec(seed, conditions, faults, node, gateways, others, joining, addresses, peers, clocks);
    }

    /** Whom the node of each number is told of besides the gateways, by their numbers; nobody by default. */
    public SimulationSpec peers(IntFunction<List<Integer>> peers) {
        return new SimulationSpec(seed, conditions, faults, node, gateways, others, joining, addresses, peers, clocks);
    }

    /** Every node is told of all that have smaller numbers, so that each two are linked. For small networks. */
    public SimulationSpec everybodyLinked() {
        return peers(node -> IntStream.range(0, node).boxed().toList());
    }

    /** How far the clocks of the node of each number are ahead, or behind if that is negative; they are right by default. */
    public SimulationSpec clocks(IntFunction<Duration> clocks) {
        return new SimulationSpec(seed, conditions, faults, node, gateways, others, joining, addresses, peers, clocks);
    }

    /** Makes the network and lets its nodes start; a little virtual time passes until all have. */
    public SimulatedNetwork start() {
        return SimulatedNetwork.start(this);
    }

    /** The configuration that simulated nodes have by default. */
    public static NodeConfig config() {
        return CONFIG;
    }

    long seed() {
        return seed;
    }

    NetworkConditions conditions() {
        return conditions;
    }

    FaultPlan faults() {
        return faults;
    }

    UnaryOperator<NodeSpec> node() {
        return spec -> node.apply(spec.config(CONFIG));
    }

    int gateways() {
        return gateways;
    }

    int size() {
        return gateways + others;
    }

    PeerAddress addressOf(int number) {
        return addresses.apply(number);
    }

    Duration aheadOf(int number) {
        return clocks.apply(number);
    }

    /** When the node of this number starts. */
    Duration startOf(int number) {
        return number < gateways
                ? Duration.ZERO
                : joining.multipliedBy(number - gateways).dividedBy(others);
    }

    /** Whom the node is told of, each once. */
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
