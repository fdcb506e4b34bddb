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

/** The specification of a simulated network. Immutable: setters return a copy. Nodes count from 0, gateways first. */
public final class SimulationSpec {

    private static final int MAX_NODES = 100_000;

    /** Default configuration: the same contract concurrency on every machine, and queues that do not fill up. */
    private static final NodeConfig CONFIG =
            NodeConfig.defaults().withContracts(new ContractLimits(50 << 20, 10 << 20, 1 << 20, 2, 8192));

    private static final int PORT = 7475;

    private final long seed;
    private final NetworkConditions conditions;
    private final FaultPlan faults;
    private final UnaryOperator<NodeSpec> node;
    private final int gateways;
    private final int others;
    private final Duration rampUp;
    private final IntFunction<PeerAddress> addresses;
    private final IntFunction<List<Integer>> peers;
    private final IntFunction<Duration> clockOffsets;

    private SimulationSpec(
            long seed,
            NetworkConditions conditions,
            FaultPlan faults,
            UnaryOperator<NodeSpec> node,
            int gateways,
            int others,
            Duration rampUp,
            IntFunction<PeerAddress> addresses,
            IntFunction<List<Integer>> peers,
            IntFunction<Duration> clockOffsets) {
        this.seed = seed;
        this.conditions = conditions;
        this.faults = faults;
        this.node = node;
        this.gateways = gateways;
        this.others = others;
        this.rampUp = rampUp;
        this.addresses = addresses;
        this.peers = peers;
        this.clockOffsets = clockOffsets;
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

    /** Sets the network conditions; {@link NetworkConditions#good()} by default. */
    public SimulationSpec conditions(NetworkConditions conditions) {
        return new SimulationSpec(
                seed, conditions, faults, node, gateways, others, rampUp, addresses, peers, clockOffsets);
    }

    /** Sets the fault schedule; {@link FaultPlan#none()} by default. */
    public SimulationSpec faults(FaultPlan faults) {
        return new SimulationSpec(
                seed, conditions, faults, node, gateways, others, rampUp, addresses, peers, clockOffsets);
    }

    /**
     * Adds a change of every node's specification, applied after the earlier ones. The network itself sets transport,
     * store, threads and clocks. Derive a configuration from {@link #config()}, which is the same on every machine.
     */
    public SimulationSpec node(UnaryOperator<NodeSpec> change) {
        UnaryOperator<NodeSpec> previous = node;
        return new SimulationSpec(
                seed,
                conditions,
                faults,
                spec -> change.apply(previous.apply(spec)),
                gateways,
                others,
                rampUp,
                addresses,
                peers,
                clockOffsets);
    }

    /** Sets the number of gateways, which all other nodes are configured with: 1 or more; 1 by default. */
    public SimulationSpec gateways(int count) {
        Bounds.within("gateways", count, 1, MAX_NODES);
        return new SimulationSpec(
                seed, conditions, faults, node, count, others, rampUp, addresses, peers, clockOffsets);
    }

    /** Sets the number of nodes that are not gateways: 0 or more; 1 by default. */
    public SimulationSpec nodes(int count) {
        Bounds.within("nodes", count, 0, MAX_NODES);
        return new SimulationSpec(
                seed, conditions, faults, node, gateways, count, rampUp, addresses, peers, clockOffsets);
    }

    /** Sets the time over which the nodes start one after the other, evenly spread; all start at once by default. */
    public SimulationSpec rampUp(Duration over) {
        return new SimulationSpec(
                seed, conditions, faults, node, gateways, others, over, addresses, peers, clockOffsets);
    }

    /** Maps a node's number to its address; by default each node has its own /24 network in {@code 10.0.0.0/8}. */
    public SimulationSpec addresses(IntFunction<PeerAddress> addresses) {
        return new SimulationSpec(
                seed, conditions, faults, node, gateways, others, rampUp, addresses, peers, clockOffsets);
    }

    /** Maps a node's number to the peers that it is configured with besides the gateways; none by default. */
    public SimulationSpec peers(IntFunction<List<Integer>> peers) {
        return new SimulationSpec(
                seed, conditions, faults, node, gateways, others, rampUp, addresses, peers, clockOffsets);
    }

    /** Makes a full mesh: every node is configured with all nodes of smaller numbers. For small networks. */
    public SimulationSpec fullMesh() {
        return peers(node -> IntStream.range(0, node).boxed().toList());
    }

    /** Maps a node's number to the offset of its clocks, negative if they are behind; zero by default. */
    public SimulationSpec clockOffsets(IntFunction<Duration> clocks) {
        return new SimulationSpec(seed, conditions, faults, node, gateways, others, rampUp, addresses, peers, clocks);
    }

    /** Creates the network, starts its nodes and advances virtual time until all have started. */
    public SimulatedNetwork start() {
        return SimulatedNetwork.start(this);
    }

    /** The default configuration of simulated nodes. */
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

    Duration clockOffsetOf(int number) {
        return clockOffsets.apply(number);
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
