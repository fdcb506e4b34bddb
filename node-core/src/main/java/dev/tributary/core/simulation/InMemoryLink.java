package dev.tributary.core.simulation;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.Put;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/** One end of a link without a wire: what one end sends goes into the bounded inbox of the other. */
final class InMemoryLink implements PeerLink {

    /** As many messages as a socket's link queues; beyond it the reader is too slow. */
    private static final int INBOX = 8192;

    private final PeerId peer;
    private final PeerAddress address;
    private final Direction direction;
    private final Scheduler delivery;
    private final Sinks.Many<PeerMessage> inbox = Sinks.many()
            .unicast()
            .onBackpressureBuffer(Queues.<PeerMessage>get(INBOX).get());
    private final Sinks.One<CloseReason> closed = Sinks.one();
    private final AtomicReference<@Nullable CloseReason> reason = new AtomicReference<>();
    private @Nullable InMemoryLink other;

    InMemoryLink(PeerId peer, PeerAddress address, Direction direction, Scheduler delivery) {
        this.peer = peer;
        this.address = address;
        this.direction = direction;
        this.delivery = delivery;
    }

    /** Says which end is opposite; once, before anybody uses the link. */
    void join(InMemoryLink opposite) {
        other = opposite;
    }

    void onClose(Runnable action) {
        closed.asMono().subscribe(end -> action.run(), failure -> action.run());
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
            requireSize(message);
            CloseReason end = reason.get();
            if (end == null && opposite().receive(message)) {
                return Mono.empty();
            }
            if (end == null) {
                close(new CloseReason(CloseReason.Kind.SLOW_PEER, INBOX + " messages are waiting for the peer"));
            }
            return Mono.error(new LinkClosedException(peer, String.valueOf(reason.get())));
        });
    }

    @Override
    public Flux<PeerMessage> messages() {
        // One at a time: what is not requested stays in the inbox, where it is counted.
        return inbox.asFlux().publishOn(delivery, 1);
    }

    @Override
    public Mono<CloseReason> closed() {
        return closed.asMono();
    }

    @Override
    public void close(CloseReason why) {
        end(why);
        opposite().end(why);
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

    private boolean receive(PeerMessage message) {
        // Many threads may send at once; the lock makes them one.
        synchronized (inbox) {
            return reason.get() != null || inbox.tryEmitNext(message).isSuccess();
        }
    }

    private void end(CloseReason why) {
        if (reason.compareAndSet(null, why)) {
            synchronized (inbox) {
                inbox.tryEmitComplete();
            }
            closed.tryEmitValue(why);
        }
    }
}
