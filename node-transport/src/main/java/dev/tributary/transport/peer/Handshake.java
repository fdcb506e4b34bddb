package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerLink.Direction;
import dev.tributary.core.value.IpAddress;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.FrameWriter;
import dev.tributary.transport.wire.Hello;
import dev.tributary.transport.wire.LargeMessageGate;
import dev.tributary.transport.wire.VersionRange;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The handshake of one connection: TLS verifies the peer's identity, then each side sends a hello, the dialling side
 * first. The accepting side replies only if it accepts the peer, so its hello confirms the link for both sides. It has
 * no timeout of its own: its creator abandons it.
 */
final class Handshake implements ConnectionState {

    private static final VersionRange VERSIONS = VersionRange.OURS;
    private static final long FEATURES = 0;

    private final TransportContext local;
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

    private Handshake(TransportContext local, Direction direction, PeerAddress address, @Nullable PeerId expected) {
        this.local = local;
        this.direction = direction;
        this.address = address;
        this.expected = expected;
    }

    static Handshake dialling(TransportContext local, PeerAddress address, @Nullable PeerId expected) {
        return new Handshake(local, Direction.OUTBOUND, address, expected);
    }

    static Handshake accepting(TransportContext local, PeerAddress from) {
        return new Handshake(local, Direction.INBOUND, from, null);
    }

    /** Takes over a channel that is being initialized. */
    synchronized void begin(Channel created) {
        if (failure != null) {
            created.close();
            return;
        }
        channel = PeerChannel.open(
                created,
                direction == Direction.OUTBOUND
                        ? local.tls().dialling(created.alloc())
                        : local.tls().accepting(created.alloc()),
                this,
                local.threads().timer(),
                local.config().timeouts().close());
    }

    /** Returns the dialled address, or the remote address of an inbound connection. */
    PeerAddress address() {
        return address;
    }

    /** Emits the link, or errors with {@link HandshakeException}. */
    Mono<NettyPeerLink> confirmed() {
        return result.asMono();
    }

    /** Marks the link as owned: {@link #abandon} has no effect any more. */
    void claim() {
        claimed = true;
    }

    /** Fails the handshake and signals the error to its subscriber. Any thread; no effect once there is a link. */
    void refuse(CloseReason reason) {
        PeerChannel connection = failBeforeBegin(reason);
        if (connection == null) {
            result.tryEmitError(new HandshakeException(address, reason));
        } else {
            connection.run(() -> onFailure(reason));
        }
    }

    /** Ends the handshake without a signal, or closes the link if it is not claimed. Any thread. */
    void abandon(CloseReason reason) {
        abandoned = true;
        PeerChannel connection = failBeforeBegin(reason);
        if (connection != null) {
            connection.run(() -> closeUnclaimed(reason));
        }
    }

    private synchronized @Nullable PeerChannel failBeforeBegin(CloseReason reason) {
        if (channel == null && failure == null) {
            failure = reason;
        }
        return channel;
    }

    private void closeUnclaimed(CloseReason reason) {
        if (link == null) {
            onFailure(reason);
        } else if (!claimed) {
            link.close(reason);
        }
    }

    @Override
    public void onSecured(PeerId verified) {
        peer = verified;
        if (verified.equals(local.self())) {
            onFailure(new CloseReason(
                    CloseReason.Kind.SELF, "the peer is this node itself, or another one with a copy of its key"));
        } else if (expected != null && !verified.equals(expected)) {
            onFailure(new CloseReason(CloseReason.Kind.IDENTITY, "expected peer " + expected + ", found " + verified));
        } else if (verified.zeroBits() < local.config().network().difficulty()) {
            onFailure(insufficientDifficulty(verified));
        } else if (direction == Direction.OUTBOUND) {
            sendHello();
        }
    }

    private CloseReason insufficientDifficulty(PeerId verified) {
        String found = "the id of peer " + verified + " has a puzzle of " + verified.zeroBits() + " bits";
        return new CloseReason(
                CloseReason.Kind.IDENTITY,
                found + ", at least " + local.config().network().difficulty() + " are required");
    }

    @Override
    public void onFrame(Frame frame) {
        if (failure != null) {
            return;
        }
        switch (frame.kind()) {
            case GREETING -> onHello(((Frame.Greeting) frame).hello());
            case CLOSE -> {
                end(((Frame.Close) frame).reason(), "remote");
                connection().close();
            }
            case KEEP_ALIVE, MESSAGE, LARGE, DROPPED, CHUNK_READ, ACKNOWLEDGEMENT, UNKNOWN -> {}
        }
    }

    private void onHello(Hello hello) {
        if (VERSIONS.common(hello.versions()).isEmpty()) {
            onFailure(new CloseReason(
                    CloseReason.Kind.VERSION, "one side supports " + VERSIONS + ", the other " + hello.versions()));
            return;
        }
        String network = local.config().network().name();
        if (!network.equals(hello.network())) {
            onFailure(new CloseReason(
                    CloseReason.Kind.NETWORK,
                    "one side is in network '" + network + "', the other in '" + hello.network() + "'"));
            return;
        }
        NettyPeerLink created = new NettyPeerLink(
                local,
                connection(),
                Objects.requireNonNull(peer, "the connection must be secured first"),
                dialAddress(hello),
                remote(connection().channel()),
                direction);
        CloseReason refusal = local.links().add(created);
        if (refusal != null) {
            onFailure(refusal);
            return;
        }
        if (direction == Direction.INBOUND) {
            sendHello();
        }
        link = created;
        connection().setState(created);
        created.begin();
        result.tryEmitValue(created).orThrow();
    }

    /** Returns the dialled address, or for an inbound peer its observed host with the port that it announced. */
    private PeerAddress dialAddress(Hello hello) {
        return direction == Direction.OUTBOUND ? address : new PeerAddress(address.host(), hello.listenPort());
    }

    private void sendHello() {
        PeerChannel connection = connection();
        PeerAddress observed = new PeerAddress(
                remote(connection.channel()).toString(),
                addressOf(connection.channel()).port());
        Hello hello = new Hello(
                VERSIONS,
                FEATURES,
                local.listenPort().get(),
                observed,
                local.config().network().name(),
                local.config().agent());
        ByteBuf frame = connection.channel().alloc().ioBuffer(512);
        FrameWriter.hello(hello, frame);
        connection.write(frame);
        connection.flush();
    }

    @Override
    public void onFailure(CloseReason reason) {
        if (failure == null && link == null) {
            end(reason, "local");
            connection().closeWithReason(reason);
        }
    }

    @Override
    public void onClosed() {
        if (failure == null) {
            end(new CloseReason(CloseReason.Kind.LOST, "the connection was closed during the handshake"), "remote");
        }
    }

    private void end(CloseReason reason, String by) {
        failure = reason;
        local.log().handshakeFailed(peer, address, by, reason);
        if (!abandoned) {
            result.tryEmitError(new HandshakeException(address, reason));
        }
    }

    @Override
    public LargeMessageGate.Verdict admitLarge(int size, boolean mayWait) {
        return LargeMessageGate.Verdict.DROP;
    }

    @Override
    public void onBytesRead() {}

    @Override
    public void onWritable() {}

    private PeerChannel connection() {
        return Objects.requireNonNull(channel, "begin must be called first");
    }

    /** Returns the IP address of the connection's other end, from the bytes of the socket. */
    static IpAddress remote(Channel channel) {
        return IpAddress.of(
                ((InetSocketAddress) channel.remoteAddress()).getAddress().getAddress());
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
