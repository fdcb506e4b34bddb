package dev.tributary.core.loop;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.IpAddress;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A link whose messages the test provides. Records the close reason, the sent messages and how many were read. */
public final class ScriptedLink implements PeerLink {

    private final PeerId peer;
    private final Direction direction;
    private final Sinks.Many<PeerMessage> incoming = Sinks.many().unicast().onBackpressureBuffer();
    private final Sinks.One<CloseReason> closed = Sinks.one();
    private final AtomicReference<@Nullable CloseReason> reason = new AtomicReference<>();
    private final AtomicLong read = new AtomicLong();
    private final List<PeerMessage> sent = new CopyOnWriteArrayList<>();
    private PeerAddress address = new PeerAddress("peer", 1);
    private Optional<IpAddress> remote = Optional.empty();

    private ScriptedLink(PeerId peer, Direction direction) {
        this.peer = peer;
        this.direction = direction;
    }

    public static ScriptedLink inbound(PeerId peer) {
        return new ScriptedLink(peer, Direction.INBOUND);
    }

    public static ScriptedLink outbound(PeerId peer) {
        return new ScriptedLink(peer, Direction.OUTBOUND);
    }

    /** Delivers a message from the peer. */
    public void deliver(PeerMessage message) {
        incoming.tryEmitNext(message).orThrow();
    }

    /** Makes the flow of messages fail, as no transport should. */
    public void failReading() {
        incoming.tryEmitError(new IllegalStateException("the link cannot be read"))
                .orThrow();
    }

    /** Sets the peer's host; an IP address is also the remote one. */
    public ScriptedLink at(String host) {
        address = new PeerAddress(host, 1);
        remote = address.ip();
        return this;
    }

    /** Sets the IP address of the connection's other end. */
    public ScriptedLink from(IpAddress observed) {
        remote = Optional.of(observed);
        return this;
    }

    /** The messages sent to the peer, in order. */
    public List<PeerMessage> sent() {
        return sent;
    }

    /** Number of messages read from the link. */
    public long read() {
        return read.get();
    }

    /** The kind of the close reason, or null while the link is open. */
    public CloseReason.@Nullable Kind closeKind() {
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
    public Optional<IpAddress> remote() {
        return remote;
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
        return incoming.asFlux().doOnNext(message -> read.incrementAndGet());
    }

    @Override
    public Mono<CloseReason> closed() {
        return closed.asMono();
    }

    @Override
    public void close(CloseReason why) {
        if (reason.compareAndSet(null, why)) {
            incoming.tryEmitComplete();
            closed.tryEmitValue(why);
        }
    }
}
