package dev.tributary.core.simulation;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.Update;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/** One end of a link without a wire: what one end sends takes its path into the bounded inbox of the other. */
final class InMemoryLink implements PeerLink {

    /** As many messages as a socket's link queues. */
    private static final int INBOX = 8192;

    /** What of it payload may take: the rest is kept for replies without. */
    private static final int PAYLOAD = INBOX - INBOX / 8;

    /** Most inboxes are nearly empty nearly always. */
    private static final int CHUNK = 8;

    private final PeerId peer;
    private final PeerAddress address;
    private final Direction direction;
    private final Scheduler delivery;
    private final Duration slowLimit;

    /** Bounded by the places that are given in it; a queue of that size would cost more than the rest of the link. */
    private final Sinks.Many<PeerMessage> inbox = Sinks.many()
            .unicast()
            .onBackpressureBuffer(Queues.<PeerMessage>unbounded(CHUNK).get());

    private final Sinks.One<CloseReason> closed = Sinks.one();
    private final AtomicReference<@Nullable CloseReason> reason = new AtomicReference<>();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicBoolean watched = new AtomicBoolean();
    private @Nullable InMemoryLink other;
    private Path path = Path.NONE;
    private Runnable whenClosed = () -> {};

    /** Messages with a place in the inbox: taken, in it, or on their way to it. Guarded by the inbox. */
    private long placed;

    InMemoryLink(PeerId peer, PeerAddress address, Direction direction, Scheduler delivery, Duration slowLimit) {
        this.peer = peer;
        this.address = address;
        this.direction = direction;
        this.delivery = delivery;
        this.slowLimit = slowLimit;
    }

    /** Says which end is opposite, and what to do when this one is closed; once, before anybody uses the link. */
    void join(InMemoryLink opposite, Runnable onClose) {
        other = opposite;
        whenClosed = onClose;
    }

    /** Says by which way messages come to the other end; before anybody uses the link. */
    void takes(Path way) {
        path = way;
    }

    @Override
    public PeerId peer() {
        return peer;
    }

    @Override
    public PeerAddress address() {
        return address;
    }

    @Override
    public Direction direction() {
        return direction;
    }

    @Override
    public Mono<Void> send(PeerMessage message) {
        return Mono.defer(() -> {
            CloseReason end = reason.get();
            if (end != null) {
                return Mono.error(new LinkClosedException(peer, end.toString()));
            }
            requireSize(message);
            int room = carriesPayload(message) ? PAYLOAD : INBOX;
            if (!opposite().keepPlace(room)) {
                opposite().watch();
                return Mono.error(new NodeBusyException("messages queued for peer " + peer, room));
            }
            path.carry(message, opposite());
            return Mono.empty();
        });
    }

    @Override
    public Flux<PeerMessage> messages() {
        // One at a time: what is not requested stays in the inbox, where it is counted.
        return inbox.asFlux().doOnNext(message -> taken.incrementAndGet()).publishOn(delivery, 1);
    }

    @Override
    public Mono<CloseReason> closed() {
        return closed.asMono();
    }

    @Override
    public void close(CloseReason why) {
        if (end(why)) {
            path.end(() -> opposite().end(why));
        }
    }

    /** The same limits as on the wire, so that what works here works there. */
    private static void requireSize(PeerMessage message) {
        if (message instanceof Put.Request put) {
            ContractLimits.DEFAULT.check(put.contract(), put.state());
        } else if (message instanceof Get.Found found) {
            ContractLimits.DEFAULT.check(found.contract(), found.state());
        }
    }

    private InMemoryLink opposite() {
        return Objects.requireNonNull(other);
    }

    private static boolean carriesPayload(PeerMessage message) {
        return message instanceof Put.Request
                || message instanceof Get.Found
                || message instanceof Update.Changed
                || message instanceof Update.Difference;
    }

    private boolean keepPlace(int room) {
        synchronized (inbox) {
            boolean free = placed - taken.get() < room;
            placed += free ? 1 : 0;
            return free;
        }
    }

    /** Puts a message into the place that is kept for it. */
    void arrive(PeerMessage message) {
        // Many threads may send at once; the lock makes them one.
        synchronized (inbox) {
            if (reason.get() == null) {
                inbox.tryEmitNext(message);
            }
        }
    }

    /** A message that will never arrive gives its place back. */
    void vanish() {
        synchronized (inbox) {
            placed--;
        }
    }

    /** The inbox was full: if nothing is taken from it until the limit, this end is too slow. */
    private void watch() {
        if (watched.compareAndSet(false, true)) {
            lookLater();
        }
    }

    private void lookLater() {
        long before = taken.get();
        delivery.schedule(() -> look(before), slowLimit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(long before) {
        if (taken.get() == before) {
            close(new CloseReason(
                    CloseReason.Kind.SLOW_PEER,
                    "the inbox is full and nothing was taken from it for " + slowLimit.toMillis() + " ms"));
        } else if (crowded()) {
            lookLater();
        } else {
            watched.set(false);
        }
    }

    private boolean crowded() {
        synchronized (inbox) {
            return reason.get() == null && placed - taken.get() > INBOX / 2;
        }
    }

    /** Ends this side alone; false if it had ended. */
    boolean end(CloseReason why) {
        if (!reason.compareAndSet(null, why)) {
            return false;
        }
        whenClosed.run();
        synchronized (inbox) {
            inbox.tryEmitComplete();
        }
        closed.tryEmitValue(why);
        return true;
    }

    /** Ends this side without a word to anybody: its node does not live any more. */
    void abandon(CloseReason why) {
        if (reason.compareAndSet(null, why)) {
            whenClosed.run();
        }
    }

    boolean ended() {
        return reason.get() != null;
    }
}
