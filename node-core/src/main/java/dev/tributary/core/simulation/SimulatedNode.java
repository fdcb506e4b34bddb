package dev.tributary.core.simulation;

import dev.tributary.core.Node;
import dev.tributary.core.NodeBuilder;
import dev.tributary.core.NodeSchedulers;
import dev.tributary.core.simulation.time.NodeScheduler;
import dev.tributary.core.simulation.time.SimulatedTime;
import dev.tributary.core.storage.ReopenableInMemoryStore;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A node of a simulated network across restarts, which only its identity and its disk survive. */
final class SimulatedNode {

    private final SimulatedTime time;
    private final SimulatedMedium medium;
    private final SimulatedHost host;
    private final PeerId id;
    private final SplittableRandom random;
    private final List<PeerContact> peers;
    private final UnaryOperator<NodeBuilder> builder;
    private ReopenableInMemoryStore disk = ReopenableInMemoryStore.create();
    private @Nullable Incarnation incarnation;
    private Duration ahead;
    private long ticksAhead;

    /** The neighbours at the end of the last incarnation; the next one starts with them as known peers. */
    private List<PeerContact> knownPeers = List.of();

    /**
     * Creates a node that is not running.
     *
     * @param random the source of randomness of all incarnations
     * @param peers the configured peers
     * @param ahead the offset of its clocks, negative if they are behind
     */
    SimulatedNode(
            SimulatedTime time,
            SimulatedMedium medium,
            SimulatedHost host,
            PeerId id,
            SplittableRandom random,
            List<PeerContact> peers,
            Duration ahead,
            UnaryOperator<NodeBuilder> builder) {
        this.time = time;
        this.medium = medium;
        this.host = host;
        this.id = id;
        this.random = random;
        this.peers = peers;
        this.ahead = ahead;
        this.ticksAhead = ahead.toNanos();
        this.builder = builder;
    }

    PeerId id() {
        return id;
    }

    SimulatedHost host() {
        return host;
    }

    ReopenableInMemoryStore disk() {
        return disk;
    }

    boolean isRunning() {
        return incarnation != null;
    }

    /** The running node, or null. */
    @Nullable
    Node node() {
        return incarnation == null ? null : incarnation.node;
    }

    /** Completes when the node crashes; at once if it is not running. */
    Mono<Void> crashed() {
        return incarnation == null ? Mono.empty() : incarnation.death.asMono();
    }

    /** Starts the node. If the start fails, the call that advances time throws the failure. */
    void start() {
        if (incarnation != null) {
            throw new IllegalStateException("node " + host.number() + " is up already");
        }
        if (host.unreachable()) {
            medium.restart(host);
        }
        Incarnation started = new Incarnation(new NodeScheduler(time));
        incarnation = started;
        NodeScheduler threads = started.threads;
        builder.apply(Node.builder()
                        .transport(new InMemoryTransport(medium, id, host.address(), threads))
                        .store(disk)
                        .bootstrapPeers(peers)
                        .knownPeers(knownPeers)
                        .schedulers(new NodeSchedulers(threads, threads, threads, threads))
                        .environment(time.source(() -> ahead, () -> ticksAhead), random.split()))
                .start()
                .subscribe(
                        node -> started.node = node,
                        failure -> time.schedule(() -> {
                            throw new IllegalStateException("node " + host.number() + " did not start", failure);
                        }));
    }

    /** Suspends the node's threads; disposing resumes them. */
    Disposable suspend() {
        NodeScheduler threads = requireRunning().threads;
        threads.pause();
        return threads::resume;
    }

    /** Suspends the node's threads and stops its monotonic clock; disposing resumes both. */
    Disposable sleep() {
        Disposable suspension = suspend();
        Duration suspendedAt = time.elapsed();
        return () -> {
            ticksAhead -= time.elapsed().minus(suspendedAt).toNanos();
            suspension.dispose();
        };
    }

    /** Shifts the node's wall clock, back if negative. */
    void shiftClock(Duration shift) {
        ahead = ahead.plus(shift);
    }

    /** Stops the node in the regular way; completes when it has stopped. */
    Mono<Void> stop() {
        Incarnation current = requireRunning();
        Node running = current.node;
        saveKnownPeers();
        incarnation = null;
        return running == null ? Mono.empty() : running.stop();
    }

    /** Kills the node's process; its host keeps running and resets the connections. */
    void crash() {
        Incarnation current = requireRunning();
        saveKnownPeers();
        medium.crash(host);
        current.end();
        incarnation = null;
    }

    /** Kills the node together with its host, which becomes unreachable. */
    void crashSilently() {
        Incarnation current = requireRunning();
        saveKnownPeers();
        medium.crashSilently(host);
        current.end();
        incarnation = null;
    }

    /** Empties the disk of a node that is not running. */
    void wipe() {
        if (incarnation != null) {
            throw new IllegalStateException("node " + host.number() + " is up: its disk is in use");
        }
        disk = ReopenableInMemoryStore.create();
        knownPeers = List.of();
    }

    private void saveKnownPeers() {
        Node running = node();
        if (running != null) {
            knownPeers = running.status().neighbours().stream()
                    .map(neighbour -> new PeerContact(neighbour.address(), neighbour.peer()))
                    .toList();
        }
    }

    private Incarnation requireRunning() {
        Incarnation current = incarnation;
        if (current == null) {
            throw new IllegalStateException("node " + host.number() + " is down");
        }
        return current;
    }

    /** One run of the node, from its start to its stop or crash. */
    private static final class Incarnation {

        private final NodeScheduler threads;
        private final Sinks.Empty<Void> death = Sinks.empty();
        private @Nullable Node node;

        Incarnation(NodeScheduler threads) {
            this.threads = threads;
        }

        void end() {
            threads.dispose();
            death.tryEmitEmpty();
        }
    }
}
