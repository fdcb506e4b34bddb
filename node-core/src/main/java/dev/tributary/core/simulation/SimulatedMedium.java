package dev.tributary.core.simulation;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.CloseReason.Kind;
import dev.tributary.core.peer.HandshakeException;
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
 * A network with distances, losses and faults. Time and randomness are passed in, so on virtual time the same happens
 * again. Its lock is for the transport's own tests, which run on real threads.
 */
final class SimulatedMedium implements Medium {

    /** The same numbers as over sockets. */
    private static final Duration SLOW_LIMIT = Duration.ofSeconds(5);

    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(10);
    /** The pause before a request for a connection is repeated. */
    private static final Duration FIRST_KNOCK = Duration.ofSeconds(1);

    private static final Duration IDLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    private static final CloseReason UNREACHABLE =
            new CloseReason(Kind.SILENT, "nothing was heard for " + HANDSHAKE_LIMIT.toMillis() + " ms");
    private static final CloseReason IDLE =
            new CloseReason(Kind.IDLE, "nothing was heard for " + IDLE_LIMIT.toMillis() + " ms");
    private static final CloseReason BROKEN =
            new CloseReason(Kind.LOST, "nothing came through in " + Delays.MOST_LOSSES + " attempts");
    private static final CloseReason CRASHED = new CloseReason(Kind.LOST, "the connection was reset");
    private static final CloseReason NOBODY = new CloseReason(Kind.LOST, "nobody listens there");

    private final Scheduler scheduler;
    private final LongSupplier ticks;
    private final Delays delays;
    private final Duration slowLimit;
    private final Map<PeerAddress, Host> hosts = new HashMap<>();
    private final List<Host> inOrder = new ArrayList<>();
    private final List<BiPredicate<Integer, Integer>> partitions = new ArrayList<>();
    private final Traffic traffic = new Traffic();

    /**
     * A network without hosts.
     *
     * @param ticks counts nanoseconds
     */
    SimulatedMedium(Scheduler scheduler, LongSupplier ticks, Delays delays, Duration slowLimit) {
        this.scheduler = scheduler;
        this.ticks = ticks;
        this.delays = delays;
        this.slowLimit = slowLimit;
    }

    static SimulatedMedium of(SimulatedTime time, RandomGenerator random, long seed, NetworkConditions conditions) {
        return new SimulatedMedium(time, time.source().ticks(), new Delays(random, seed, conditions), SLOW_LIMIT);
    }

    /** One more place, where nobody is yet. */
    synchronized Host addHost(PeerAddress address) {
        Host host = new Host(inOrder.size(), address);
        if (hosts.putIfAbsent(address, host) != null) {
            throw new IllegalArgumentException("two nodes cannot have the address " + address);
        }
        inOrder.add(host);
        return host;
    }

    Host host(int number) {
        return inOrder.get(number);
    }

    Traffic traffic() {
        return traffic;
    }

    /** From now on it is like this. */
    synchronized void conditions(NetworkConditions changed) {
        delays.conditions(changed);
    }

    /** From now on nothing passes between two hosts for which this is true, by their numbers, in either order. */
    synchronized void partition(BiPredicate<Integer, Integer> apart) {
        partitions.add(apart);
        inOrder.forEach(this::reconsider);
    }

    /** Ends a partition that was made with this very predicate. */
    synchronized void heal(BiPredicate<Integer, Integer> apart) {
        partitions.remove(apart);
        inOrder.forEach(this::reconsider);
    }

    /** Whoever runs there is gone; the host tells the peers at once. */
    synchronized void crash(Host host) {
        traffic.happened(now(), host.number(), host.number(), "crash");
        host.open(null);
        for (Wire wire : List.copyOf(host.wires())) {
            wire.abandon(host, CRASHED);
            wire.tell(host, CRASHED);
        }
    }

    /** Host and all are gone; peers learn of it when they have heard nothing for too long. */
    synchronized void crashSilently(Host host) {
        traffic.happened(now(), host.number(), host.number(), "silence");
        host.open(null);
        host.dark(true);
        for (Wire wire : List.copyOf(host.wires())) {
            wire.abandon(host, CRASHED);
        }
        reconsider(host);
    }

    /** The host is there again. It knows nothing of the links that it had, and says so when it is asked. */
    synchronized void revive(Host host) {
        traffic.happened(now(), host.number(), host.number(), "revival");
        host.dark(false);
        for (Wire wire : List.copyOf(host.wires())) {
            later(delays.upTo(KEEP_ALIVE), () -> end(wire, CRASHED));
        }
    }

    @Override
    public Duration slowLimit() {
        return slowLimit;
    }

    @Override
    public synchronized void register(InMemoryTransport transport) {
        hostOf(transport.address()).open(transport);
    }

    @Override
    public synchronized void deregister(InMemoryTransport transport) {
        if (isOpen(transport)) {
            hostOf(transport.address()).open(null);
        }
    }

    @Override
    public synchronized boolean isOpen(InMemoryTransport transport) {
        return transport == hostOf(transport.address()).open();
    }

    @Override
    public synchronized Mono<InMemoryTransport> reach(InMemoryTransport from, PeerAddress target) {
        Host here = hostOf(from.address());
        Host there = hosts.get(target);
        traffic.happened(now(), here.number(), there == null ? -1 : there.number(), "dial");
        if (there == null || there == here) {
            InMemoryTransport found = there == null ? null : there.open();
            return answer(from, delays.packet(here, here), target, found);
        }
        return knock(from, there, target, Duration.ZERO, FIRST_KNOCK);
    }

    /** Asks for a connection, again after ever longer pauses, until somebody answers or the time is over. */
    private synchronized Mono<InMemoryTransport> knock(
            InMemoryTransport from, Host there, PeerAddress target, Duration spent, Duration pause) {
        Host here = hostOf(from.address());
        Duration left = HANDSHAKE_LIMIT.minus(spent);
        boolean apart = apart(here, there);
        long takes = apart ? Delays.NEVER : delays.handshake(here, there);
        if (apart && pause.compareTo(left) < 0) {
            return Mono.delay(pause, from.delivery())
                    .then(Mono.defer(() -> knock(from, there, target, spent.plus(pause), pause.multipliedBy(2))));
        } else if (takes == Delays.NEVER || takes > left.toNanos()) {
            return Mono.delay(left, from.delivery())
                    .then(Mono.error(() -> new HandshakeException(target, UNREACHABLE)));
        }
        return Mono.delay(Duration.ofNanos(takes), from.delivery())
                .then(Mono.defer(() -> answer(from, 0, target, there.open())));
    }

    @Override
    public synchronized Mono<Void> connect(
            InMemoryTransport from, InMemoryLink near, InMemoryTransport to, InMemoryLink far) {
        Host here = hostOf(from.address());
        Host there = hostOf(to.address());
        Wire wire = new Wire(this, here, near, there, far);
        here.wires().add(wire);
        there.wires().add(wire);
        traffic.happened(now(), here.number(), there.number(), "link");
        reconsider(here);
        return Mono.delay(Duration.ofNanos(delays.packet(here, there)), from.delivery())
                .then();
    }

    long now() {
        return ticks.getAsLong();
    }

    void later(long nanos, Runnable work) {
        scheduler.schedule(work, nanos, TimeUnit.NANOSECONDS);
    }

    Delays delays() {
        return delays;
    }

    /** Both ends learn that nothing comes through, once every attempt has failed. */
    void breakDown(Wire wire) {
        later(Delays.GIVEN_UP, () -> end(wire, BROKEN));
    }

    /** One of the ends is closed; when both are, nothing is left of the link. */
    synchronized void ended(Wire wire) {
        if (wire.over()) {
            wire.from().wires().remove(wire);
            wire.to().wires().remove(wire);
        }
    }

    private void end(Wire wire, CloseReason reason) {
        traffic.happened(
                now(), wire.from().number(), wire.to().number(), reason.kind().name());
        wire.end(reason);
        ended(wire);
    }

    /** Cuts those wires of the host that must be, and mends those that need not be any more. */
    private void reconsider(Host host) {
        for (Wire wire : List.copyOf(host.wires())) {
            boolean apart = apart(wire.from(), wire.to());
            if (apart && !wire.cut()) {
                wire.sever();
                int cut = wire.cuts();
                // A look an interval, and the last sign of life may have been long ago.
                long patience = IDLE_LIMIT.toNanos() + delays.upTo(KEEP_ALIVE);
                later(patience, () -> giveUp(wire, cut));
            } else if (!apart && wire.cut()) {
                wire.mend();
            }
        }
    }

    private void giveUp(Wire wire, int cut) {
        if (wire.cut() && wire.cuts() == cut) {
            end(wire, IDLE);
        }
    }

    private boolean apart(Host one, Host other) {
        if (one.dark() || other.dark()) {
            return true;
        }
        for (BiPredicate<Integer, Integer> partition : partitions) {
            if (partition.test(one.number(), other.number()) || partition.test(other.number(), one.number())) {
                return true;
            }
        }
        return false;
    }

    private Mono<InMemoryTransport> answer(
            InMemoryTransport from, long after, PeerAddress target, @Nullable InMemoryTransport found) {
        Mono<InMemoryTransport> answer =
                found == null ? Mono.error(() -> new HandshakeException(target, NOBODY)) : Mono.just(found);
        return after == 0
                ? answer
                : Mono.delay(Duration.ofNanos(after), from.delivery()).then(answer);
    }

    private Host hostOf(PeerAddress address) {
        Host host = hosts.get(address);
        if (host == null) {
            throw new IllegalStateException("no host has the address " + address);
        }
        return host;
    }
}
