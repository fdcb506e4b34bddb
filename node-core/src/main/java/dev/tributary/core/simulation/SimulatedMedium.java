package dev.tributary.core.simulation;

import dev.tributary.core.message.PeerMessage;
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

    /** Instead of the time of an arrival. */
    static final long NEVER = -1;

    /** The same numbers as over sockets. */
    private static final Duration SLOW_LIMIT = Duration.ofSeconds(5);

    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(10);
    /** The pause before a request for a connection is repeated. */
    private static final Duration FIRST_KNOCK = Duration.ofSeconds(1);

    private static final Duration IDLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    /** A request for a connection, its answer, two for TLS, and a hello each way. */
    private static final int HANDSHAKE_STEPS = 6;

    private static final int HANDSHAKE_BYTES = 1024;

    /** What of a stream travels in one packet. */
    private static final int PACKET = 1200;

    private static final long SHORTEST_RETRY = Duration.ofMillis(200).toNanos();

    /** So many packets lost in a row break a link. */
    private static final int MOST_LOSSES = 6;

    private static final CloseReason UNREACHABLE =
            new CloseReason(Kind.SILENT, "nothing was heard for " + HANDSHAKE_LIMIT.toMillis() + " ms");
    private static final CloseReason IDLE =
            new CloseReason(Kind.IDLE, "nothing was heard for " + IDLE_LIMIT.toMillis() + " ms");
    private static final CloseReason BROKEN =
            new CloseReason(Kind.LOST, "nothing came through in " + MOST_LOSSES + " attempts");
    private static final CloseReason CRASHED = new CloseReason(Kind.LOST, "the connection was reset");
    private static final CloseReason NOBODY = new CloseReason(Kind.LOST, "nobody listens there");

    private final Scheduler scheduler;
    private final LongSupplier ticks;
    private final RandomGenerator random;
    private final long seed;
    private final Duration slowLimit;
    private final Map<PeerAddress, Host> hosts = new HashMap<>();
    private final List<Host> inOrder = new ArrayList<>();
    private final List<BiPredicate<Integer, Integer>> partitions = new ArrayList<>();
    private final Traffic traffic = new Traffic();
    private NetworkConditions conditions;

    /**
     * A network without hosts.
     *
     * @param ticks counts nanoseconds
     * @param seed what distances of pairs are drawn from
     */
    SimulatedMedium(
            Scheduler scheduler,
            LongSupplier ticks,
            RandomGenerator random,
            long seed,
            NetworkConditions conditions,
            Duration slowLimit) {
        this.scheduler = scheduler;
        this.ticks = ticks;
        this.random = random;
        this.seed = seed;
        this.conditions = conditions;
        this.slowLimit = slowLimit;
    }

    static SimulatedMedium of(SimulatedTime time, RandomGenerator random, long seed, NetworkConditions conditions) {
        return new SimulatedMedium(time, time.source().ticks(), random, seed, conditions, SLOW_LIMIT);
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
        conditions = changed;
    }

    synchronized NetworkConditions conditions() {
        return conditions;
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
            later(random.nextLong(KEEP_ALIVE.toNanos()), () -> end(wire, CRASHED));
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
            return answer(from, conditions.latency().nanos(random, seed), target, found);
        }
        return knock(from, there, target, Duration.ZERO, FIRST_KNOCK);
    }

    /** Asks for a connection, again after ever longer pauses, until somebody answers or the time is over. */
    private synchronized Mono<InMemoryTransport> knock(
            InMemoryTransport from, Host there, PeerAddress target, Duration spent, Duration pause) {
        Host here = hostOf(from.address());
        Duration left = HANDSHAKE_LIMIT.minus(spent);
        boolean apart = apart(here, there);
        long takes = apart ? NEVER : handshake(here, there);
        if (apart && pause.compareTo(left) < 0) {
            return Mono.delay(pause, from.delivery())
                    .then(Mono.defer(() -> knock(from, there, target, spent.plus(pause), pause.multipliedBy(2))));
        } else if (takes == NEVER || takes > left.toNanos()) {
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
        return Mono.delay(Duration.ofNanos(transit(here, there)), from.delivery())
                .then();
    }

    long now() {
        return ticks.getAsLong();
    }

    void later(long nanos, Runnable work) {
        scheduler.schedule(work, nanos, TimeUnit.NANOSECONDS);
    }

    /** Whether the message that is sent now will never be seen again. It counts as sent all the same. */
    boolean vanishes(PeerMessage message, int size) {
        traffic.sent(message, size);
        for (NetworkConditions.MessageDrop drop : conditions.drops()) {
            if (drop.which().test(message) && random.nextDouble() < drop.chance()) {
                return true;
            }
        }
        return false;
    }

    /** When a message that is sent now arrives, or {@link #NEVER}. */
    long arrival(Host from, Host to, int size, boolean small) {
        long now = now();
        boolean wide = conditions.bandwidth() == NetworkConditions.UNLIMITED;
        long departure = wide ? now : from.send(now, size, small, conditions.bandwidth());
        long transit = transit(from, to);
        long lost = conditions.loss() == 0 ? 0 : retransmission(size, transit);
        return lost == NEVER ? NEVER : departure + transit + lost;
    }

    /** How long a packet is on its way. */
    long transit(Host from, Host to) {
        long low = Math.min(from.number(), to.number());
        long high = Math.max(from.number(), to.number());
        long pair = seed * 0x9E3779B97F4A7C15L + (low << 32 | high);
        long nanos = Math.max(0, conditions.latency().nanos(random, pair));
        return conditions.slow().isEmpty() ? nanos : (long) (nanos * slowness(from) * slowness(to));
    }

    /** Notes the arrival, and says how long the host is busy with it and what came before. */
    long arrived(Host from, Host to, PeerMessage message) {
        traffic.arrived(now(), from.number(), to.number(), message);
        long takes = conditions.processing().toNanos();
        return takes == 0 ? 0 : to.process(now(), (long) (takes * slowness(to))) - now();
    }

    /** How long the host is busy with what it has already. */
    long busy(Host host) {
        return host.process(now(), 0) - now();
    }

    /** Both ends learn that nothing comes through, once every attempt has failed. */
    void breakDown(Wire wire) {
        later(SHORTEST_RETRY * ((1L << MOST_LOSSES) - 1), () -> end(wire, BROKEN));
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
                long patience = IDLE_LIMIT.toNanos() + random.nextLong(KEEP_ALIVE.toNanos());
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

    private long handshake(Host here, Host there) {
        long sum = 0;
        for (int step = 1; step < HANDSHAKE_STEPS; step++) {
            long transit = transit(here, there);
            long lost = conditions.loss() == 0 ? 0 : retransmission(HANDSHAKE_BYTES, transit);
            if (lost == NEVER) {
                return NEVER;
            }
            sum += transit + lost;
        }
        return sum;
    }

    /** How much later a message of this size is because packets of it get lost; {@link #NEVER} if one always does. */
    private long retransmission(int size, long transit) {
        int packets = (size + PACKET - 1) / PACKET;
        long wait = Math.max(SHORTEST_RETRY, 4 * transit);
        long late = 0;
        for (int attempt = 1; packets > 0; attempt++) {
            packets = lost(packets);
            if (packets > 0) {
                if (attempt == MOST_LOSSES) {
                    return NEVER;
                }
                late += wait;
                wait *= 2;
            }
        }
        return late;
    }

    /** How many of these packets get lost. */
    private int lost(int packets) {
        int lost = 0;
        for (int i = 0; i < packets; i++) {
            lost += random.nextDouble() < conditions.loss() ? 1 : 0;
        }
        return lost;
    }

    private double slowness(Host host) {
        return conditions.slow().getOrDefault(host.number(), 1.0);
    }

    private Host hostOf(PeerAddress address) {
        Host host = hosts.get(address);
        if (host == null) {
            throw new IllegalStateException("no host has the address " + address);
        }
        return host;
    }
}
