package dev.tributary.core.simulation;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A network inside one JVM: transports that connect to each other without sockets. Messages are passed by reference,
 * not encoded, and never lost. For tests, examples and embedded use.
 */
public final class InMemoryNetwork {

    /** Maximum time for which a peer may consume nothing from its full inbox: the same as over TCP. */
    private static final Duration SLOW_LIMIT = Duration.ofSeconds(5);

    private final Medium medium;
    private final AtomicInteger ports = new AtomicInteger();
    private final Scheduler delivery;
    private final RandomGenerator random;

    InMemoryNetwork(Scheduler delivery, RandomGenerator random, Duration slowLimit) {
        this.delivery = delivery;
        this.random = random;
        this.medium = new Immediate(slowLimit);
    }

    /** Creates a network that delivers on Reactor's parallel scheduler, with random peer ids. */
    public static InMemoryNetwork create() {
        return create(Schedulers.parallel(), new SplittableRandom());
    }

    /** Creates a network that delivers on this scheduler, with peer ids drawn from this generator. */
    public static InMemoryNetwork create(Scheduler delivery, RandomGenerator random) {
        return new InMemoryNetwork(delivery, random, SLOW_LIMIT);
    }

    /** Creates a transport for one node, with a new id and a new address. */
    public PeerTransport transport() {
        byte[] id = new byte[32];
        synchronized (this) {
            random.nextBytes(id);
        }
        return transport(new PeerId(Bytes.wrap(id)));
    }

    /** Creates a transport for the node of this id, with a new address. */
    public PeerTransport transport(PeerId self) {
        return new InMemoryTransport(medium, self, new PeerAddress("memory", ports.incrementAndGet()), delivery);
    }

    /** The address of a transport of this kind; available before it is open. */
    public static PeerAddress addressOf(PeerTransport transport) {
        return ((InMemoryTransport) transport).address();
    }

    /** A medium without delays. */
    private static final class Immediate implements Medium {

        private final Map<PeerAddress, InMemoryTransport> open = new ConcurrentHashMap<>();
        private final Duration slowLimit;

        Immediate(Duration slowLimit) {
            this.slowLimit = slowLimit;
        }

        @Override
        public Duration slowLimit() {
            return slowLimit;
        }

        @Override
        public void register(InMemoryTransport transport) {
            open.put(transport.address(), transport);
        }

        @Override
        public boolean isOpen(InMemoryTransport transport) {
            return open.get(transport.address()) == transport;
        }

        @Override
        public void deregister(InMemoryTransport transport) {
            open.remove(transport.address(), transport);
        }

        @Override
        public Mono<InMemoryTransport> findListener(InMemoryTransport from, PeerAddress target) {
            InMemoryTransport found = open.get(target);
            return found != null
                    ? Mono.just(found)
                    : Mono.error(new HandshakeException(
                            target, new CloseReason(CloseReason.Kind.LOST, "connection refused")));
        }

        @Override
        public Mono<Void> connect(InMemoryTransport from, InMemoryLink near, InMemoryTransport to, InMemoryLink far) {
            return Mono.empty();
        }
    }
}
