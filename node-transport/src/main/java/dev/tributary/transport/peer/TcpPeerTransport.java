package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * Links over TCP and TLS 1.3, with a few event-loop threads of its own from creation to {@link #close()}. Links and
 * messages are emitted on these threads: whoever subscribes must not block.
 */
public final class TcpPeerTransport implements PeerTransport {

    private static final Logger log = LoggerFactory.getLogger(TcpPeerTransport.class);

    private static final CloseReason STOPPING = new CloseReason(CloseReason.Kind.STOPPING, "the node is stopping");
    private static final Duration LOOPS_LIMIT = Duration.ofSeconds(5);
    private static final int BACKLOG = 1024;

    private final PeerTransportConfig config;
    private final Local local;
    private final LoopResources loops;
    private final TcpClient client;
    private final TcpServer server;
    private final PendingHandshakes accepting;
    private final PendingHandshakes dialling;
    private final Acceptor acceptor = new Acceptor();
    private final AtomicBoolean opened = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicReference<@Nullable DisposableServer> bound = new AtomicReference<>();
    private final Sinks.Empty<Void> closed = Sinks.empty();

    private TcpPeerTransport(NodeIdentity identity, PeerTransportConfig config, Scheduler timer, Scheduler decoder) {
        this.config = config;
        this.local = new Local(
                identity.peerId(),
                config,
                PeerTls.open(identity, config.engine()),
                new AtomicInteger(),
                new Links(config.links()),
                new LinkLog(timer),
                timer,
                decoder,
                new LongAdder());
        this.loops = LoopResources.create("tributary-net", config.threads(), true);
        this.accepting = new PendingHandshakes(config.unconfirmed());
        this.dialling = new PendingHandshakes(Integer.MAX_VALUE);
        WriteBufferWaterMark ahead = new WriteBufferWaterMark(config.writeAhead() / 2, config.writeAhead());
        this.client = TcpClient.newConnection()
                .runOn(loops)
                .resolver(names -> names.runOn(loops))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, ahead);
        this.server = TcpServer.create()
                .runOn(loops)
                .bindAddress(() -> new InetSocketAddress(
                        config.listen().host(), config.listen().port()))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, ahead)
                .doOnChannelInit((observer, channel, remote) -> arrived(channel));
    }

    /**
     * Prepares a transport; it can dial at once and accepts after {@link #open()}. Call {@link #close()} in the end.
     *
     * @param timer for limits and keep-alives; stays the caller's
     * @param decoder where large messages are decoded, milliseconds each; stays the caller's
     * @throws IllegalArgumentException if the identity is too easy for the difficulty that the configuration asks for
     */
    public static TcpPeerTransport create(
            NodeIdentity identity, PeerTransportConfig config, Scheduler timer, Scheduler decoder) {
        int bits = identity.peerId().zeroBits();
        if (bits < config.difficulty()) {
            throw new IllegalArgumentException("the identity's puzzle has " + bits + " bits, at least "
                    + config.difficulty() + " are asked for: generate one of that difficulty");
        }
        return new TcpPeerTransport(identity, config, timer, decoder);
    }

    @Override
    public PeerId self() {
        return local.self();
    }

    /** A look at the numbers. Any thread. */
    public TransportStatus status() {
        return new TransportStatus(
                local.links().count(),
                accepting.count(),
                dialling.count(),
                acceptor.unseen(),
                local.unknown().sum());
    }

    /** Errors with {@link ListenException} if the address cannot be bound. */
    @Override
    public Mono<PeerAddress> open() {
        return Mono.defer(() -> {
            if (closing.get() || !opened.compareAndSet(false, true)) {
                return Mono.error(new IllegalStateException("a transport is opened once, before it is closed"));
            }
            return server.bind().map(this::bound).onErrorMap(failure -> new ListenException(config.listen(), failure));
        });
    }

    private PeerAddress bound(DisposableServer socket) {
        bound.set(socket);
        PeerAddress address = Handshake.addressOf((InetSocketAddress) socket.address());
        local.listenPort().set(address.port());
        log.info("peer={} listening on={}", self().brief(), address);
        if (closing.get()) {
            socket.dispose();
        }
        return address;
    }

    @Override
    public Flux<PeerLink> accepted() {
        return acceptor.accepted();
    }

    @Override
    public Flux<Unconfirmed> unconfirmed() {
        return acceptor.unconfirmed();
    }

    private void arrived(Channel channel) {
        PeerAddress from = Handshake.addressOf(channel);
        Handshake handshake = Handshake.accepting(local, from);
        handshake.begin(channel);
        accepting.add(handshake);
        acceptor.report(new Unconfirmed(from, null));
        confirmed(handshake, accepting)
                .subscribe(acceptor::accept, failure -> acceptor.report(new Unconfirmed(from, reason(failure))));
    }

    @Override
    public Mono<PeerLink> dial(PeerAddress address, @Nullable PeerId expected) {
        return Mono.defer(() -> {
            Handshake handshake = Handshake.dialling(local, address, expected);
            dialling.add(handshake);
            // Connecting says nothing by itself.
            return Mono.firstWithSignal(
                    confirmed(handshake, dialling), connect(handshake).then(Mono.never()));
        });
    }

    /** A failure is the handshake's, where it finds nobody if it comes late. */
    private Mono<Void> connect(Handshake handshake) {
        PeerAddress address = handshake.address();
        return client.remoteAddress(() -> InetSocketAddress.createUnresolved(address.host(), address.port()))
                .doOnChannelInit((observer, channel, remote) -> handshake.begin(channel))
                .connect()
                .then()
                .onErrorResume(failure -> Mono.fromRunnable(() -> handshake.refuse(
                        new CloseReason(CloseReason.Kind.LOST, "no connection: " + failure.getMessage()))));
    }

    /** The link, if all goes well within the limit; nothing is left behind otherwise. */
    private Mono<NettyPeerLink> confirmed(Handshake handshake, PendingHandshakes pending) {
        return handshake
                .confirmed()
                .timeout(config.handshakeLimit(), Mono.error(() -> silent(handshake)), local.timer())
                .doOnError(failure -> handshake.abandon(reason(failure)))
                .doOnCancel(
                        () -> handshake.abandon(new CloseReason(CloseReason.Kind.UNWANTED, "dialling was cancelled")))
                .doOnNext(link -> handshake.claim())
                .doFinally(end -> pending.remove(handshake));
    }

    private HandshakeException silent(Handshake handshake) {
        String limit = "no handshake within " + config.handshakeLimit().toMillis() + " ms";
        return new HandshakeException(handshake.address(), new CloseReason(CloseReason.Kind.SILENT, limit));
    }

    private static CloseReason reason(Throwable failure) {
        return failure instanceof HandshakeException refused
                ? refused.reason()
                : new CloseReason(CloseReason.Kind.LOST, String.valueOf(failure));
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            if (closing.compareAndSet(false, true)) {
                shutDown().subscribe(nothing -> {}, this::closeFailed, closed::tryEmitEmpty);
            }
            return closed.asMono();
        });
    }

    private Mono<Void> shutDown() {
        return Mono.defer(() -> {
                    DisposableServer socket = bound.get();
                    if (socket != null) {
                        socket.dispose();
                    }
                    accepting.close(STOPPING);
                    dialling.close(STOPPING);
                    return local.links().close(STOPPING);
                })
                // Twice: once to say what is left, once to close TLS. Then the loops end, and with them what is left.
                .timeout(config.closeLimit().multipliedBy(3), Mono.empty(), local.timer())
                .then(Mono.fromRunnable(acceptor::close))
                .then(loops.disposeLater(Duration.ZERO, LOOPS_LIMIT));
    }

    private void closeFailed(Throwable failure) {
        log.warn("peer={} event loops did not end in time", self().brief(), failure);
        closed.tryEmitEmpty();
    }
}
