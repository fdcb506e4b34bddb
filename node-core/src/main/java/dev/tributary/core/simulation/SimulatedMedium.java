package dev.tributary.core.simulation;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.CloseReason.Kind;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.simulation.time.SimulatedTime;
import dev.tributary.core.value.PeerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A network with latency, loss and faults. Time and randomness are passed in, so runs on virtual time are reproducible.
 * It locks only for the transport's own tests, which run on real threads.
 */
final class SimulatedMedium implements Medium {

    /** Maximum time without consumption from a full inbox. This limit and those below equal those of TCP links. */
    private static final Duration SLOW_LIMIT = Duration.ofSeconds(30);

    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(10);

    /** Pause before the first retransmission of a SYN; it doubles with each. */
    private static final Duration SYN_RETRY = Duration.ofSeconds(1);

    private static final Duration IDLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    private static final CloseReason UNREACHABLE =
            new CloseReason(Kind.HANDSHAKE_TIMEOUT, "nothing was heard for " + HANDSHAKE_LIMIT.toMillis() + " ms");
    private static final CloseReason IDLE =
            new CloseReason(Kind.IDLE, "nothing was heard for " + IDLE_LIMIT.toMillis() + " ms");
    private static final CloseReason BROKEN =
            new CloseReason(Kind.LOST, "nothing came through in " + DelayModel.MAX_LOSSES + " attempts");
    private static final CloseReason CRASHED = new CloseReason(Kind.LOST, "the connection was reset");
    private static final CloseReason REFUSED = new CloseReason(Kind.LOST, "connection refused");

    private final Scheduler scheduler;
    private final LongSupplier ticks;
    private final DelayModel delays;
    private final Duration slowLimit;
    private final Map<PeerAddress, SimulatedHost> hosts = new HashMap<>();
    private final List<SimulatedHost> inOrder = new ArrayList<>();
    private final List<BiPredicate<Integer, Integer>> partitions = new ArrayList<>();
    private final TrafficRecorder traffic = new TrafficRecorder();

    /**
     * Creates a network without hosts.
     *
     * @param ticks a monotonic clock in nanoseconds
     */
    SimulatedMedium(Scheduler scheduler, LongSupplier ticks, DelayModel delays, Duration slowLimit) {
        this.scheduler = scheduler;
        this.ticks = ticks;
        this.delays = delays;
        this.slowLimit = slowLimit;
    }

    static SimulatedMedium of(SimulatedTime time, RandomGenerator random, long seed, NetworkConditions conditions) {
        return new SimulatedMedium(
                time, time.source().nanoTime(), new DelayModel(random, seed, conditions), SLOW_LIMIT);
    }

    /** Adds a host without an open transport. */
    synchronized SimulatedHost addHost(PeerAddress address) {
        SimulatedHost host = new SimulatedHost(inOrder.size(), address);
        if (hosts.putIfAbsent(address, host) != null) {
            throw new IllegalArgumentException("two nodes cannot have the address " + address);
        }
        inOrder.add(host);
        return host;
    }

    SimulatedHost host(int number) {
        return inOrder.get(number);
    }

    TrafficRecorder traffic() {
        return traffic;
    }

    /** Replaces the network conditions. */
    synchronized void conditions(NetworkConditions changed) {
        delays.conditions(changed);
    }

    /** Partitions each two hosts for whose numbers the predicate is true, in either order. */
    synchronized void partition(BiPredicate<Integer, Integer> separated) {
        partitions.add(separated);
        inOrder.forEach(this::updateConnections);
    }

    /** Heals the partition that was created with this predicate instance. */
    synchronized void heal(BiPredicate<Integer, Integer> separated) {
        partitions.remove(separated);
        inOrder.forEach(this::updateConnections);
    }

    /** Kills the process on the host; the host resets its connections at once. */
    synchronized void crash(SimulatedHost host) {
        traffic.recordEvent(now(), host.number(), host.number(), "crash");
        host.openTransport(null);
        for (SimulatedConnection wire : List.copyOf(host.connections())) {
            wire.abandon(host, CRASHED);
            wire.notifyClosed(host, CRASHED);
        }
    }

    /** Kills the host; its peers notice by their idle timeout. */
    synchronized void crashSilently(SimulatedHost host) {
        traffic.recordEvent(now(), host.number(), host.number(), "silence");
        host.openTransport(null);
        host.unreachable(true);
        for (SimulatedConnection wire : List.copyOf(host.connections())) {
            wire.abandon(host, CRASHED);
        }
        updateConnections(host);
    }

    /** Makes the host reachable again. It has lost its connections and resets each at the peer's next keep-alive. */
    synchronized void restart(SimulatedHost host) {
        traffic.recordEvent(now(), host.number(), host.number(), "revival");
        host.unreachable(false);
        for (SimulatedConnection wire : List.copyOf(host.connections())) {
            schedule(delays.randomBelow(KEEP_ALIVE), () -> end(wire, CRASHED));
        }
    }

    @Override
    public Duration slowLimit() {
        return slowLimit;
    }

    @Override
    public synchronized void register(InMemoryTransport transport) {
        hostOf(transport.address()).openTransport(transport);
    }

    @Override
    public synchronized void deregister(InMemoryTransport transport) {
        if (isOpen(transport)) {
            hostOf(transport.address()).openTransport(null);
        }
    }

    @Override
    public synchronized boolean isOpen(InMemoryTransport transport) {
        return transport == hostOf(transport.address()).openTransport();
    }

    @Override
    public synchronized Mono<InMemoryTransport> findListener(InMemoryTransport from, PeerAddress target) {
        SimulatedHost here = hostOf(from.address());
        SimulatedHost there = hosts.get(target);
        traffic.recordEvent(now(), here.number(), there == null ? -1 : there.number(), "dial");
        if (there == null || there == here) {
            InMemoryTransport found = there == null ? null : there.openTransport();
            return reply(from, delays.packetLatency(here, here), target, found);
        }
        return attemptHandshake(from, there, target, Duration.ZERO, SYN_RETRY);
    }

    /** Attempts a handshake with exponential backoff, until the host replies or the handshake limit has passed. */
    private synchronized Mono<InMemoryTransport> attemptHandshake(
            InMemoryTransport from, SimulatedHost there, PeerAddress target, Duration elapsed, Duration pause) {
        SimulatedHost here = hostOf(from.address());
        Duration remaining = HANDSHAKE_LIMIT.minus(elapsed);
        boolean partitioned = isPartitioned(here, there);
        long duration = partitioned ? DelayModel.NEVER : delays.handshakeDelay(here, there);
        if (partitioned && pause.compareTo(remaining) < 0) {
            return Mono.delay(pause, from.delivery())
                    .then(Mono.defer(
                            () -> attemptHandshake(from, there, target, elapsed.plus(pause), pause.multipliedBy(2))));
        } else if (duration == DelayModel.NEVER || duration > remaining.toNanos()) {
            return Mono.delay(remaining, from.delivery())
                    .then(Mono.error(() -> new HandshakeException(target, UNREACHABLE)));
        }
        return Mono.delay(Duration.ofNanos(duration), from.delivery())
                .then(Mono.defer(() -> reply(from, 0, target, there.openTransport())));
    }

    @Override
    public synchronized Mono<Void> connect(
            InMemoryTransport from, InMemoryLink near, InMemoryTransport to, InMemoryLink far) {
        SimulatedHost here = hostOf(from.address());
        SimulatedHost there = hostOf(to.address());
        SimulatedConnection wire = new SimulatedConnection(this, here, near, there, far);
        here.connections().add(wire);
        there.connections().add(wire);
        traffic.recordEvent(now(), here.number(), there.number(), "link");
        updateConnections(here);
        return Mono.delay(Duration.ofNanos(delays.packetLatency(here, there)), from.delivery())
                .then();
    }

    long now() {
        return ticks.getAsLong();
    }

    void schedule(long nanos, Runnable work) {
        scheduler.schedule(work, nanos, TimeUnit.NANOSECONDS);
    }

    DelayModel delays() {
        return delays;
    }

    /** Closes both ends once all retransmissions have failed. */
    void breakAfterRetries(SimulatedConnection wire) {
        schedule(DelayModel.TOTAL_RETRY_NANOS, () -> end(wire, BROKEN));
    }

    /** Called when one end is closed; removes the connection once both are. */
    synchronized void onEndClosed(SimulatedConnection wire) {
        if (wire.isClosed()) {
            wire.from().connections().remove(wire);
            wire.to().connections().remove(wire);
        }
    }

    private void end(SimulatedConnection wire, CloseReason reason) {
        traffic.recordEvent(
                now(), wire.from().number(), wire.to().number(), reason.kind().name());
        wire.end(reason);
        onEndClosed(wire);
    }

    /** Partitions or heals the connections of the host according to the current partitions. */
    private void updateConnections(SimulatedHost host) {
        for (SimulatedConnection wire : List.copyOf(host.connections())) {
            boolean partitioned = isPartitioned(wire.from(), wire.to());
            if (partitioned && !wire.isPartitioned()) {
                wire.partition();
                int partitionNumber = wire.partitionCount();
                // Keep-alive checks run once per interval, so a silent connection is noticed up to one interval late.
                long idleTimeout = IDLE_LIMIT.toNanos() + delays.randomBelow(KEEP_ALIVE);
                schedule(idleTimeout, () -> closeIfIdle(wire, partitionNumber));
            } else if (!partitioned && wire.isPartitioned()) {
                wire.heal();
            }
        }
    }

    private void closeIfIdle(SimulatedConnection wire, int partitionNumber) {
        if (wire.isPartitioned() && wire.partitionCount() == partitionNumber) {
            end(wire, IDLE);
        }
    }

    private boolean isPartitioned(SimulatedHost one, SimulatedHost other) {
        if (one.unreachable() || other.unreachable()) {
            return true;
        }
        for (BiPredicate<Integer, Integer> partition : partitions) {
            if (partition.test(one.number(), other.number()) || partition.test(other.number(), one.number())) {
                return true;
            }
        }
        return false;
    }

    private Mono<InMemoryTransport> reply(
            InMemoryTransport from, long after, PeerAddress target, @Nullable InMemoryTransport found) {
        Mono<InMemoryTransport> reply =
                found == null ? Mono.error(() -> new HandshakeException(target, REFUSED)) : Mono.just(found);
        return after == 0
                ? reply
                : Mono.delay(Duration.ofNanos(after), from.delivery()).then(reply);
    }

    private SimulatedHost hostOf(PeerAddress address) {
        SimulatedHost host = hosts.get(address);
        if (host == null) {
            throw new IllegalStateException("no host has the address " + address);
        }
        return host;
    }
}
