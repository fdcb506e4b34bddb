package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.Node;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.SampleMessages;
import dev.tributary.core.value.IpAddress;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.FrameWriter;
import dev.tributary.transport.wire.WireCodec;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A node resolves the names of its configuration only: no peer can make it query a name server. */
@Timeout(180)
class NameResolutionIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String GATEWAY = "gateway.example";
    private static final PeerTransportConfig CONFIG = PeerTransportConfig.defaults()
            .withThreads(1)
            .withTimeouts(PeerTransportConfig.Timeouts.defaults().withClose(Duration.ofMillis(200)));

    private final SampleMessages samples = new SampleMessages(13);
    private final Resolver resolver = new Resolver();
    private final List<TcpPeerTransport> transports = new ArrayList<>();

    @AfterEach
    void closeTransports() {
        transports.forEach(transport -> transport.close().block(TIMEOUT));
        resolver.close();
    }

    @Test
    void offeredNameIsNotResolvedAndClosesLink() throws IOException, GeneralSecurityException {
        Node node = startNode();
        try (RawPeer peer = RawPeer.linked(node.status().address())) {
            offer(peer, new PeerAddress("evil.example", 7475));

            assertThat(peer.readClose().kind()).isEqualTo(CloseReason.Kind.PROTOCOL);
        }
        await().atMost(TIMEOUT).until(() -> node.status().neighbours().isEmpty());
        node.stop().block(TIMEOUT);

        assertThat(resolver.names).isEmpty();
    }

    @Test
    void offeredIpAddressIsDialledWithoutResolver() throws IOException, GeneralSecurityException {
        Node node = startNode();
        try (ServerSocket offered = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RawPeer peer = RawPeer.linked(node.status().address())) {
            offered.setSoTimeout((int) TIMEOUT.toMillis());
            offer(peer, new PeerAddress("127.0.0.1", offered.getLocalPort()));

            offered.accept().close();
        }
        node.stop().block(TIMEOUT);

        assertThat(resolver.names).isEmpty();
    }

    @Test
    void configuredNameIsResolvedAndItsLinkHasTheRemoteAddressOfTheSocket() {
        TcpPeerTransport listener = transport();
        Queue<PeerLink> accepted = new ConcurrentLinkedQueue<>();
        listener.accepted().subscribe(accepted::add);
        int port = Objects.requireNonNull(listener.open().block(TIMEOUT)).port();

        PeerLink link = Objects.requireNonNull(
                transport().dial(new PeerAddress(GATEWAY, port), null).block(TIMEOUT));

        assertThat(resolver.names).containsExactly(GATEWAY);
        assertThat(link.address()).isEqualTo(new PeerAddress(GATEWAY, port));
        assertThat(link.remote()).isEqualTo(IpAddress.parse("127.0.0.1"));
        await().atMost(TIMEOUT).until(() -> !accepted.isEmpty());
        assertThat(accepted.remove().remote()).isEqualTo(IpAddress.parse("127.0.0.1"));
    }

    @Test
    void connectionOverIpv4ToSocketOfBothFamiliesHasIpv4RemoteAddress() {
        TcpPeerTransport listener = transport(CONFIG.withListen(new PeerAddress("::", 0)));
        Queue<PeerLink> accepted = new ConcurrentLinkedQueue<>();
        listener.accepted().subscribe(accepted::add);
        PeerAddress bound = listener.open()
                .onErrorResume(ListenException.class, noIpv6 -> Mono.empty())
                .block(TIMEOUT);
        assumeThat(bound).as("IPv6 on this machine").isNotNull();

        int port = Objects.requireNonNull(bound).port();
        transport().dial(new PeerAddress("127.0.0.1", port), null).block(TIMEOUT);

        await().atMost(TIMEOUT).until(() -> !accepted.isEmpty());
        assertThat(accepted.element().remote()).isEqualTo(IpAddress.parse("127.0.0.1"));
        assertThat(accepted.element().address()).isEqualTo(new PeerAddress("127.0.0.1", 0));
    }

    /** Replies to the node's search with an offer of this address. */
    private void offer(RawPeer peer, PeerAddress address) throws IOException {
        PeerId offered = samples.peer();
        PeerMessage message = peer.readUntil(Frame.Message.class).message();
        while (!(message instanceof Connect.Request)) {
            message = peer.readUntil(Frame.Message.class).message();
        }
        Connect.Offers offers = new Connect.Offers(message.tx(), List.of(new PeerContact(address, offered)));
        peer.send(out -> FrameWriter.message(offers, WireCodec.sizeOf(offers), out));
    }

    private Node startNode() {
        return Objects.requireNonNull(
                Node.builder().transport(transport()).start().block(TIMEOUT));
    }

    private TcpPeerTransport transport() {
        return transport(CONFIG);
    }

    private TcpPeerTransport transport(PeerTransportConfig config) {
        TcpPeerTransport transport = TcpPeerTransport.create(
                NodeIdentity.generate(new SecureRandom()),
                config,
                Schedulers.parallel(),
                Schedulers.parallel(),
                resolver);
        transports.add(transport);
        return transport;
    }

    /** Records the resolved names; only the gateway's has an address, the loopback address. */
    private static final class Resolver extends AddressResolverGroup<InetSocketAddress> {

        private final Queue<String> names = new ConcurrentLinkedQueue<>();

        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
            return new InetNameResolver(executor) {

                @Override
                protected void doResolve(String name, Promise<InetAddress> promise) {
                    answer(name, promise, InetAddress.getLoopbackAddress());
                }

                @Override
                protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
                    answer(name, promise, List.of(InetAddress.getLoopbackAddress()));
                }
            }.asAddressResolver();
        }

        private <T> void answer(String name, Promise<T> promise, T gateway) {
            names.add(name);
            if (name.equals(GATEWAY)) {
                promise.setSuccess(gateway);
            } else {
                promise.setFailure(new UnknownHostException(name));
            }
        }
    }
}
