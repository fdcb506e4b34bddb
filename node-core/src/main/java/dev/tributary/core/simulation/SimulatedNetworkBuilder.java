package dev.tributary.core.simulation;

import dev.tributary.core.NodeBuilder;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.value.PeerAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Builds and starts a simulated network. Immutable: every method returns a new builder. Nodes count from 0, gateways first. */
public final class SimulatedNetworkBuilder {

    /** Default configuration: the same contract concurrency on every machine, and queues that do not fill up. */
    private static final NodeConfig CONFIG =
            NodeConfig.defaults().withContracts(new ContractLimits(50 << 20, 10 << 20, 1 << 20, 2, 8192));

    private final long seed;
    private final NetworkConditions conditions;
    private final FaultPlan faults;
    private final UnaryOperator<NodeBuilder> node;
    private final NetworkLayout layout;

    private SimulatedNetworkBuilder(
            long seed,
            NetworkConditions conditions,
            FaultPlan faults,
            UnaryOperator<NodeBuilder> node,
            NetworkLayout layout) {
        this.seed = seed;
        this.conditions = conditions;
        this.faults = faults;
        this.node = node;
        this.layout = layout;
    }

    static SimulatedNetworkBuilder of(long seed) {
        return new SimulatedNetworkBuilder(
                seed, NetworkConditions.good(), FaultPlan.none(), builder -> builder, NetworkLayout.defaults());
    }

    /** Sets the network conditions; {@link NetworkConditions#good()} by default. */
    public SimulatedNetworkBuilder conditions(NetworkConditions conditions) {
        return new SimulatedNetworkBuilder(seed, conditions, faults, node, layout);
    }

    /** Sets the fault schedule; {@link FaultPlan#none()} by default. */
    public SimulatedNetworkBuilder faults(FaultPlan faults) {
        return new SimulatedNetworkBuilder(seed, conditions, faults, node, layout);
    }

    /**
     * Adds a change of the builder of every node, applied after the earlier ones. The network itself sets transport,
     * store, threads and clocks. Derive a configuration from {@link #config()}, which is the same on every machine.
     */
    public SimulatedNetworkBuilder node(UnaryOperator<NodeBuilder> change) {
        UnaryOperator<NodeBuilder> previous = node;
        return new SimulatedNetworkBuilder(
                seed, conditions, faults, builder -> change.apply(previous.apply(builder)), layout);
    }

    /** Sets the number of gateways, which all other nodes are configured with: 1 or more; 1 by default. */
    public SimulatedNetworkBuilder gateways(int count) {
        return layout(layout.withGateways(count));
    }

    /** Sets the number of nodes that are not gateways: 0 or more; 1 by default. */
    public SimulatedNetworkBuilder nodes(int count) {
        return layout(layout.withOthers(count));
    }

    /** Sets the time over which the nodes start one after the other, evenly spread; all start at once by default. */
    public SimulatedNetworkBuilder rampUp(Duration over) {
        return layout(layout.withRampUp(over));
    }

    /** Maps a node's number to its address; by default each node has its own /24 network in {@code 10.0.0.0/8}. */
    public SimulatedNetworkBuilder addresses(IntFunction<PeerAddress> addresses) {
        return layout(layout.withAddresses(addresses));
    }

    /** Maps a node's number to the peers that it is configured with besides the gateways; none by default. */
    public SimulatedNetworkBuilder bootstrapPeers(IntFunction<List<Integer>> peers) {
        return layout(layout.withPeers(peers));
    }

    /** Makes a full mesh: every node is configured with all nodes of smaller numbers. For small networks. */
    public SimulatedNetworkBuilder fullMesh() {
        return bootstrapPeers(node -> IntStream.range(0, node).boxed().toList());
    }

    /** Maps a node's number to the offset of its clocks, negative if they are behind; zero by default. */
    public SimulatedNetworkBuilder clockOffsets(IntFunction<Duration> clocks) {
        return layout(layout.withClockOffsets(clocks));
    }

    private SimulatedNetworkBuilder layout(NetworkLayout changed) {
        return new SimulatedNetworkBuilder(seed, conditions, faults, node, changed);
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

    UnaryOperator<NodeBuilder> node() {
        return builder -> node.apply(builder.config(CONFIG));
    }

    NetworkLayout layout() {
        return layout;
    }
}
