package dev.tributary.core.simulation;

import dev.tributary.core.NodeConfig;
import dev.tributary.core.NodeSpec;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.value.PeerAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The specification of a simulated network. Immutable: setters return a copy. Nodes count from 0, gateways first. */
public final class SimulationSpec {

    /** Default configuration: the same contract concurrency on every machine, and queues that do not fill up. */
    private static final NodeConfig CONFIG =
            NodeConfig.defaults().withContracts(new ContractLimits(50 << 20, 10 << 20, 1 << 20, 2, 8192));

    private final long seed;
    private final NetworkConditions conditions;
    private final FaultPlan faults;
    private final UnaryOperator<NodeSpec> node;
    private final NetworkLayout layout;

    private SimulationSpec(
            long seed,
            NetworkConditions conditions,
            FaultPlan faults,
            UnaryOperator<NodeSpec> node,
            NetworkLayout layout) {
        this.seed = seed;
        this.conditions = conditions;
        this.faults = faults;
        this.node = node;
        this.layout = layout;
    }

    static SimulationSpec create(long seed) {
        return new SimulationSpec(
                seed, NetworkConditions.good(), FaultPlan.none(), spec -> spec, NetworkLayout.defaults());
    }

    /** Sets the network conditions; {@link NetworkConditions#good()} by default. */
    public SimulationSpec conditions(NetworkConditions conditions) {
        return new SimulationSpec(seed, conditions, faults, node, layout);
    }

    /** Sets the fault schedule; {@link FaultPlan#none()} by default. */
    public SimulationSpec faults(FaultPlan faults) {
        return new SimulationSpec(seed, conditions, faults, node, layout);
    }

    /**
     * Adds a change of every node's specification, applied after the earlier ones. The network itself sets transport,
     * store, threads and clocks. Derive a configuration from {@link #config()}, which is the same on every machine.
     */
    public SimulationSpec node(UnaryOperator<NodeSpec> change) {
        UnaryOperator<NodeSpec> previous = node;
        return new SimulationSpec(seed, conditions, faults, spec -> change.apply(previous.apply(spec)), layout);
    }

    /** Sets the number of gateways, which all other nodes are configured with: 1 or more; 1 by default. */
    public SimulationSpec gateways(int count) {
        return layout(layout.withGateways(count));
    }

    /** Sets the number of nodes that are not gateways: 0 or more; 1 by default. */
    public SimulationSpec nodes(int count) {
        return layout(layout.withOthers(count));
    }

    /** Sets the time over which the nodes start one after the other, evenly spread; all start at once by default. */
    public SimulationSpec rampUp(Duration over) {
        return layout(layout.withRampUp(over));
    }

    /** Maps a node's number to its address; by default each node has its own /24 network in {@code 10.0.0.0/8}. */
    public SimulationSpec addresses(IntFunction<PeerAddress> addresses) {
        return layout(layout.withAddresses(addresses));
    }

    /** Maps a node's number to the peers that it is configured with besides the gateways; none by default. */
    public SimulationSpec peers(IntFunction<List<Integer>> peers) {
        return layout(layout.withPeers(peers));
    }

    /** Makes a full mesh: every node is configured with all nodes of smaller numbers. For small networks. */
    public SimulationSpec fullMesh() {
        return peers(node -> IntStream.range(0, node).boxed().toList());
    }

    /** Maps a node's number to the offset of its clocks, negative if they are behind; zero by default. */
    public SimulationSpec clockOffsets(IntFunction<Duration> clocks) {
        return layout(layout.withClockOffsets(clocks));
    }

    private SimulationSpec layout(NetworkLayout changed) {
        return new SimulationSpec(seed, conditions, faults, node, changed);
    }

    /** Creates the network, starts its nodes and advances virtual time until all have started. */
    public SimulatedNetwork start() {
        return SimulatedNetwork.start(this, TrafficListener.NONE);
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

    NetworkLayout layout() {
        return layout;
    }
}
