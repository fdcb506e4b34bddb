package dev.tributary.core.simulation;

import dev.tributary.core.Node;
import dev.tributary.core.simulation.report.MessageCount;
import dev.tributary.core.simulation.report.SimulationReport;
import dev.tributary.core.simulation.time.SimulatedTime;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * A network of complete nodes in one JVM, on one thread and on virtual time: hours pass in seconds, and the same seed
 * gives the same run, down to the order of every message. Nodes are those of {@link Node}; only their threads, clocks,
 * links and disks are simulated.
 *
 * <p>Nothing happens until the caller advances {@link #time()}. Only the thread that started the network may use it.
 *
 * <pre>{@code
 * SimulatedNetwork network = SimulatedNetwork.builder(42).gateways(2).nodes(48).start();
 * network.time().run(network.client(7).put(contract, state));
 * network.crash(3);
 * GetResult found = network.time().run(network.client(30).get(contract.id()));
 * }</pre>
 */
public final class SimulatedNetwork {

    /** Timeout of the start, in virtual time; a node needs almost none to open its transport. */
    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    /** Maximum time after a workload until the nodes have released everything that its operations held. */
    private static final Duration SETTLE_TIMEOUT = Duration.ofMinutes(2);

    private final SimulatedNetworkBuilder builder;
    private final SimulatedTime time = SimulatedTime.create();
    private final SplittableRandom random;
    private final SimulatedMedium medium;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private int crashes;
    private int restarts;

    private SimulatedNetwork(SimulatedNetworkBuilder builder, TrafficListener listener) {
        this.builder = builder;
        this.random = new SplittableRandom(builder.seed());
        this.medium = SimulatedMedium.of(time, random.split(), builder.seed(), builder.conditions());
        medium.traffic().setListener(listener);
        SplittableRandom ids = random.split();
        for (int number = 0; number < builder.layout().size(); number++) {
            medium.addHost(builder.layout().addresses().apply(number));
        }
        for (int number = 0; number < builder.layout().size(); number++) {
            byte[] id = new byte[32];
            ids.nextBytes(id);
            List<PeerContact> peers = builder.layout().peersOf(number).stream()
                    .map(peer -> PeerContact.at(builder.layout().addresses().apply(peer)))
                    .toList();
            nodes.add(new SimulatedNode(
                    time,
                    medium,
                    medium.host(number),
                    new PeerId(Bytes.wrap(id)),
                    random.split(),
                    peers,
                    builder.layout().clockOffsets().apply(number),
                    builder.node()));
        }
    }

    /** Returns a builder of a network with one gateway and one more node. */
    public static SimulatedNetworkBuilder builder(long seed) {
        return SimulatedNetworkBuilder.of(seed);
    }

    /** Starts the network; the listener observes its traffic from the beginning. */
    static SimulatedNetwork start(SimulatedNetworkBuilder builder, TrafficListener listener) {
        SimulatedNetwork network = new SimulatedNetwork(builder, listener);
        for (int number = 0; number < builder.layout().size(); number++) {
            network.after(builder.layout().startOf(number), network.nodes.get(number)::start);
        }
        network.time.advance(builder.layout().startOf(builder.layout().size() - 1));
        boolean started =
                network.time.runUntil(() -> network.nodes.stream().allMatch(node -> node.node() != null), START_LIMIT);
        if (!started) {
            throw new IllegalStateException("not all nodes started within " + START_LIMIT.toMillis() + " ms");
        }
        builder.faults()
                .faults()
                .forEach(fault ->
                        network.after(fault.time(), () -> fault.action().accept(network)));
        return network;
    }

    /** The virtual time of this network. */
    public SimulatedTime time() {
        return time;
    }

    /** The number of nodes, running or not. */
    public int size() {
        return nodes.size();
    }

    public int gateways() {
        return builder.layout().gateways();
    }

    /**
     * The running node of this number, to call as its client.
     *
     * @throws IllegalStateException if the node is down
     */
    public Node client(int number) {
        Node node = nodes.get(number).node();
        if (node == null) {
            throw new IllegalStateException("node " + number + " is down");
        }
        return node;
    }

    /** The peer id of this node; it survives restarts. */
    public PeerId id(int number) {
        return nodes.get(number).id();
    }

    /** Whether the node is running and has completed its start. */
    public boolean isUp(int number) {
        return nodes.get(number).node() != null;
    }

    /** The numbers of the running nodes. */
    public List<Integer> up() {
        return IntStream.range(0, nodes.size()).filter(this::isUp).boxed().toList();
    }

    /** The contract as stored on the node's disk, whether the node is running or not; empty if it is not stored. */
    public Optional<StoredContract> storedContract(int number, ContractInstanceId id) {
        return time.run(nodes.get(number).disk().read(id).map(Optional::of).defaultIfEmpty(Optional.empty()));
    }

    /** Completes when the node crashes; at once if it is not running. */
    Mono<Void> crashed(int number) {
        return nodes.get(number).crashed();
    }

    /** Kills the node's process: its host resets the connections at once. The disk survives. */
    public void crash(int number) {
        nodes.get(number).crash();
        crashes++;
    }

    /** Kills the node's host: its peers notice only by their idle timeout. The disk survives. */
    public void crashSilently(int number) {
        nodes.get(number).crashSilently();
        crashes++;
    }

    /**
     * Empties the disk of a node.
     *
     * @throws IllegalStateException if the node is running
     */
    public void wipe(int number) {
        nodes.get(number).wipe();
    }

    /** Stops the node in the regular way, with close messages to its peers; completes when it has stopped. */
    public Mono<Void> stop(int number) {
        return Mono.defer(() -> nodes.get(number).stop());
    }

    /** Restarts a node that is down, with the same identity, address and disk. */
    public void restart(int number) {
        nodes.get(number).start();
        restarts++;
    }

    /**
     * Suspends the node's process: it receives nothing and runs nothing, while its clocks go on. Disposing, once,
     * resumes the node, which then runs all tasks that became due meanwhile.
     */
    public Disposable suspend(int number) {
        return isolate(number, nodes.get(number).suspend());
    }

    /**
     * Stops the node's threads while its host keeps the connections open, like a process that hangs. Disposing, once,
     * resumes the node.
     */
    public Disposable hang(int number) {
        return nodes.get(number).suspend();
    }

    /** Suspends the node as {@link #suspend} does, and its monotonic clock as well, like a machine in sleep mode. */
    public Disposable sleep(int number) {
        return isolate(number, nodes.get(number).sleep());
    }

    /** Shifts the node's wall clock, back if negative. */
    public void shiftClock(int number, Duration shift) {
        nodes.get(number).shiftClock(shift);
    }

    /** Partitions these nodes from all others. Disposing heals the partition. */
    public Disposable partition(Collection<Integer> side) {
        Set<Integer> isolated = Set.copyOf(side);
        return partition((one, other) -> isolated.contains(one) && !isolated.contains(other));
    }

    /** Partitions the nodes of one side from those of the other. Disposing heals the partition. */
    public Disposable partition(Collection<Integer> side, Collection<Integer> otherSide) {
        Set<Integer> left = Set.copyOf(side);
        Set<Integer> right = Set.copyOf(otherSide);
        return partition((one, other) -> left.contains(one) && right.contains(other));
    }

    /** Starts churn. Disposing ends it; the nodes that are down still restart. */
    public Disposable churn(Churn churn) {
        SplittableRandom churnRandom = random.split();
        return time.schedulePeriodically(
                () -> churnOnce(churn, churnRandom),
                churn.interval().toNanos(),
                churn.interval().toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** Replaces the network conditions; messages in transit are not affected. */
    public void conditions(NetworkConditions conditions) {
        medium.conditions(conditions);
    }

    /** Schedules an action after this delay, in virtual time. */
    public void after(Duration delay, Runnable action) {
        time.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Runs a workload to its end and reports the outcome. Advances time until every operation has ended and the nodes
     * have released everything that the operations held.
     */
    public SimulationReport run(Workload workload) {
        return run(workload, SETTLE_TIMEOUT, progress -> {});
    }

    /**
     * Runs a workload as {@link #run(Workload)} does, and reports progress.
     *
     * @param every the virtual time between two reports, more than zero
     * @param listener receives the progress, on the caller's thread
     */
    public SimulationReport run(Workload workload, Duration every, Consumer<WorkloadProgress> listener) {
        WorkloadRun run = new WorkloadRun(this, workload, random.split());
        Map<String, MessageCount> before = messages();
        run.run(every, listener);
        SortedMap<String, MessageCount> sent = new TreeMap<>();
        messages().forEach((kind, count) -> sent.put(kind, count.minus(before.getOrDefault(kind, MessageCount.NONE))));
        List<Integer> neverIdle = awaitIdle(SETTLE_TIMEOUT);
        NetworkSnapshot census = new NetworkSnapshot(this);
        return new SimulationReport(
                new SimulationReport.Run(seed(), medium.traffic().events(), fingerprint(), time.elapsed()),
                new SimulationReport.Nodes(size(), gateways(), census.up(), crashes, restarts),
                run.operations(),
                run.delivery(),
                sent,
                census.replicas(run.stored()),
                census.topology(),
                census.leftovers(neverIdle));
    }

    /**
     * Advances time until every running node was idle, that is with empty tables, at least once. Returns the numbers of
     * the nodes that never were: none if nothing leaks. The nodes need not be idle at the same moment, because in a
     * large network some node is always searching for neighbours.
     */
    public List<Integer> awaitIdle(Duration limit) {
        List<Integer> neverIdle = new ArrayList<>(up());
        time.runUntil(
                () -> {
                    neverIdle.removeIf(number -> {
                        Node node = nodes.get(number).node();
                        return node == null || node.status().tables().isIdle();
                    });
                    return neverIdle.isEmpty();
                },
                limit);
        return List.copyOf(neverIdle);
    }

    /** The messages sent so far, by kind. */
    public Map<String, MessageCount> messages() {
        return medium.traffic().counts();
    }

    /** SHA-256 of all network events so far: time, sender, receiver, kind of message and transaction. */
    public String fingerprint() {
        return medium.traffic().fingerprint();
    }

    long seed() {
        return builder.seed();
    }

    private Disposable partition(BiPredicate<Integer, Integer> separated) {
        medium.partition(separated);
        return Disposables.composite(() -> medium.heal(separated));
    }

    private Disposable isolate(int number, Disposable threads) {
        Disposable network = partition(List.of(number));
        return () -> {
            network.dispose();
            threads.dispose();
        };
    }

    private void churnOnce(Churn churn, SplittableRandom churnRandom) {
        int down = size() - up().size();
        for (int number = builder.layout().gateways(); number < size(); number++) {
            // Draws for every node, running or not, so that one more crash does not change the draws of the others.
            boolean isCrashing = churnRandom.nextDouble() < churn.rate();
            boolean isPermanent = churnRandom.nextDouble() < churn.permanentShare();
            if (isCrashing && isUp(number) && down < churn.maxDown()) {
                crash(number);
                down++;
                if (!isPermanent) {
                    int crashed = number;
                    after(churn.downtime(), () -> restart(crashed));
                }
            }
        }
    }
}
