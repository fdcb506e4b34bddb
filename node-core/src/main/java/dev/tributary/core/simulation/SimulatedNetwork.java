package dev.tributary.core.simulation;

import dev.tributary.core.Node;
import dev.tributary.core.simulation.OperationMix.Kind;
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
 * A network of whole nodes in one JVM, on one thread and on virtual time: hours pass in seconds, and one seed gives the
 * same run each time, down to the order of every message. Nodes are those of {@link Node}; only their threads, clocks,
 * links and disks are simulated.
 *
 * <p>Nothing happens by itself: move {@link #time()} on. Everything here belongs to the thread that started the network.
 *
 * <pre>{@code
 * SimulatedNetwork network = SimulatedNetwork.create(42).gateways(2).nodes(48).start();
 * network.time().run(network.client(7).put(contract, state));
 * network.crash(3);
 * GetResult found = network.time().run(network.client(30).get(contract.id()));
 * }</pre>
 */
public final class SimulatedNetwork {

    /** The longest start: a node that only opens its transport needs no time at all. */
    private static final Duration START = Duration.ofSeconds(10);

    /** How long what is left of operations after their end may take to go away. */
    private static final Duration QUIET = Duration.ofMinutes(2);

    private final SimulationSpec spec;
    private final SimulatedTime time = SimulatedTime.create();
    private final SplittableRandom random;
    private final SimulatedMedium medium;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private int crashes;
    private int restarts;

    private SimulatedNetwork(SimulationSpec spec) {
        this.spec = spec;
        this.random = new SplittableRandom(spec.seed());
        this.medium = SimulatedMedium.of(time, random.split(), spec.seed(), spec.conditions());
        SplittableRandom ids = random.split();
        for (int number = 0; number < spec.size(); number++) {
            medium.addHost(spec.addressOf(number));
        }
        for (int number = 0; number < spec.size(); number++) {
            byte[] id = new byte[32];
            ids.nextBytes(id);
            List<PeerContact> peers = spec.peersOf(number).stream()
                    .map(peer -> PeerContact.at(spec.addressOf(peer)))
                    .toList();
            nodes.add(new SimulatedNode(
                    time,
                    medium,
                    medium.host(number),
                    new PeerId(Bytes.wrap(id)),
                    random.split(),
                    peers,
                    spec.aheadOf(number),
                    spec.node()));
        }
    }

    /** A specification of a network with one gateway and one more node. */
    public static SimulationSpec create(long seed) {
        return SimulationSpec.create(seed);
    }

    static SimulatedNetwork start(SimulationSpec spec) {
        SimulatedNetwork network = new SimulatedNetwork(spec);
        for (int number = 0; number < spec.size(); number++) {
            network.after(spec.startOf(number), network.nodes.get(number)::start);
        }
        network.time.advance(spec.startOf(spec.size() - 1));
        boolean started =
                network.time.runUntil(() -> network.nodes.stream().allMatch(node -> node.node() != null), START);
        if (!started) {
            throw new IllegalStateException("not all nodes started within " + START.toMillis() + " ms");
        }
        spec.faults()
                .faults()
                .forEach(fault -> network.after(fault.when(), () -> fault.what().accept(network)));
        return network;
    }

    /** The time of this network. */
    public SimulatedTime time() {
        return time;
    }

    /** How many nodes there are, up or down. */
    public int size() {
        return nodes.size();
    }

    public int gateways() {
        return spec.gateways();
    }

    /**
     * The node of this number, for whoever wants something from it.
     *
     * @throws IllegalStateException while it is down
     */
    public Node client(int number) {
        Node node = nodes.get(number).node();
        if (node == null) {
            throw new IllegalStateException("node " + number + " is down");
        }
        return node;
    }

    /** Who the node of this number is, in all its lives. */
    public PeerId id(int number) {
        return nodes.get(number).id();
    }

    public boolean isUp(int number) {
        return nodes.get(number).node() != null;
    }

    /** The numbers of the nodes that are up. */
    public List<Integer> up() {
        return IntStream.range(0, nodes.size()).filter(this::isUp).boxed().toList();
    }

    /** What the node's disk holds of the contract, whether it is up or down. */
    public Optional<StoredContract> held(int number, ContractInstanceId id) {
        return time.run(nodes.get(number).disk().read(id).map(Optional::of).defaultIfEmpty(Optional.empty()));
    }

    /** Completes when the node crashes; at once if it is down. */
    Mono<Void> death(int number) {
        return nodes.get(number).death();
    }

    /** Kills the node's process: its peers are told at once by its host. The disk survives. */
    public void crash(int number) {
        nodes.get(number).crash();
        crashes++;
    }

    /** Takes the node's host away: its peers notice when they have heard nothing for too long. The disk survives. */
    public void crashSilently(int number) {
        nodes.get(number).crashSilently();
        crashes++;
    }

    /** Empties the disk of a node that is down. */
    public void wipe(int number) {
        nodes.get(number).wipe();
    }

    /** Stops the node politely; completes when it has stopped. */
    public Mono<Void> stop(int number) {
        return Mono.defer(() -> nodes.get(number).stop());
    }

    /** Starts a node again that is down, with its identity, its address and its disk. */
    public void restart(int number) {
        nodes.get(number).start();
        restarts++;
    }

    /**
     * From now on the node's process stands still: nothing reaches it and nothing happens in it, but its clocks go on. To
     * dispose of it, once, lets the node go on, which does then what was due meanwhile.
     */
    public Disposable suspend(int number) {
        return cutOff(number, nodes.get(number).suspend());
    }

    /** As {@link #suspend}, but it is the machine that sleeps: of its clocks only the one on the wall goes on. */
    public Disposable sleep(int number) {
        return cutOff(number, nodes.get(number).sleep());
    }

    /** Sets the node's wall clock on by so much, or back if that is negative. */
    public void setClock(int number, Duration further) {
        nodes.get(number).setClock(further);
    }

    /** From now on these nodes and all others do not reach each other. To dispose of it heals it. */
    public Disposable partition(Collection<Integer> side) {
        Set<Integer> island = Set.copyOf(side);
        return partition((one, other) -> island.contains(one) && !island.contains(other));
    }

    /** From now on nodes of the one side and nodes of the other do not reach each other. To dispose of it heals it. */
    public Disposable partition(Collection<Integer> side, Collection<Integer> otherSide) {
        Set<Integer> left = Set.copyOf(side);
        Set<Integer> right = Set.copyOf(otherSide);
        return partition((one, other) -> left.contains(one) && right.contains(other));
    }

    /** From now on nodes come and go. To dispose of it ends that; who is down then still comes back. */
    public Disposable churn(Churn churn) {
        SplittableRandom dice = random.split();
        return time.schedulePeriodically(
                () -> churnOnce(churn, dice),
                churn.interval().toNanos(),
                churn.interval().toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** From now on the network is like this; what is on its way already stays as it is. */
    public void conditions(NetworkConditions conditions) {
        medium.conditions(conditions);
    }

    /** Does this after so long. */
    public void after(Duration delay, Runnable what) {
        time.schedule(what, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Runs a workload to its end and says what became of it. Time moves on until every operation has ended, and a little
     * further, until nothing of them is left.
     */
    public SimulationReport run(Workload workload) {
        return run(workload, QUIET, progress -> {});
    }

    /**
     * As {@link #run(Workload)}, with a word about the progress now and then.
     *
     * @param every how much virtual time passes between two words, more than zero
     */
    public SimulationReport run(Workload workload, Duration every, Consumer<WorkloadProgress> listener) {
        WorkloadRun run = new WorkloadRun(this, workload, random.split());
        Map<String, MessageCount> before = messages();
        run.run(every, listener);
        SortedMap<String, MessageCount> sent = new TreeMap<>();
        messages().forEach((kind, count) -> sent.put(kind, count.minus(before.getOrDefault(kind, MessageCount.NONE))));
        List<Integer> restless = settle(QUIET);
        Census census = new Census(this);
        return new SimulationReport(
                spec.seed(),
                size(),
                gateways(),
                census.up(),
                run.outcomes(Kind.PUT),
                run.outcomes(Kind.GET),
                run.outcomes(Kind.UPDATE),
                run.outcomes(Kind.SUBSCRIBE),
                run.living(),
                run.stale(),
                run.reasons(),
                run.putHops(),
                run.getHops(),
                sent,
                census.copies(run.stored()),
                census.diverged(run.stored()),
                census.neighbours(),
                census.distances(),
                census.tables(restless),
                restless.size(),
                census.lateReplies(),
                crashes,
                restarts,
                medium.traffic().events(),
                fingerprint(),
                time.elapsed());
    }

    /**
     * Moves time on until every node that is up was seen with nothing in its tables, and gives the numbers of those that
     * never were: none when nothing leaks. Not all need be quiet at the same moment, for in a large network there is
     * always somebody looking for neighbours.
     */
    public List<Integer> settle(Duration limit) {
        List<Integer> restless = new ArrayList<>(up());
        time.runUntil(
                () -> {
                    restless.removeIf(number -> {
                        Node node = nodes.get(number).node();
                        return node == null || node.status().tables().quiet();
                    });
                    return restless.isEmpty();
                },
                limit);
        return List.copyOf(restless);
    }

    /** What was sent so far, by the kind of message. */
    public Map<String, MessageCount> messages() {
        return medium.traffic().counts();
    }

    /** SHA-256 of everything that happened on the network so far: time, from, to, kind of message and transaction. */
    public String fingerprint() {
        return medium.traffic().fingerprint();
    }

    long seed() {
        return spec.seed();
    }

    private Disposable partition(BiPredicate<Integer, Integer> apart) {
        medium.partition(apart);
        return Disposables.composite(() -> medium.heal(apart));
    }

    private Disposable cutOff(int number, Disposable threads) {
        Disposable network = partition(List.of(number));
        return () -> {
            network.dispose();
            threads.dispose();
        };
    }

    private void churnOnce(Churn churn, SplittableRandom dice) {
        int down = size() - up().size();
        for (int number = spec.gateways(); number < size(); number++) {
            // Drawn for each, up or down: so that one crash more does not change everybody's fate.
            boolean hit = dice.nextDouble() < churn.rate();
            boolean forEver = dice.nextDouble() < churn.permanent();
            if (hit && isUp(number) && down < churn.atMost()) {
                crash(number);
                down++;
                if (!forEver) {
                    int victim = number;
                    after(churn.recovery(), () -> restart(victim));
                }
            }
        }
    }
}
