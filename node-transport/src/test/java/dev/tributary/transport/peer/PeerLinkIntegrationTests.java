package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.CloseReason.Kind;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.SampleMessages;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.TransactionId;
import dev.tributary.transport.identity.NodeIdentity;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Properties of TCP links, in addition to those of all links. */
@Timeout(180)
class PeerLinkIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final CloseReason NOT_NEEDED = new CloseReason(Kind.NOT_NEEDED, "no longer needed");
    private static final PeerTransportConfig CONFIG = PeerTransportConfig.defaults()
            .withThreads(1)
            .withTimeouts(PeerTransportConfig.Timeouts.defaults().withClose(Duration.ofMillis(200)));

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int DIFFICULTY = 8;

    private final SampleMessages samples = new SampleMessages(11);
    private final List<TcpPeerTransport> transports = new ArrayList<>();

    @AfterEach
    void closeTransports() {
        transports.forEach(transport -> transport.close().block(TIMEOUT));
    }

    @Test
    void smallMessageOvertakesLargeOnesWhichKeepTheirOrder() {
        Pair pair = pair(CONFIG);
        Get.Found first = samples.found(30_000_000);
        Get.Found second = samples.found(30_000_000);
        Get.Request small = samples.get();
        Queue<PeerMessage> received = read(pair.far);

        Flux.just(first, second, small).concatMap(pair.near::send, 1).blockLast(TIMEOUT);

        await().atMost(TIMEOUT).until(() -> received.size() == 3);
        assertThat(received.stream().map(PeerMessage::tx)).containsExactly(small.tx(), first.tx(), second.tx());
    }

    @Test
    void largeMessageIsOnItsWayUntilThePeerHasReadIt() {
        Pair pair = pair(CONFIG);
        read(pair.near);
        Get.Found large = samples.found(30_000_000);

        pair.near.send(large).block(TIMEOUT);

        assertThat(pair.near.transfer(large.tx()))
                .hasValueSatisfying(transfer -> assertThat(transfer.bytes()).isGreaterThan(30_000_000));
        assertThat(pair.near.transfer(samples.get().tx())).isEmpty();
        Queue<PeerMessage> received = read(pair.far);
        await().atMost(TIMEOUT)
                .until(() ->
                        received.size() == 1 && pair.near.transfer(large.tx()).isEmpty());
        assertThat(pair.far.transfer(large.tx())).isEmpty();
    }

    @Test
    void largeMessageThatHasNotBegunIsWithdrawn() {
        Pair pair = pair(CONFIG);
        List<Get.Found> large =
                Stream.generate(() -> samples.found(50 << 20)).limit(3).toList();
        large.forEach(message -> pair.near.send(message).block(TIMEOUT));

        pair.near.withdraw(large.get(2).tx());
        Queue<PeerMessage> received = read(pair.far);
        Get.Found last = samples.found(100_000);
        pair.near.send(last).block(TIMEOUT);

        await().atMost(TIMEOUT).until(() -> received.size() == 3);
        assertThat(received.stream().map(PeerMessage::tx))
                .containsExactlyInAnyOrder(large.get(0).tx(), large.get(1).tx(), last.tx());
    }

    @Test
    void peerWithInsufficientDifficultyIsRefusedByDiallerAndListener() {
        TcpPeerTransport strict = transport(
                CONFIG.withNetwork(CONFIG.network().withDifficulty(DIFFICULTY)),
                NodeIdentity.generate(RANDOM, DIFFICULTY));
        TcpPeerTransport lenient = transport(CONFIG, insufficientIdentity());
        PeerAddress strictAddress = Objects.requireNonNull(strict.open().block(TIMEOUT));
        PeerAddress lenientAddress = Objects.requireNonNull(lenient.open().block(TIMEOUT));
        strict.accepted().subscribe(link -> {});
        lenient.accepted().subscribe(link -> {});
        String detail = "the id of peer " + lenient.self() + " has a puzzle of "
                + lenient.self().zeroBits() + " bits, at least " + DIFFICULTY + " are required";

        for (Mono<PeerLink> dial : List.of(strict.dial(lenientAddress, null), lenient.dial(strictAddress, null))) {
            assertThatThrownBy(() -> dial.block(TIMEOUT))
                    .isInstanceOfSatisfying(
                            HandshakeException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(new CloseReason(Kind.IDENTITY, detail)));
        }
    }

    @Test
    void ownIdentityMustMeetRequiredDifficulty() {
        assertThatThrownBy(() -> transport(
                        CONFIG.withNetwork(CONFIG.network().withDifficulty(DIFFICULTY)), insufficientIdentity()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least " + DIFFICULTY + " are required");
    }

    private static NodeIdentity insufficientIdentity() {
        return Stream.generate(() -> NodeIdentity.generate(RANDOM))
                .filter(identity -> identity.peerId().zeroBits() < DIFFICULTY)
                .findFirst()
                .orElseThrow();
    }

    private TcpPeerTransport transport(PeerTransportConfig config, NodeIdentity identity) {
        TcpPeerTransport transport =
                TcpPeerTransport.create(identity, config, Schedulers.parallel(), Schedulers.parallel());
        transports.add(transport);
        return transport;
    }

    @Test
    void concurrentSendersLoseNothingAndEachKeepsItsOrder() {
        Pair pair = pair(CONFIG.withSending(CONFIG.sending().withQueuedMessages(100_000)));
        Queue<PeerMessage> received = read(pair.far);
        List<List<Get.NotFound>> streams = new ArrayList<>();
        for (int sender = 0; sender < 4; sender++) {
            streams.add(numbered(2000));
        }

        Flux.fromIterable(streams)
                .flatMap(
                        stream -> Flux.fromIterable(stream)
                                .concatMap(pair.near::send, 1)
                                .subscribeOn(Schedulers.boundedElastic()),
                        4)
                .blockLast(TIMEOUT);

        await().atMost(TIMEOUT).until(() -> received.size() == 8000);
        for (List<Get.NotFound> stream : streams) {
            assertThat(received.stream()
                            .filter(message -> message.tx().equals(stream.get(0).tx())))
                    .containsExactlyElementsOf(stream);
        }
    }

    @Test
    void burstOfLargestStatesIsAcceptedUpToCapacityAndLinkStaysOpen() {
        Pair pair = pair(CONFIG);
        Queue<TransactionId> received = new ConcurrentLinkedQueue<>();
        pair.far.messages().map(PeerMessage::tx).subscribe(received::add);
        Get.Found largest = samples.found(50 * 1024 * 1024);
        Queue<TransactionId> accepted = new ConcurrentLinkedQueue<>();
        Queue<Throwable> refused = new ConcurrentLinkedQueue<>();

        for (int i = 0; i < 6; i++) {
            Get.Found next = new Get.Found(samples.tx(), largest.contract(), largest.state(), 1);
            pair.near.send(next).subscribe(sent -> {}, refused::add, () -> accepted.add(next.tx()));
        }
        Get.Request small = samples.get();
        pair.near.send(small).block(TIMEOUT);

        assertThat(accepted).hasSizeGreaterThanOrEqualTo(3);
        assertThat(refused).hasSize(6 - accepted.size()).hasOnlyElementsOfType(NodeBusyException.class);
        accepted.add(small.tx());
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(received).containsExactlyInAnyOrderElementsOf(accepted));
        StepVerifier.create(pair.near.send(samples.get())).verifyComplete();
    }

    @Test
    void linkIsClosedAsSlowIfReaderStopsDuringLargeStates() {
        Pair pair = pair(CONFIG.withSending(CONFIG.sending().withSlowPeerTimeout(Duration.ofMillis(500))));
        Get.Found largest = samples.found(50 * 1024 * 1024);

        StepVerifier.create(pair.near.send(largest).repeat(5))
                .expectError(NodeBusyException.class)
                .verify(TIMEOUT);

        assertThat(pair.near.closed().block(TIMEOUT))
                .isEqualTo(new CloseReason(Kind.SLOW_PEER, "the send queue is full and made no progress for 500 ms"));
    }

    private List<Get.NotFound> numbered(int count) {
        Get.Request request = samples.get();
        List<Get.NotFound> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(new Get.NotFound(request.tx(), request.id(), i));
        }
        return messages;
    }

    @Test
    void linkIsNotIdleWhileNeitherSideReads() {
        Pair pair = pair(CONFIG.withTimeouts(
                CONFIG.timeouts().withKeepAlive(Duration.ofMillis(50)).withIdle(Duration.ofMillis(150))));

        StepVerifier.create(pair.near.closed())
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(1))
                .thenCancel()
                .verify(TIMEOUT);

        Queue<PeerMessage> received = read(pair.far);
        pair.near.send(samples.get()).block(TIMEOUT);
        await().atMost(TIMEOUT).until(() -> received.size() == 1);
    }

    @Test
    void idleLinkIsKeptOpenByKeepAlives() {
        Pair pair = pair(CONFIG.withTimeouts(
                CONFIG.timeouts().withKeepAlive(Duration.ofMillis(50)).withIdle(Duration.ofMillis(400))));
        read(pair.near);
        read(pair.far);

        StepVerifier.create(pair.near.closed())
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(1))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void linkIsClosedWhenSubscriberCancels() {
        Pair pair = pair(CONFIG);
        read(pair.near);

        pair.far.messages().subscribe().dispose();

        assertThat(pair.near.closed().block(TIMEOUT))
                .extracting(CloseReason::kind)
                .isEqualTo(Kind.NOT_NEEDED);
    }

    @Test
    void bothSidesLogSameReasonOnce() {
        Pair pair = pair(CONFIG);
        read(pair.far);
        Logger logger = (Logger) LoggerFactory.getLogger(RateLimitedLinkLog.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.DEBUG);
        try {
            pair.near.close(NOT_NEEDED);
            pair.far.closed().block(TIMEOUT);

            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).endsWith("reason=NOT_NEEDED (no longer needed)"));
        } finally {
            logger.setLevel(null);
            logger.detachAppender(lines);
        }
    }

    private static Queue<PeerMessage> read(PeerLink link) {
        Queue<PeerMessage> messages = new ConcurrentLinkedQueue<>();
        link.messages().subscribe(messages::add);
        return messages;
    }

    private Pair pair(PeerTransportConfig config) {
        TcpPeerTransport listener = transport(config);
        PeerAddress address = Objects.requireNonNull(listener.open().block(TIMEOUT));
        Queue<PeerLink> accepted = new ConcurrentLinkedQueue<>();
        listener.accepted().subscribe(accepted::add);
        PeerLink near = Objects.requireNonNull(
                transport(config).dial(address, listener.self()).block(TIMEOUT));
        return new Pair(near, await().atMost(TIMEOUT).until(accepted::poll, Objects::nonNull));
    }

    private TcpPeerTransport transport(PeerTransportConfig config) {
        TcpPeerTransport transport = TcpPeerTransport.create(
                NodeIdentity.generate(new SecureRandom()), config, Schedulers.parallel(), Schedulers.parallel());
        transports.add(transport);
        return transport;
    }

    private record Pair(PeerLink near, PeerLink far) {}
}
