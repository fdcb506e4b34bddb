package dev.tributary.core.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason.Kind;
import dev.tributary.core.peer.PeerLink.Direction;
import dev.tributary.core.test.MayDropSignals;
import dev.tributary.core.value.PeerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * The contract of every {@link PeerTransport}. The tests of an implementation extend this class and create transports.
 */
@Timeout(180)
public abstract class PeerTransportTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final CloseReason NOT_NEEDED = new CloseReason(Kind.NOT_NEEDED, "no longer needed");

    /** Sample messages with random content, from a fixed seed. */
    protected final SampleMessages samples = new SampleMessages(42);

    private final List<PeerTransport> transports = new ArrayList<>();

    /** Creates a transport with its own identity, not open yet, that can reach the others created by this method. */
    protected abstract PeerTransport newTransport();

    /** Creates a transport that is closed after the test. */
    protected final PeerTransport transport() {
        PeerTransport transport = newTransport();
        transports.add(transport);
        return transport;
    }

    @AfterEach
    void closeTransports() {
        transports.forEach(transport -> transport.close().block(TIMEOUT));
    }

    @Test
    void dialCreatesLinkWithCorrectIdsAndAddressesOnBothSides() {
        Pair pair = pair();

        assertThat(pair.near.peer()).isEqualTo(pair.listener.self());
        assertThat(pair.far.peer()).isEqualTo(pair.dialer.self());
        assertThat(pair.near.address()).isEqualTo(pair.address);
        assertThat(pair.far.address().port()).isZero();
        assertThat(pair.near.direction()).isEqualTo(Direction.OUTBOUND);
        assertThat(pair.far.direction()).isEqualTo(Direction.INBOUND);
    }

    @Test
    void acceptedLinkHasDialAddressOfListeningPeer() {
        PeerTransport dialer = transport();
        PeerAddress dialerAddress = opened(dialer);

        assertThat(pair(dialer, transport()).far.address()).isEqualTo(dialerAddress);
    }

    @Test
    void remoteIsIpAddressOfTheOtherEnd() {
        PeerTransport dialer = transport();
        PeerAddress dialerAddress = opened(dialer);
        Pair pair = pair(dialer, transport());

        assertThat(pair.near.remote()).isEqualTo(pair.address.ip());
        assertThat(pair.far.remote()).isEqualTo(dialerAddress.ip());
    }

    @Test
    void addressOfUnknownProtocolCannotBeDialled() {
        PeerAddress unknown = new PeerAddress("other", opened(transport()).host(), 7475);
        PeerTransport dialer = transport();

        assertThat(dialer.canDial(unknown)).isFalse();
        assertThatThrownBy(() -> dialer.dial(unknown, null).block(TIMEOUT))
                .isInstanceOfSatisfying(
                        HandshakeException.class,
                        failure -> assertThat(failure.address()).isEqualTo(unknown));
    }

    @Test
    void dialWithUnexpectedPeerIdIsRefused() {
        PeerTransport dialer = transport();
        PeerTransport listener = transport();
        PeerAddress address = opened(listener);

        assertRefused(dialer.dial(address, dialer.self()), Kind.IDENTITY);
        assertThat(dialer.dial(address, listener.self()).block(TIMEOUT)).isNotNull();
    }

    @Test
    void dialToSelfIsRefused() {
        PeerTransport transport = transport();

        assertRefused(transport.dial(opened(transport), null), Kind.SELF);
    }

    @Test
    void dialToClosedTransportFailsWithHandshakeException() {
        PeerTransport gone = transport();
        PeerAddress address = opened(gone);
        gone.close().block(TIMEOUT);

        StepVerifier.create(transport().dial(address, null))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                HandshakeException.class,
                                e -> assertThat(e.address()).isEqualTo(address)))
                .verify(TIMEOUT);
    }

    @Test
    @MayDropSignals("a link that is confirmed while the dial is being cancelled is closed instead of emitted")
    void cancelledDialLeavesNoOpenLink() {
        PeerTransport dialer = transport();
        PeerTransport listener = transport();
        PeerAddress address = opened(listener);
        Queue<PeerLink> accepted = accept(listener);

        for (int i = 0; i < 20; i++) {
            // A fast transport may emit the link before the cancellation: then the dialler has to close it.
            Disposable attempt = dialer.dial(address, null).subscribe(link -> link.close(NOT_NEEDED), error -> {});
            attempt.dispose();
        }
        PeerLink link = Objects.requireNonNull(dialer.dial(address, null).block(TIMEOUT));

        link.close(NOT_NEEDED);
        await().atMost(TIMEOUT).until(() -> !accepted.isEmpty());
        accepted.forEach(
                acceptedLink -> assertThat(acceptedLink.closed().block(TIMEOUT)).isNotNull());
    }

    @Test
    void linkIsClosedIfListenerHasNoSubscriber() {
        PeerTransport dialer = transport();
        PeerTransport listener = transport();
        PeerAddress address = opened(listener);

        Mono<CloseReason> end = dialer.dial(address, null)
                .flatMap(PeerLink::closed)
                .onErrorResume(HandshakeException.class, refused -> Mono.just(refused.reason()));

        assertThat(end.block(TIMEOUT)).extracting(CloseReason::kind).isEqualTo(Kind.NOT_NEEDED);
    }

    @Test
    void messagesArriveInOrderInBothDirections() {
        Pair pair = pair();
        List<PeerMessage> toFar = requests(1000);
        List<PeerMessage> toNear = requests(1000);
        Queue<PeerMessage> farInbox = read(pair.far);
        Queue<PeerMessage> nearInbox = read(pair.near);

        sendAll(pair.near, toFar);
        sendAll(pair.far, toNear);

        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(farInbox).hasSize(1000));
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(nearInbox).hasSize(1000));
        assertThat(farInbox).containsExactlyElementsOf(toFar);
        assertThat(nearInbox).containsExactlyElementsOf(toNear);
    }

    @Test
    void messagesOfAllKindsArriveUnchanged() {
        Pair pair = pair();
        List<PeerMessage> sent = samples.oneOfEachKind();
        Queue<PeerMessage> received = read(pair.far);

        sendAll(pair.near, sent);

        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(received).containsExactlyElementsOf(sent));
    }

    @Test
    void largestStateArrivesIntact() {
        Pair pair = pair();
        Get.Found sent = samples.found(50 * 1024 * 1024);
        Queue<PeerMessage> received = read(pair.far);

        sendAll(pair.near, List.of(sent));

        await().atMost(TIMEOUT).until(() -> !received.isEmpty());
        assertThat(received.remove().equals(sent)).isTrue();
    }

    @Test
    void tooLargeStateIsNotSentAndLinkStaysOpen() {
        Pair pair = pair();
        Get.Found tooLarge = samples.found(50 * 1024 * 1024 + 1);
        Queue<PeerMessage> received = read(pair.far);

        assertThatThrownBy(() -> pair.near.send(tooLarge).block(TIMEOUT))
                .isInstanceOf(PayloadTooLargeException.class)
                .hasMessageContaining("52428801")
                .hasMessageContaining("52428800");

        sendAll(pair.near, List.of(samples.get()));
        await().atMost(TIMEOUT).until(() -> !received.isEmpty());
    }

    @Test
    void messagesAreEmittedOnlyOnDemand() {
        Pair pair = pair();
        List<PeerMessage> sent = requests(100);
        sendAll(pair.near, sent);

        StepVerifier.create(pair.far.messages(), 0)
                .expectSubscription()
                .thenRequest(3)
                .expectNextSequence(sent.subList(0, 3))
                .thenRequest(97)
                .expectNextSequence(sent.subList(3, 100))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void fullQueueRefusesSendAndKeepsLink() {
        Pair pair = pair();
        int accepted = fillQueue(pair.near);

        Queue<PeerMessage> received = read(pair.far);
        await().atMost(TIMEOUT).until(() -> received.size() == accepted);

        StepVerifier.create(pair.near.send(samples.get())).verifyComplete();
        await().atMost(TIMEOUT).until(() -> received.size() == accepted + 1);
    }

    @Test
    void smallReplyIsSentWhenPayloadFillsQueue() {
        Pair pair = pair();
        int accepted = fillQueue(pair.near);
        Get.NotFound reply = new Get.NotFound(samples.tx(), samples.get().id(), 1);

        StepVerifier.create(pair.near.send(reply)).verifyComplete();

        Queue<PeerMessage> received = read(pair.far);
        await().atMost(TIMEOUT).until(() -> received.size() == accepted + 1);
        assertThat(received).contains(reply);
    }

    @Test
    void linkToPeerThatDoesNotReadIsClosedAsSlow() {
        Pair pair = pair();
        fillQueue(pair.near);

        assertThat(pair.near.closed().block(TIMEOUT))
                .extracting(CloseReason::kind)
                .isEqualTo(Kind.SLOW_PEER);
        StepVerifier.create(pair.near.send(samples.get()))
                .expectError(LinkClosedException.class)
                .verify(TIMEOUT);
    }

    /** Sends payload until the send queue is full, and returns the number of accepted messages. */
    private int fillQueue(PeerLink link) {
        PeerMessage message = samples.found(60_000);
        AtomicInteger accepted = new AtomicInteger();
        Mono<Void> flood = link.send(message)
                .doOnSuccess(sent -> accepted.incrementAndGet())
                .repeat(50_000)
                .then();
        StepVerifier.create(flood)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                NodeBusyException.class,
                                busy -> assertThat(busy.isRetryable()).isTrue())
                        .hasMessageContaining("queued for peer " + link.peer()))
                .verify(TIMEOUT);
        return accepted.get();
    }

    @Test
    void bothSidesReceiveCloseReason() {
        Pair pair = pair();
        read(pair.far);

        pair.near.close(NOT_NEEDED);
        pair.near.close(new CloseReason(Kind.DUPLICATE, "only the first close counts"));

        assertThat(pair.near.closed().block(TIMEOUT)).isEqualTo(NOT_NEEDED);
        assertThat(pair.far.closed().block(TIMEOUT)).isEqualTo(NOT_NEEDED);
    }

    @Test
    void closeReasonIsReplayedToLateSubscriber() {
        Pair pair = pair();
        pair.near.close(NOT_NEEDED);
        pair.near.closed().block(TIMEOUT);

        assertThat(pair.near.closed().block(TIMEOUT)).isEqualTo(NOT_NEEDED);
    }

    @Test
    void messagesSentBeforeCloseAreDeliveredBeforeCompletion() {
        Pair pair = pair();
        List<PeerMessage> sent = new ArrayList<>(requests(500));
        sendAll(pair.near, sent);
        pair.near.close(NOT_NEEDED);

        StepVerifier.create(pair.far.messages())
                .expectNextSequence(sent)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void messagesOfClosedLinkComplete() {
        Pair pair = pair();
        pair.near.close(NOT_NEEDED);

        StepVerifier.create(pair.near.messages()).expectComplete().verify(TIMEOUT);
    }

    @Test
    void sendOnClosedLinkFailsWithLinkClosedException() {
        Pair pair = pair();
        pair.near.close(NOT_NEEDED);

        StepVerifier.create(pair.near.send(samples.get()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                LinkClosedException.class,
                                e -> assertThat(e.peer()).isEqualTo(pair.listener.self()))
                        .hasMessageContaining(NOT_NEEDED.detail()))
                .verify(TIMEOUT);
    }

    @Test
    void closingTransportClosesLinksAsStopping() {
        Pair pair = pair();
        read(pair.near);

        pair.listener.close().block(TIMEOUT);

        assertThat(pair.far.closed().block(TIMEOUT))
                .extracting(CloseReason::kind)
                .isEqualTo(Kind.STOPPING);
        assertThat(pair.near.closed().block(TIMEOUT))
                .extracting(CloseReason::kind)
                .isEqualTo(Kind.STOPPING);
    }

    @Test
    void closedTransportRefusesToDial() {
        PeerTransport closed = transport();
        PeerAddress address = opened(transport());
        closed.close().block(TIMEOUT);

        assertRefused(closed.dial(address, null), Kind.STOPPING);
    }

    @Test
    void twoLinksToSamePeerAreIndependent() {
        PeerTransport dialer = transport();
        PeerTransport listener = transport();
        PeerAddress address = opened(listener);
        Queue<PeerLink> accepted = accept(listener);
        PeerLink first = Objects.requireNonNull(dialer.dial(address, null).block(TIMEOUT));
        PeerLink second = Objects.requireNonNull(dialer.dial(address, null).block(TIMEOUT));
        await().atMost(TIMEOUT).until(() -> accepted.size() == 2);
        accepted.forEach(PeerTransportTests::read);

        first.close(NOT_NEEDED);
        first.closed().block(TIMEOUT);

        assertThat(first).isNotEqualTo(second);
        assertThat(first.peer()).isEqualTo(second.peer());
        StepVerifier.create(second.send(samples.get())).verifyComplete();
    }

    /** Asserts that the dial is refused with this kind of reason. */
    protected static void assertRefused(Mono<PeerLink> dial, Kind kind) {
        StepVerifier.create(dial)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                HandshakeException.class,
                                e -> assertThat(e.reason().kind()).isEqualTo(kind)))
                .verify(TIMEOUT);
    }

    /** Opens the transport and returns its address. */
    protected static PeerAddress opened(PeerTransport transport) {
        return Objects.requireNonNull(transport.open().block(TIMEOUT));
    }

    /** Subscribes to accepted links and returns the queue that collects them. */
    protected static Queue<PeerLink> accept(PeerTransport transport) {
        Queue<PeerLink> links = new ConcurrentLinkedQueue<>();
        transport.accepted().subscribe(links::add);
        return links;
    }

    /** Subscribes to the messages of the link and returns the queue that collects them. */
    protected static Queue<PeerMessage> read(PeerLink link) {
        Queue<PeerMessage> messages = new ConcurrentLinkedQueue<>();
        link.messages().subscribe(messages::add);
        return messages;
    }

    /** Sends the messages in order. */
    protected static void sendAll(PeerLink link, List<? extends PeerMessage> messages) {
        messages.forEach(message -> link.send(message).block(TIMEOUT));
    }

    private List<PeerMessage> requests(int count) {
        List<PeerMessage> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(samples.get());
        }
        return messages;
    }

    /** Creates two transports with one link between them. */
    protected final Pair pair() {
        return pair(transport(), transport());
    }

    /** Opens the listener and dials it. */
    protected static Pair pair(PeerTransport dialer, PeerTransport listener) {
        PeerAddress address = opened(listener);
        Queue<PeerLink> accepted = accept(listener);
        PeerLink near =
                Objects.requireNonNull(dialer.dial(address, listener.self()).block(TIMEOUT));
        await().atMost(TIMEOUT).until(() -> !accepted.isEmpty());
        return new Pair(dialer, listener, address, near, accepted.remove());
    }

    /**
     * Both ends of one link.
     *
     * @param address address of the listener
     * @param near the dialer's end
     * @param far the listener's end
     */
    protected record Pair(
            PeerTransport dialer, PeerTransport listener, PeerAddress address, PeerLink near, PeerLink far) {}
}
