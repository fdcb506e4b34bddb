package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.Refused;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.CloseReason.Kind;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport.HandshakeAttempt;
import dev.tributary.core.peer.SampleMessages;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.identity.TlsEngine;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.FrameWriter;
import dev.tributary.transport.wire.Hello;
import dev.tributary.transport.wire.VersionRange;
import dev.tributary.transport.wire.WireCodec;
import dev.tributary.transport.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/**
 * A faulty or malicious peer affects only its own connection, which is closed with a reason; an honest link stays
 * usable.
 */
@Timeout(180)
class HostilePeerIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofMillis(700);
    private static final PeerTransportConfig CONFIG = PeerTransportConfig.defaults()
            .withThreads(1)
            .withTimeouts(PeerTransportConfig.Timeouts.defaults().withClose(Duration.ofMillis(200)));

    private final SampleMessages samples = new SampleMessages(5);
    private final TcpPeerTransport transport = transport(CONFIG);
    private final TcpPeerTransport shortTimeout =
            transport(CONFIG.withTimeouts(CONFIG.timeouts().withHandshake(HANDSHAKE_TIMEOUT)));
    private final TcpPeerTransport honest =
            transport(PeerTransportConfig.defaults().withThreads(1));
    private final Queue<PeerLink> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<HandshakeAttempt> unconfirmed = new ConcurrentLinkedQueue<>();
    private final PeerAddress address = opened(transport);

    private static TcpPeerTransport transport(PeerTransportConfig config) {
        return TcpPeerTransport.create(
                NodeIdentity.generate(new SecureRandom()), config, Schedulers.parallel(), Schedulers.parallel());
    }

    private static PeerAddress opened(TcpPeerTransport transport) {
        return Objects.requireNonNull(transport.open().block(TIMEOUT));
    }

    @BeforeEach
    void listen() {
        transport.accepted().subscribe(accepted::add);
        transport.handshakeEvents().subscribe(unconfirmed::add);
        shortTimeout.handshakeEvents().subscribe(unconfirmed::add);
    }

    @AfterEach
    void honestLinkStaysUsableAndAllResourcesAreReleased() {
        PeerLink near =
                Objects.requireNonNull(honest.dial(address, transport.self()).block(TIMEOUT));
        PeerLink far = await().atMost(TIMEOUT)
                .until(
                        () -> accepted.stream()
                                .filter(link -> link.peer().equals(honest.self()))
                                .findAny(),
                        found -> found.isPresent())
                .orElseThrow();
        Get.Request request = samples.get();
        near.send(request).block(TIMEOUT);
        assertThat(far.messages().blockFirst(TIMEOUT)).isEqualTo(request);

        honest.close().block(TIMEOUT);
        shortTimeout.close().block(TIMEOUT);
        transport.close().block(TIMEOUT);
        assertThat(transport.status())
                .extracting(TransportStatus::links, TransportStatus::inboundHandshakes)
                .containsExactly(0, 0);
    }

    @Test
    void silentConnectionIsClosedAfterHandshakeTimeout() throws IOException {
        try (RawPeer peer = RawPeer.connect(opened(shortTimeout))) {
            assertThat(failure().kind()).isEqualTo(Kind.HANDSHAKE_TIMEOUT);
            assertThatThrownBy(peer::readClose).hasMessageContaining("ended");
        }
    }

    @Test
    void peerThatIsSilentAfterTlsReceivesCloseReason() throws IOException, GeneralSecurityException {
        try (RawPeer peer = RawPeer.secured(opened(shortTimeout))) {
            assertThat(peer.readClose().kind()).isEqualTo(Kind.HANDSHAKE_TIMEOUT);
            assertThat(failure().kind()).isEqualTo(Kind.HANDSHAKE_TIMEOUT);
        }
    }

    @Test
    void slowHelloIsAbortedAfterHandshakeTimeout() throws IOException, GeneralSecurityException {
        try (RawPeer peer = RawPeer.secured(opened(shortTimeout))) {
            byte[] hello = RawPeer.bytes(out -> FrameWriter.hello(RawPeer.hello(VersionRange.OURS), out));
            AtomicInteger sent = new AtomicInteger();
            await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(20)).until(() -> {
                peer.send(new byte[] {hello[Math.min(sent.getAndIncrement(), hello.length / 2)]});
                return unconfirmed.size() > 1;
            });
            assertThat(failure().kind()).isEqualTo(Kind.HANDSHAKE_TIMEOUT);
        }
    }

    @Test
    void connectionClosedDuringHandshakeIsReportedAsLost() throws IOException {
        RawPeer.connect(address).close();

        assertThat(failure().kind()).isEqualTo(Kind.LOST);
    }

    @Test
    void plaintextIsProtocolViolation() throws IOException {
        try (RawPeer peer = RawPeer.connect(address)) {
            peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(failure().kind()).isEqualTo(Kind.PROTOCOL);
        }
    }

    @Test
    void peerWithoutCertificateIsRefused() throws IOException {
        try (RawPeer peer = RawPeer.connect(address)) {
            // With TLS 1.3 the handshake of a client without a certificate succeeds as far as the client can tell.
            assertThatThrownBy(() -> peer.secure(null, "TLSv1.3").readClose()).isInstanceOf(IOException.class);
            assertThat(failure().kind()).isEqualTo(Kind.IDENTITY);
        }
    }

    @Test
    void olderTlsVersionIsRefused() throws IOException {
        try (RawPeer peer = RawPeer.connect(address)) {
            assertThatThrownBy(() -> peer.secure(NodeIdentity.generate(new SecureRandom()), "TLSv1.2"))
                    .isInstanceOf(SSLException.class);
            assertThat(failure().kind()).isEqualTo(Kind.IDENTITY);
        }
    }

    @Test
    void garbageInsteadOfHelloIsProtocolViolation() throws IOException, GeneralSecurityException {
        assertHandshakeRefused(
                Kind.PROTOCOL,
                "unknown frame kind",
                out -> out.writeZero(3).writeByte(5).writeByte(77));
    }

    @Test
    void helloOfOtherProtocolIsProtocolViolation() throws IOException, GeneralSecurityException {
        assertHandshakeRefused(
                Kind.PROTOCOL, "magic", out -> out.writeInt(5).writeByte(1).writeInt(0xcafebabe));
    }

    @Test
    void helloThatNamesAHostIsProtocolViolation() throws IOException, GeneralSecurityException {
        Hello hello =
                new Hello(VersionRange.OURS, 0, 7475, new PeerAddress("host.example", 1), Hello.DEFAULT_NETWORK, "raw");

        assertHandshakeRefused(
                Kind.PROTOCOL,
                "observed address: host must be an IP address, not 'host.example'",
                out -> FrameWriter.hello(hello, out));
    }

    @Test
    void offerThatNamesAHostClosesLink() throws IOException, GeneralSecurityException {
        PeerContact contact = new PeerContact(new PeerAddress("host.example", 7475), samples.peer());

        assertClosesLink(
                Kind.PROTOCOL,
                "contacts: host must be an IP address, not 'host.example'",
                out -> message(new Connect.Offers(samples.tx(), List.of(contact)), out));
    }

    @Test
    void offerOfUnknownProtocolKeepsLink() throws IOException, GeneralSecurityException {
        PeerContact contact = new PeerContact(new PeerAddress("other", "host.example", 7475), samples.peer());
        Connect.Offers offers = new Connect.Offers(samples.tx(), List.of(contact));
        try (RawPeer peer = RawPeer.linked(address)) {
            Queue<PeerMessage> messages = read(acceptedLink());

            peer.send(out -> message(offers, out));

            await().atMost(TIMEOUT)
                    .untilAsserted(
                            () -> assertThat(messages).containsExactly(new Connect.Offers(offers.tx(), List.of())));
        }
    }

    @Test
    void bothSidesReceiveIncompatibleVersions() throws IOException, GeneralSecurityException {
        assertHandshakeRefused(
                Kind.VERSION,
                "one side supports version 1, the other versions 7 to 9",
                out -> FrameWriter.hello(RawPeer.hello(new VersionRange(7, 9)), out));
    }

    @Test
    void bothSidesReceiveTheNamesOfTheirNetworks() throws IOException, GeneralSecurityException {
        Hello hello = new Hello(VersionRange.OURS, 0, 0, new PeerAddress("127.0.0.1", 1), "staging", "raw");

        assertHandshakeRefused(
                Kind.NETWORK,
                "one side is in network 'default', the other in 'staging'",
                out -> FrameWriter.hello(hello, out));
    }

    @Test
    void oversizedFrameClosesLinkByItsHeader() throws IOException, GeneralSecurityException {
        assertClosesLink(
                Kind.PROTOCOL,
                "at most 65536",
                out -> out.writeInt(Integer.MAX_VALUE).writeByte(4));
    }

    @Test
    void unknownFrameKindClosesLink() throws IOException, GeneralSecurityException {
        assertClosesLink(
                Kind.PROTOCOL, "unknown frame kind 99", out -> out.writeInt(1).writeByte(99));
    }

    @Test
    void truncatedMessageClosesLink() throws IOException, GeneralSecurityException {
        assertClosesLink(
                Kind.PROTOCOL,
                "at least 17",
                out -> out.writeInt(4).writeByte(4).writeZero(3));
    }

    @Test
    void chunkOfUnknownStreamClosesLink() throws IOException, GeneralSecurityException {
        assertClosesLink(Kind.PROTOCOL, "not open", out -> {
            FrameWriter.chunk(1, 5, out);
            out.writeZero(5);
        });
    }

    @Test
    void tooManyLargeMessagesAtOnceCloseLink() throws IOException, GeneralSecurityException {
        assertClosesLink(Kind.PROTOCOL, "large messages at once", out -> {
            for (int stream = 0; stream < 100; stream++) {
                FrameWriter.announceLarge(stream, 1_000_000, out);
            }
        });
    }

    @Test
    void tooLargeAnnouncedSizeClosesLink() throws IOException, GeneralSecurityException {
        assertClosesLink(Kind.PROTOCOL, "are allowed", out -> FrameWriter.announceLarge(1, -1, out));
    }

    @Test
    void invalidLargeMessageClosesLink() throws IOException, GeneralSecurityException {
        assertClosesLink(Kind.PROTOCOL, "claims", out -> {
            FrameWriter.announceLarge(1, 40_000, out);
            FrameWriter.chunk(1, 40_000, out);
            out.writeByte(1)
                    .writeZero(16)
                    .writeBytes(new byte[] {8, 127, 0, 0, 0})
                    .writeZero(40_000 - 22);
        });
    }

    @Test
    void acknowledgementOfUnsentChunksClosesLink() throws IOException, GeneralSecurityException {
        assertClosesLink(Kind.PROTOCOL, "more chunk bytes", out -> FrameWriter.acknowledge(1, out));
    }

    @Test
    void connectionLostWithinLargeMessageLeaksNoBuffer() throws IOException, GeneralSecurityException {
        try (RawPeer peer = RawPeer.linked(address)) {
            PeerLink link = acceptedLink();
            link.messages().subscribe();
            peer.send(out -> {
                FrameWriter.announceLarge(1, 50_000_000, out);
                FrameWriter.chunk(1, 60_000, out);
                out.writeZero(60_000);
                FrameWriter.chunk(1, 60_000, out);
                out.writeZero(1000);
            });
            peer.disconnect();
            assertThat(end(link).kind()).isEqualTo(Kind.LOST);
        }
    }

    @Test
    void requestsOfLaterVersionsAreRefusedAndLinkStaysOpen() throws IOException, GeneralSecurityException {
        try (RawPeer peer = RawPeer.linked(address)) {
            Queue<PeerMessage> messages = read(acceptedLink());
            Get.Request request = samples.get();
            peer.send(out -> message(request, out).setByte(FrameWriter.HEADER_SIZE, 77));

            Refused refused = (Refused) peer.readUntil(Frame.Message.class).message();

            assertThat(refused.tx()).isEqualTo(request.tx());
            assertThat(refused.code()).isEqualTo(RefusalCode.REQUEST_UNSUPPORTED);
            peer.send(out -> message(request, out));
            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(messages).containsExactly(request));
        }
    }

    @Test
    void repliesOfLaterVersionsAreIgnoredAndCounted() throws IOException, GeneralSecurityException {
        try (RawPeer peer = RawPeer.linked(address)) {
            Queue<PeerMessage> messages = read(acceptedLink());
            Get.Request request = samples.get();
            peer.send(out -> message(request, out).setByte(FrameWriter.HEADER_SIZE, 200));
            peer.send(out -> message(request, out));

            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(messages).containsExactly(request));
            assertThat(transport.status().unknownReplies()).isEqualTo(1);
        }
    }

    @Test
    void messageSentByteByByteArrives() throws IOException, GeneralSecurityException {
        try (RawPeer peer = RawPeer.linked(address)) {
            Queue<PeerMessage> messages = read(acceptedLink());
            Get.Request request = samples.get();
            for (byte octet : RawPeer.bytes(out -> message(request, out))) {
                peer.send(new byte[] {octet});
            }
            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(messages).containsExactly(request));
        }
    }

    @Test
    void linkToPeerThatNeverReadsIsClosedAsSlow() throws IOException, GeneralSecurityException {
        try (RawPeer peer = RawPeer.linked(address)) {
            PeerLink link = acceptedLink();
            PeerMessage message = samples.found(60_000);
            StepVerifier.create(link.send(message).repeat(20_000))
                    .expectError(NodeBusyException.class)
                    .verify(TIMEOUT);
            assertThat(end(link).kind()).isEqualTo(Kind.SLOW_PEER);
            peer.disconnect();
        }
    }

    @Test
    void floodOfSilentConnectionsDoesNotBlockOthers() throws IOException {
        TcpPeerTransport limited = transport(CONFIG.withLinks(CONFIG.links().withMaxPendingHandshakes(8))
                .withTimeouts(CONFIG.timeouts().withHandshake(Duration.ofMinutes(1))));
        PeerAddress listenAddress = opened(limited);
        List<RawPeer> flood = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            flood.add(RawPeer.connect(listenAddress));
        }

        limited.accepted().subscribe();
        PeerLink link = Objects.requireNonNull(
                honest.dial(listenAddress, limited.self()).block(TIMEOUT));

        assertThat(link.peer()).isEqualTo(limited.self());
        await().atMost(TIMEOUT)
                .untilAsserted(
                        () -> assertThat(limited.status().inboundHandshakes()).isBetween(31, 32));
        for (RawPeer peer : flood) {
            peer.close();
        }
        limited.close().block(TIMEOUT);
    }

    @Test
    void linkBeyondLimitIsRefusedAsCrowded() throws IOException, GeneralSecurityException {
        TcpPeerTransport limited = transport(CONFIG.withLinks(CONFIG.links().withMax(1)));
        PeerAddress listenAddress = opened(limited);
        limited.accepted().subscribe();
        try (RawPeer first = RawPeer.linked(listenAddress);
                RawPeer second = RawPeer.secured(listenAddress)) {
            second.send(out -> FrameWriter.hello(RawPeer.hello(VersionRange.OURS), out));

            assertThat(second.readClose().kind()).isEqualTo(Kind.LIMIT_REACHED);
            assertThat(limited.status().links()).isEqualTo(1);
            first.send(FrameWriter::keepAlive);
        }
        limited.close().block(TIMEOUT);
    }

    @Test
    void peerThatSendsNothingIsClosedAsIdle() throws IOException, GeneralSecurityException {
        TcpPeerTransport shortIdle = transport(CONFIG.withTimeouts(
                CONFIG.timeouts().withKeepAlive(Duration.ofMillis(100)).withIdle(Duration.ofMillis(400))));
        PeerAddress listenAddress = opened(shortIdle);
        shortIdle.accepted().flatMap(PeerLink::messages, 1).subscribe();
        try (RawPeer peer = RawPeer.linked(listenAddress)) {
            assertThat(peer.readUntil(Frame.KeepAlive.class)).isNotNull();
            assertThat(peer.readClose().kind()).isEqualTo(Kind.IDLE);
        }
        shortIdle.close().block(TIMEOUT);
    }

    @Test
    void dialToSilentServerFailsAfterHandshakeTimeout() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            assertDialFails(silent, Kind.HANDSHAKE_TIMEOUT);
        }
    }

    @Test
    void dialToServerOfOtherProtocolIsProtocolViolation() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            Schedulers.boundedElastic().schedule(() -> {
                try (Socket socket = other.accept()) {
                    socket.getOutputStream().write("220 welcome to mail\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertDialFails(other, Kind.PROTOCOL);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void bothTlsEnginesInteroperate(TlsEngine engine) {
        TcpPeerTransport other = transport(CONFIG.withEngine(engine));

        PeerLink link =
                Objects.requireNonNull(other.dial(address, transport.self()).block(TIMEOUT));

        assertThat(link.peer()).isEqualTo(transport.self());
        other.close().block(TIMEOUT);
    }

    @Test
    void errorNamesAddressThatCannotBeBound() {
        TcpPeerTransport second = transport(CONFIG.withListen(address));

        StepVerifier.create(second.open())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ListenException.class)
                        .hasMessageContaining(address.toString())
                        .hasMessageContaining("port 0 for any free port"))
                .verify(TIMEOUT);
        second.close().block(TIMEOUT);
    }

    private void assertDialFails(ServerSocket server, Kind kind) {
        PeerAddress target = new PeerAddress("127.0.0.1", server.getLocalPort());
        StepVerifier.create(shortTimeout.dial(target, null))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining(kind.name()))
                .verify(TIMEOUT);
        await().atMost(TIMEOUT).until(() -> shortTimeout.status().outboundHandshakes() == 0);
    }

    private void assertHandshakeRefused(Kind kind, String detail, Consumer<ByteBuf> frames)
            throws IOException, GeneralSecurityException {
        try (RawPeer peer = RawPeer.secured(address)) {
            peer.send(frames);
            CloseReason received = peer.readClose();
            assertThat(received.kind()).isEqualTo(kind);
            assertThat(received.detail()).contains(detail);
            assertThat(failure()).isEqualTo(received);
        }
    }

    private void assertClosesLink(Kind kind, String detail, Consumer<ByteBuf> frames)
            throws IOException, GeneralSecurityException {
        try (RawPeer peer = RawPeer.linked(address)) {
            PeerLink link = acceptedLink();
            link.messages().subscribe();
            peer.send(frames);
            CloseReason received = peer.readClose();
            assertThat(received.kind()).isEqualTo(kind);
            assertThat(received.detail()).contains(detail);
            assertThat(end(link)).isEqualTo(received);
        }
    }

    private static ByteBuf message(PeerMessage message, ByteBuf out) {
        FrameWriter.message(message, WireCodec.sizeOf(message), out);
        assertThat(out.readableBytes()).isLessThan(WireLimits.SMALL_MESSAGE);
        return out;
    }

    private static Queue<PeerMessage> read(PeerLink link) {
        Queue<PeerMessage> messages = new ConcurrentLinkedQueue<>();
        link.messages().subscribe(messages::add);
        return messages;
    }

    private PeerLink acceptedLink() {
        return await().atMost(TIMEOUT).until(accepted::peek, Objects::nonNull);
    }

    private static CloseReason end(PeerLink link) {
        return Objects.requireNonNull(link.closed().block(TIMEOUT));
    }

    /** Returns why the handshake of the test's only connection failed. */
    private CloseReason failure() {
        await().atMost(TIMEOUT).until(() -> unconfirmed.stream().anyMatch(report -> report.failure() != null));
        return Objects.requireNonNull(unconfirmed.stream()
                .filter(report -> report.failure() != null)
                .findFirst()
                .orElseThrow()
                .failure());
    }
}
