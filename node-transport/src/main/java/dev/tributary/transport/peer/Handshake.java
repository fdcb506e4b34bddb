package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerLink.Direction;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.FrameWriter;
import dev.tributary.transport.wire.Hello;
import dev.tributary.transport.wire.VersionRange;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A connection that is becoming a link: TLS proves who the peer is, then each side says hello, the dialling one first. The
 * accepting side answers only when it admits the peer, so the answer makes the link for both. It knows no time limit: who
 * started it gives it up.
 */
final class Handshake implements Stage {

    private static final VersionRange VERSIONS = VersionRange.OURS;
    private static final long FEATURES = 0;

    private final Local local;
    private final Direction direction;
    private final PeerAddress address;
    private final @Nullable PeerId expected;
    private final Sinks.One<NettyPeerLink> result = Sinks.one();
    private @Nullable PeerChannel channel;
    private @Nullable PeerId peer;
    private @Nullable CloseReason failure;
    private @Nullable NettyPeerLink link;
    private volatile boolean claimed;
    private volatile boolean abandoned;

    private Handshake(Local local, Direction direction, PeerAddress address, @Nullable PeerId expected) {
        this.local = local;
        this.direction = direction;
        this.address = address;
        this.expected = expected;
    }

    static Handshake dialling(Local local, PeerAddress address, @Nullable PeerId expected) {
        return new Handshake(local, Direction.OUTBOUND, address, expected);
    }

    static Handshake accepting(Local local, PeerAddress from) {
        return new Handshake(local, Direction.INBOUND, from, null);
    }

    /** Takes over a channel that is just being made. */
    synchronized void begin(Channel made) {
        if (failure != null) {
            made.close();
            return;
        }
        channel = PeerChannel.open(
                made,
                direction == Direction.OUTBOUND
                        ? local.tls().dialling(made.alloc())
                        : local.tls().accepting(made.alloc()),
                this,
                local.timer(),
                local.config().closeLimit());
    }

    /** The address that is dialled, or that the connection comes from. */
    PeerAddress address() {
        return address;
    }

    /** The link, or {@link HandshakeException}. */
    Mono<NettyPeerLink> confirmed() {
        return result.asMono();
    }

    /** The link has an owner: giving up comes too late. */
    void claim() {
        claimed = true;
    }

    /** Fails the handshake and tells who waits for it. Any thread; too late for a link. */
    void refuse(CloseReason reason) {
        PeerChannel connection = stopBeforeBegin(reason);
        if (connection == null) {
            result.tryEmitError(new HandshakeException(address, reason));
        } else {
            connection.run(() -> failed(reason));
        }
    }

    /** Nobody waits any more: ends the handshake, or the link if it is not claimed. Any thread. */
    void abandon(CloseReason reason) {
        abandoned = true;
        PeerChannel connection = stopBeforeBegin(reason);
        if (connection != null) {
            connection.run(() -> giveUp(reason));
        }
    }

    private synchronized @Nullable PeerChannel stopBeforeBegin(CloseReason reason) {
        if (channel == null && failure == null) {
            failure = reason;
        }
        return channel;
    }

    private void giveUp(CloseReason reason) {
        if (link == null) {
            failed(reason);
        } else if (!claimed) {
            link.close(reason);
        }
    }

    @Override
    public void secured(PeerId proven) {
        peer = proven;
        if (proven.equals(local.self())) {
            failed(new CloseReason(
                    CloseReason.Kind.SELF, "the peer is this node itself, or another one with a copy of its key"));
        } else if (expected != null && !proven.equals(expected)) {
            failed(new CloseReason(CloseReason.Kind.IDENTITY, "expected peer " + expected + ", found " + proven));
        } else if (proven.zeroBits() < local.config().difficulty()) {
            failed(tooEasy(proven));
        } else if (direction == Direction.OUTBOUND) {
            sayHello();
        }
    }

    private CloseReason tooEasy(PeerId proven) {
        String found = "the id of peer " + proven + " has a puzzle of " + proven.zeroBits() + " bits";
        return new CloseReason(
                CloseReason.Kind.IDENTITY,
                found + ", at least " + local.config().difficulty() + " are asked for");
    }

    @Override
    public void frame(Frame frame) {
        if (failure != null) {
            return;
        }
        if (frame instanceof Frame.Greeting greeting) {
            greeted(greeting.hello());
        } else if (frame instanceof Frame.Close close) {
            end(close.reason(), "peer");
            connection().close();
        }
    }

    private void greeted(Hello hello) {
        if (VERSIONS.common(hello.versions()).isEmpty()) {
            failed(new CloseReason(
                    CloseReason.Kind.VERSION, "one side speaks " + VERSIONS + ", the other " + hello.versions()));
            return;
        }
        NettyPeerLink made = new NettyPeerLink(
                local, connection(), Objects.requireNonNull(peer, "secured first"), reachable(hello), direction);
        CloseReason refusal = local.links().add(made);
        if (refusal != null) {
            failed(refusal);
            return;
        }
        if (direction == Direction.INBOUND) {
            sayHello();
        }
        link = made;
        connection().enter(made);
        made.begin();
        result.tryEmitValue(made).orThrow();
    }

    /** What was dialled is known to work; of an inbound peer the host is what we see, and the port what it says. */
    private PeerAddress reachable(Hello hello) {
        return direction == Direction.OUTBOUND ? address : new PeerAddress(address.host(), hello.listenPort());
    }

    private void sayHello() {
        PeerChannel connection = connection();
        PeerAddress observed = addressOf(connection.channel());
        Hello hello = new Hello(
                VERSIONS,
                FEATURES,
                local.listenPort().get(),
                observed,
                local.config().agent());
        ByteBuf frame = connection.channel().alloc().ioBuffer(512);
        FrameWriter.hello(hello, frame);
        connection.write(frame);
        connection.flush();
    }

    @Override
    public void failed(CloseReason reason) {
        if (failure == null && link == null) {
            end(reason, "us");
            connection().farewell(reason);
        }
    }

    @Override
    public void gone() {
        if (failure == null) {
            end(new CloseReason(CloseReason.Kind.LOST, "the connection was closed during the handshake"), "peer");
        }
    }

    private void end(CloseReason reason, String by) {
        failure = reason;
        local.log().refused(peer, address, by, reason);
        if (!abandoned) {
            result.tryEmitError(new HandshakeException(address, reason));
        }
    }

    @Override
    public void bytesRead() {}

    @Override
    public void writable() {}

    private PeerChannel connection() {
        return Objects.requireNonNull(channel, "stages are told after the beginning");
    }

    static PeerAddress addressOf(Channel channel) {
        return addressOf((InetSocketAddress) channel.remoteAddress());
    }

    static PeerAddress addressOf(InetSocketAddress address) {
        String host = address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return new PeerAddress(host, address.getPort());
    }
}
