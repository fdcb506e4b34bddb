package dev.tributary.core.loop;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A link whose peer says what a test makes it say. Remembers why it was closed and how much of it was read. */
final class ScriptedLink implements PeerLink {

    private final PeerId peer;
    private final Direction direction;
    private final Sinks.Many<PeerMessage> inbox = Sinks.many().unicast().onBackpressureBuffer();
    private final Sinks.One<CloseReason> closed = Sinks.one();
    private final AtomicReference<@Nullable CloseReason> reason = new AtomicReference<>();
    private final AtomicLong read = new AtomicLong();
    private final List<PeerMessage> sent = new CopyOnWriteArrayList<>();
    private PeerAddress address = new PeerAddress("peer", 1);

    private ScriptedLink(PeerId peer, Direction direction) {
        this.peer = peer;
        this.direction = direction;
    }

    static ScriptedLink inbound(PeerId peer) {
        return new ScriptedLink(peer, Direction.INBOUND);
    }

    static ScriptedLink outbound(PeerId peer) {
        return new ScriptedLink(peer, Direction.OUTBOUND);
    }

    /** The peer says this. */
    void says(PeerMessage message) {
        inbox.tryEmitNext(message).orThrow();
    }

    /** The peer is at this host. */
    ScriptedLink at(String host) {
        address = new PeerAddress(host, 1);
        return this;
    }

    /** What was sent to the peer, in order. */
    List<PeerMessage> sent() {
        return sent;
    }

    /** How many messages were taken out of the link. */
    long read() {
        return read.get();
    }

    /** Why it was closed, or null. */
    CloseReason.@Nullable Kind closedBecause() {
        CloseReason why = reason.get();
        return why == null ? null : why.kind();
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
        return Mono.fromRunnable(() -> sent.add(message));
    }

    @Override
    public Flux<PeerMessage> messages() {
        return inbox.asFlux().doOnNext(message -> read.incrementAndGet());
    }

    @Override
    public Mono<CloseReason> closed() {
        return closed.asMono();
    }

    @Override
    public void close(CloseReason why) {
        if (reason.compareAndSet(null, why)) {
            inbox.tryEmitComplete();
            closed.tryEmitValue(why);
        }
    }
}
