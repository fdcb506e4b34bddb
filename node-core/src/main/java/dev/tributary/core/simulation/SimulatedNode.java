package dev.tributary.core.simulation;

import dev.tributary.core.Node;
import dev.tributary.core.NodeSchedulers;
import dev.tributary.core.NodeSpec;
import dev.tributary.core.storage.SurvivingStore;
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

/** A node of a simulated network through all its lives: its identity and its disk stay, everything else begins anew. */
final class SimulatedNode {

    private final SimulatedTime time;
    private final SimulatedMedium medium;
    private final Host host;
    private final PeerId id;
    private final SplittableRandom random;
    private final List<PeerContact> peers;
    private final UnaryOperator<NodeSpec> spec;
    private SurvivingStore disk = SurvivingStore.create();
    private @Nullable Life life;
    private Duration ahead;
    private long ticksAhead;

    /** Whom it was linked to when its last life ended: what its disk tells the next one. */
    private List<PeerContact> acquaintances = List.of();

    /**
     * A node that does not live yet.
     *
     * @param random what it draws from in all its lives
     * @param peers whom it is told to dial
     * @param ahead how far its clocks are ahead
     */
    SimulatedNode(
            SimulatedTime time,
            SimulatedMedium medium,
            Host host,
            PeerId id,
            SplittableRandom random,
            List<PeerContact> peers,
            Duration ahead,
            UnaryOperator<NodeSpec> spec) {
        this.time = time;
        this.medium = medium;
        this.host = host;
        this.id = id;
        this.random = random;
        this.peers = peers;
        this.ahead = ahead;
        this.ticksAhead = ahead.toNanos();
        this.spec = spec;
    }

    PeerId id() {
        return id;
    }

    Host host() {
        return host;
    }

    SurvivingStore disk() {
        return disk;
    }

    boolean alive() {
        return life != null;
    }

    /** The node itself, or null while it does not run. */
    @Nullable
    Node node() {
        return life == null ? null : life.node;
    }

    /** Completes when the node's present life ends in a crash. */
    Mono<Void> death() {
        return life == null ? Mono.empty() : life.death.asMono();
    }

    /** Begins a life. Its failure is one of the simulation, and comes out of whatever moves time on. */
    void start() {
        if (life != null) {
            throw new IllegalStateException("node " + host.number() + " is up already");
        }
        if (host.dark()) {
            medium.revive(host);
        }
        Life fresh = new Life(new NodeTime(time));
        life = fresh;
        NodeTime threads = fresh.threads;
        spec.apply(Node.create()
                        .transport(new InMemoryTransport(medium, id, host.address(), threads))
                        .store(disk)
                        .peers(peers)
                        .acquaintances(acquaintances)
                        .schedulers(new NodeSchedulers(threads, threads, threads, threads))
                        .world(time.source(() -> ahead, () -> ticksAhead), random.split()))
                .start()
                .subscribe(
                        node -> fresh.node = node,
                        failure -> time.schedule(() -> {
                            throw new IllegalStateException("node " + host.number() + " did not start", failure);
                        }));
    }

    /** Its threads stand still; to dispose of it lets them go on. */
    Disposable suspend() {
        NodeTime threads = required().threads;
        threads.standStill();
        return threads::goOn;
    }

    /** The same, and its ticks stand still too. */
    Disposable sleep() {
        Disposable threads = suspend();
        Duration begin = time.elapsed();
        return () -> {
            ticksAhead -= time.elapsed().minus(begin).toNanos();
            threads.dispose();
        };
    }

    /** Somebody sets its wall clock. */
    void setClock(Duration further) {
        ahead = ahead.plus(further);
    }

    /** Stops it as a person would. */
    Mono<Void> stop() {
        Life now = required();
        Node running = now.node;
        remember();
        life = null;
        return running == null ? Mono.empty() : running.stop();
    }

    /** Ends it in the middle of whatever it does; its host lives on. */
    void crash() {
        Life now = required();
        remember();
        medium.crash(host);
        now.end();
        life = null;
    }

    /** Ends it together with its host. */
    void crashSilently() {
        Life now = required();
        remember();
        medium.crashSilently(host);
        now.end();
        life = null;
    }

    /** Empties the disk of a node that is down. */
    void wipe() {
        if (life != null) {
            throw new IllegalStateException("node " + host.number() + " is up: its disk is in use");
        }
        disk = SurvivingStore.create();
        acquaintances = List.of();
    }

    private void remember() {
        Node running = node();
        if (running != null) {
            acquaintances = running.status().neighbours().stream()
                    .map(neighbour -> new PeerContact(neighbour.address(), neighbour.peer()))
                    .toList();
        }
    }

    private Life required() {
        Life now = life;
        if (now == null) {
            throw new IllegalStateException("node " + host.number() + " is down");
        }
        return now;
    }

    /** From a start to its end. */
    private static final class Life {

        private final NodeTime threads;
        private final Sinks.Empty<Void> death = Sinks.empty();
        private @Nullable Node node;

        Life(NodeTime threads) {
            this.threads = threads;
        }

        void end() {
            threads.dispose();
            death.tryEmitEmpty();
        }
    }
}
