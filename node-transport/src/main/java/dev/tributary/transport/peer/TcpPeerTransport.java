package dev.tributary.transport.peer;

import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.value.IpAddress;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.watchdog.Watched;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.identity.PeerTls;
import dev.tributary.transport.socket.SocketLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * Links over TCP and TLS 1.3. Owns a few event-loop threads from creation to {@link #close()}. Links and messages are
 * emitted on these threads: subscribers must not block.
 */
public final class TcpPeerTransport implements PeerTransport {

    private static final Logger log = LoggerFactory.getLogger(TcpPeerTransport.class);

    private static final CloseReason STOPPING = new CloseReason(CloseReason.Kind.STOPPING, "the node is stopping");
    private static final CloseReason UNSUPPORTED =
            new CloseReason(CloseReason.Kind.NOT_NEEDED, "this node dials only addresses of TCP");
    private static final Duration LOOPS_TIMEOUT = Duration.ofSeconds(5);
    private static final int BACKLOG = 1024;

    private final PeerTransportConfig config;
    private final TransportContext local;
    private final SocketLoops loops;
    private final TcpClient client;
    private final TcpServer server;
    private final InboundHandshakes inboundHandshakes;
    private final PendingHandshakes outboundHandshakes = new PendingHandshakes();
    private final AcceptedLinks acceptor = new AcceptedLinks();
    private final AtomicBoolean opened = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicReference<@Nullable DisposableServer> bound = new AtomicReference<>();
    private final Sinks.Empty<Void> closed = Sinks.empty();

    private TcpPeerTransport(
            NodeIdentity identity,
            PeerTransportConfig config,
            Scheduler timer,
            Scheduler decoder,
            @Nullable AddressResolverGroup<?> resolver) {
        this.config = config;
        this.local = new TransportContext(
                identity.peerId(),
                config,
                PeerTls.open(identity, config.engine()),
                new AtomicInteger(),
                new TransportContext.Limits(
                        new Links(config.links().max()),
                        PeerMemory.of(config.links().memory())),
                new RateLimitedLinkLog(timer),
                new TransportContext.Threads(timer, decoder),
                new LongAdder());
        this.loops = SocketLoops.create("tributary-net", config.threads());
        this.inboundHandshakes = new InboundHandshakes(config.links().maxPendingHandshakes(), timer);
        int highWaterMark = config.sending().writeBufferHighWaterMark();
        WriteBufferWaterMark waterMark = new WriteBufferWaterMark(highWaterMark / 2, highWaterMark);
        TcpClient unresolving = TcpClient.newConnection().runOn(loops.resources());
        this.client = (resolver == null
                        ? unresolving.resolver(names -> names.runOn(loops.resources()))
                        : unresolving.resolver(resolver))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark);
        this.server = TcpServer.create()
                .runOn(loops.resources())
                .bindAddress(() -> new InetSocketAddress(
                        config.listen().host(), config.listen().port()))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark)
                .doOnChannelInit((observer, channel, remote) -> onArrival(channel));
    }

    /**
     * Creates a transport. It can dial immediately and accepts after {@link #open()}. The caller must {@link #close()}
     * it.
     *
     * @param timer scheduler for timeouts and keep-alives; owned by the caller
     * @param decoder scheduler on which large messages are decoded, milliseconds each; owned by the caller
     * @throws IllegalArgumentException if the identity does not meet the difficulty of the configuration
     */
    public static TcpPeerTransport create(
            NodeIdentity identity, PeerTransportConfig config, Scheduler timer, Scheduler decoder) {
        int bits = identity.peerId().zeroBits();
        if (bits < config.network().difficulty()) {
            throw new IllegalArgumentException("the identity's puzzle has " + bits + " bits, at least "
                    + config.network().difficulty() + " are required: generate an identity of that difficulty");
        }
        return new TcpPeerTransport(identity, config, timer, decoder, null);
    }

    /** Creates a transport with this resolver of names, for a test. */
    static TcpPeerTransport create(
            NodeIdentity identity,
            PeerTransportConfig config,
            Scheduler timer,
            Scheduler decoder,
            AddressResolverGroup<?> resolver) {
        return new TcpPeerTransport(identity, config, timer, decoder, resolver);
    }

    @Override
    public PeerId self() {
        return local.self();
    }

    /** Returns a snapshot of the transport's counters. Any thread. */
    public TransportStatus status() {
        return new TransportStatus(
                local.links().count(),
                inboundHandshakes.count(),
                outboundHandshakes.count(),
                acceptor.droppedReports(),
                local.unknownReplies().sum());
    }

    @Override
    public void watchedBy(Consumer<Watched> watchdog) {
        loops.watchedBy(watchdog);
    }

    @Override
    public List<MemoryBudget> memory() {
        return local.memory().budgets();
    }

    /** Errors with {@link ListenException} if the address cannot be bound. */
    @Override
    public Mono<PeerAddress> open() {
        return Mono.defer(() -> {
            if (closing.get() || !opened.compareAndSet(false, true)) {
                return Mono.error(
                        new IllegalStateException("a transport can be opened only once, before it is closed"));
            }
            return server.bind()
                    .map(this::onBound)
                    .onErrorMap(failure -> new ListenException(config.listen(), failure));
        });
    }

    private PeerAddress onBound(DisposableServer socket) {
        bound.set(socket);
        PeerAddress address = Handshake.addressOf((InetSocketAddress) socket.address());
        local.listenPort().set(address.port());
        log.info(
                "listening peer={} address={} network={}",
                self().brief(),
                address,
                config.network().name());
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
    public Flux<HandshakeAttempt> handshakeEvents() {
        return acceptor.handshakeEvents();
    }

    @Override
    public void keepPlacesFor(Predicate<PeerId> familiar) {
        local.links().keepPlacesFor(familiar);
    }

    private void onArrival(Channel channel) {
        loops.opened(channel);
        PeerAddress from = Handshake.addressOf(channel);
        Handshake handshake = Handshake.accepting(local, from);
        InboundConnection connection =
                InboundConnection.open(handshake, channel, Handshake.remote(channel), inboundHandshakes::onFirstBytes);
        acceptor.report(new HandshakeAttempt(from, null));
        inboundHandshakes.add(connection);
        confirmed(handshake)
                .doOnNext(link -> inboundHandshakes.onConfirmed(connection))
                .doOnError(failure -> connection.refuse(reason(failure)))
                .doFinally(end -> inboundHandshakes.remove(connection))
                .subscribe(acceptor::accept, failure -> acceptor.report(new HandshakeAttempt(from, reason(failure))));
    }

    @Override
    public Mono<PeerLink> dial(PeerAddress address, @Nullable PeerId expected) {
        return Mono.defer(() -> {
            if (!canDial(address)) {
                return Mono.error(new HandshakeException(address, UNSUPPORTED));
            }
            Handshake handshake = Handshake.dialling(local, address, expected);
            outboundHandshakes.add(handshake);
            // The result comes from the handshake; connecting only has to start it.
            return Mono.firstWithSignal(
                    confirmed(handshake).doFinally(end -> outboundHandshakes.remove(handshake)),
                    connect(handshake).then(Mono.never()));
        });
    }

    /** Connects. A failure is reported to the handshake, which ignores it if it has ended already. */
    private Mono<Void> connect(Handshake handshake) {
        PeerAddress address = handshake.address();
        return client.remoteAddress(() -> socketAddress(address))
                .doOnChannelInit((observer, channel, remote) -> {
                    loops.opened(channel);
                    handshake.begin(channel);
                })
                .connect()
                .then()
                .onErrorResume(failure -> Mono.fromRunnable(() -> handshake.refuse(
                        new CloseReason(CloseReason.Kind.LOST, "connect failed: " + failure.getMessage()))));
    }

    /** Only a name or a zone, which are from this node's configuration or sockets, is left to the resolver. */
    private static InetSocketAddress socketAddress(PeerAddress address) {
        return address.ip()
                .map(ip -> new InetSocketAddress(inetAddress(ip), address.port()))
                .orElseGet(() -> InetSocketAddress.createUnresolved(address.host(), address.port()));
    }

    private static InetAddress inetAddress(IpAddress ip) {
        try {
            return InetAddress.getByAddress(ip.bytes().toArray());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an IP address has 4 or 16 bytes", impossible);
        }
    }

    /** Emits the link if the handshake succeeds before the timeout; otherwise releases all resources. */
    private Mono<NettyPeerLink> confirmed(Handshake handshake) {
        return handshake
                .confirmed()
                .timeout(
                        config.timeouts().handshake(),
                        Mono.error(() -> timedOut(handshake)),
                        local.threads().timer())
                .doOnError(failure -> handshake.abandon(reason(failure)))
                .doOnCancel(
                        () -> handshake.abandon(new CloseReason(CloseReason.Kind.NOT_NEEDED, "dialling was cancelled")))
                .doOnNext(link -> handshake.claim());
    }

    private HandshakeException timedOut(Handshake handshake) {
        String detail =
                "the handshake timed out after " + config.timeouts().handshake().toMillis() + " ms";
        return new HandshakeException(handshake.address(), new CloseReason(CloseReason.Kind.HANDSHAKE_TIMEOUT, detail));
    }

    private static CloseReason reason(Throwable failure) {
        return failure instanceof HandshakeException handshakeFailure
                ? handshakeFailure.reason()
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
                    inboundHandshakes.close(STOPPING);
                    outboundHandshakes.close(STOPPING);
                    return local.links().close(STOPPING);
                })
                // One timeout to send the remaining messages, one to close TLS, and a reserve; then the event loops
                // end.
                .timeout(
                        config.timeouts().close().multipliedBy(3),
                        Mono.empty(),
                        local.threads().timer())
                .then(Mono.fromRunnable(acceptor::close))
                .then(loops.close(Duration.ZERO, LOOPS_TIMEOUT));
    }

    private void closeFailed(Throwable failure) {
        log.warn("event loop shutdown timed out peer={}", self().brief(), failure);
        closed.tryEmitEmpty();
    }
}
