package dev.tributary.core.simulation;

import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.IpAddress;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
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

/** One end of a link without sockets: a message that one end sends enters the bounded inbox of the other end. */
final class InMemoryLink implements PeerLink {

    /** Maximum number of messages in the inbox and in transit to it: as many as a TCP link queues. */
    private static final int INBOX_CAPACITY = 8192;

    /** Maximum number of inbox slots for messages with payload; the rest is reserved for messages without. */
    private static final int PAYLOAD_CAPACITY = INBOX_CAPACITY - INBOX_CAPACITY / 8;

    /** Segment size of the inbox, in messages; small, because most inboxes are nearly empty. */
    private static final int INBOX_SEGMENT = 8;

    private final PeerId peer;
    private final PeerAddress address;
    private final Direction direction;
    private final Scheduler delivery;
    private final Duration slowLimit;

    /** Bounded by {@link #reserved}: a preallocated queue would use more memory than the rest of the link. */
    private final Sinks.Many<PeerMessage> inbox = Sinks.many()
            .unicast()
            .onBackpressureBuffer(Queues.<PeerMessage>unbounded(INBOX_SEGMENT).get());

    private final Sinks.One<CloseReason> closed = Sinks.one();
    private final AtomicReference<@Nullable CloseReason> reason = new AtomicReference<>();
    private final AtomicLong consumed = new AtomicLong();
    private final AtomicBoolean watchingProgress = new AtomicBoolean();
    private @Nullable InMemoryLink other;
    private DeliveryPath path = DeliveryPath.IMMEDIATE;
    private Runnable closeAction = () -> {};

    /** Number of slots reserved so far: messages consumed, in the inbox or in transit to it. Guarded by the inbox. */
    private long reserved;

    InMemoryLink(PeerId peer, PeerAddress address, Direction direction, Scheduler delivery, Duration slowLimit) {
        this.peer = peer;
        this.address = address;
        this.direction = direction;
        this.delivery = delivery;
        this.slowLimit = slowLimit;
    }

    /** Sets the opposite end and the action on close of this end. Called once, before the link is used. */
    void pairWith(InMemoryLink opposite, Runnable onClose) {
        other = opposite;
        closeAction = onClose;
    }

    /** Sets the path of messages to the other end. Called before the link is used. */
    void setPath(DeliveryPath toOther) {
        path = toOther;
    }

    @Override
    public PeerId peer() {
        return peer;
    }

    @Override
    public PeerAddress address() {
        return address;
    }

    /** The simulated host's address, if it is an IP address: no host dials from another one. */
    @Override
    public Optional<IpAddress> remote() {
        return address.ip();
    }

    @Override
    public Direction direction() {
        return direction;
    }

    @Override
    public Mono<Void> send(PeerMessage message) {
        return Mono.defer(() -> {
            CloseReason ended = reason.get();
            if (ended != null) {
                return Mono.error(new LinkClosedException(peer, ended.toString()));
            }
            int capacity = PayloadCheck.carriesPayload(message) ? PAYLOAD_CAPACITY : INBOX_CAPACITY;
            if (!opposite().reserveSlot(capacity)) {
                opposite().watchProgress();
                return Mono.error(new NodeBusyException("messages queued for peer " + peer, capacity));
            }
            path.transmit(message, opposite());
            return Mono.empty();
        });
    }

    @Override
    public Optional<Transfer> transfer(TransactionId tx) {
        return path.transfer(tx).or(() -> opposite().path.transfer(tx));
    }

    @Override
    public Flux<PeerMessage> messages() {
        // A prefetch of one: messages that are not requested stay in the inbox, where they count against its limit.
        return inbox.asFlux().doOnNext(message -> consumed.incrementAndGet()).publishOn(delivery, 1);
    }

    @Override
    public Mono<CloseReason> closed() {
        return closed.asMono();
    }

    @Override
    public void close(CloseReason closeReason) {
        if (closeLocally(closeReason)) {
            path.transmitEnd(closeReason, () -> opposite().closeLocally(closeReason));
        }
    }

    private InMemoryLink opposite() {
        return Objects.requireNonNull(other);
    }

    private boolean reserveSlot(int capacity) {
        synchronized (inbox) {
            boolean free = reserved - consumed.get() < capacity;
            reserved += free ? 1 : 0;
            return free;
        }
    }

    /** Puts a message into its reserved inbox slot. */
    void deliver(PeerMessage message) {
        // The sink requires serialized emission; several threads may send at once.
        synchronized (inbox) {
            if (reason.get() == null) {
                inbox.tryEmitNext(message);
            }
        }
    }

    /** Releases the slot of a message that will never arrive. */
    void releaseSlot() {
        synchronized (inbox) {
            reserved--;
        }
    }

    /** Called when the inbox was full: closes the link as slow if nothing is consumed within the limit. */
    private void watchProgress() {
        if (watchingProgress.compareAndSet(false, true)) {
            scheduleProgressCheck();
        }
    }

    private void scheduleProgressCheck() {
        long consumedBefore = consumed.get();
        delivery.schedule(() -> checkProgress(consumedBefore), slowLimit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void checkProgress(long consumedBefore) {
        if (consumed.get() == consumedBefore) {
            close(new CloseReason(
                    CloseReason.Kind.SLOW_PEER,
                    "the inbox is full and nothing was taken from it for " + slowLimit.toMillis() + " ms"));
        } else if (isMoreThanHalfFull()) {
            scheduleProgressCheck();
        } else {
            watchingProgress.set(false);
        }
    }

    private boolean isMoreThanHalfFull() {
        synchronized (inbox) {
            return reason.get() == null && reserved - consumed.get() > INBOX_CAPACITY / 2;
        }
    }

    /** Closes this end only; false if it was closed before. */
    boolean closeLocally(CloseReason closeReason) {
        if (!reason.compareAndSet(null, closeReason)) {
            return false;
        }
        closeAction.run();
        synchronized (inbox) {
            inbox.tryEmitComplete();
        }
        closed.tryEmitValue(closeReason);
        return true;
    }

    /** Closes this end without notifying its subscribers: its node has crashed. */
    void abandon(CloseReason closeReason) {
        if (reason.compareAndSet(null, closeReason)) {
            closeAction.run();
        }
    }

    boolean isClosed() {
        return reason.get() != null;
    }
}
