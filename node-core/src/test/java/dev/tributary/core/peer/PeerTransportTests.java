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

/** What every {@link PeerTransport} promises. An implementation passes by extending this and giving fresh transports. */
@Timeout(180)
public abstract class PeerTransportTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final CloseReason UNWANTED = new CloseReason(Kind.UNWANTED, "no longer needed");

    /** The samples' random content, the same in each run. */
    protected final SampleMessages samples = new SampleMessages(42);

    private final List<PeerTransport> transports = new ArrayList<>();

    /** A new transport with an identity of its own, not open yet, that can reach the others which this method gives. */
    protected abstract PeerTransport newTransport();

    /** A transport that the test closes in the end. */
    protected final PeerTransport transport() {
        PeerTransport transport = newTransport();
        transports.add(transport);
        return transport;
    }

    @AfterEach
    void closeTransports() {
        transports.forEach(transport -> transport.close().block(PATIENCE));
    }

    @Test
    void dialingMakesALinkWithTheRightIdsAndAddressesOnBothSides() {
        Pair pair = pair();

        assertThat(pair.near.peer()).isEqualTo(pair.listener.self());
        assertThat(pair.far.peer()).isEqualTo(pair.dialer.self());
        assertThat(pair.near.address()).isEqualTo(pair.address);
        assertThat(pair.far.address().port()).isZero();
        assertThat(pair.near.direction()).isEqualTo(Direction.OUTBOUND);
        assertThat(pair.far.direction()).isEqualTo(Direction.INBOUND);
    }

    @Test
    void anAcceptedLinkKnowsWhereAListeningPeerCanBeDialled() {
        PeerTransport dialer = transport();
        PeerAddress dialersAddress = opened(dialer);

        assertThat(pair(dialer, transport()).far.address()).isEqualTo(dialersAddress);
    }

    @Test
    void dialingSomebodyElseThanExpectedIsRefused() {
        PeerTransport dialer = transport();
        PeerTransport listener = transport();
        PeerAddress address = opened(listener);

        assertRefused(dialer.dial(address, dialer.self()), Kind.IDENTITY);
        assertThat(dialer.dial(address, listener.self()).block(PATIENCE)).isNotNull();
    }

    @Test
    void dialingOneselfIsRefused() {
        PeerTransport transport = transport();

        assertRefused(transport.dial(opened(transport), null), Kind.SELF);
    }

    @Test
    void dialingNobodyFailsWithATypedError() {
        PeerTransport gone = transport();
        PeerAddress address = opened(gone);
        gone.close().block(PATIENCE);

        StepVerifier.create(transport().dial(address, null))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                HandshakeException.class,
                                e -> assertThat(e.address()).isEqualTo(address)))
                .verify(PATIENCE);
    }

    @Test
    @MayDropSignals("a link that comes just as its dialler gives up is closed instead of delivered")
    void aCancelledDialLeavesNothingBehind() {
        PeerTransport dialer = transport();
        PeerTransport listener = transport();
        PeerAddress address = opened(listener);
        Queue<PeerLink> accepted = accept(listener);

        for (int i = 0; i < 20; i++) {
            // A quick transport may be done before the cancellation comes: then the link is the dialler's to close.
            Disposable attempt = dialer.dial(address, null).subscribe(link -> link.close(UNWANTED), error -> {});
            attempt.dispose();
        }
        PeerLink link = Objects.requireNonNull(dialer.dial(address, null).block(PATIENCE));

        link.close(UNWANTED);
        await().atMost(PATIENCE).until(() -> !accepted.isEmpty());
        accepted.forEach(each -> assertThat(each.closed().block(PATIENCE)).isNotNull());
    }

    @Test
    void aLinkThatNobodyAcceptsEnds() {
        PeerTransport dialer = transport();
        PeerTransport listener = transport();
        PeerAddress address = opened(listener);

        Mono<CloseReason> end = dialer.dial(address, null)
                .flatMap(PeerLink::closed)
                .onErrorResume(HandshakeException.class, refused -> Mono.just(refused.reason()));

        assertThat(end.block(PATIENCE)).extracting(CloseReason::kind).isEqualTo(Kind.UNWANTED);
    }

    @Test
    void messagesArriveInOrderBothWays() {
        Pair pair = pair();
        List<PeerMessage> there = many(1000);
        List<PeerMessage> back = many(1000);
        Queue<PeerMessage> farInbox = read(pair.far);
        Queue<PeerMessage> nearInbox = read(pair.near);

        sendAll(pair.near, there);
        sendAll(pair.far, back);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(farInbox).hasSize(1000));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(nearInbox).hasSize(1000));
        assertThat(farInbox).containsExactlyElementsOf(there);
        assertThat(nearInbox).containsExactlyElementsOf(back);
    }

    @Test
    void everyKindOfMessageArrivesEqual() {
        Pair pair = pair();
        List<PeerMessage> sent = samples.oneOfEachKind();
        Queue<PeerMessage> received = read(pair.far);

        sendAll(pair.near, sent);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(received).containsExactlyElementsOf(sent));
    }

    @Test
    void theLargestStateArrivesIntact() {
        Pair pair = pair();
        Get.Found sent = samples.found(50 * 1024 * 1024);
        Queue<PeerMessage> received = read(pair.far);

        sendAll(pair.near, List.of(sent));

        await().atMost(PATIENCE).until(() -> !received.isEmpty());
        assertThat(received.remove().equals(sent)).isTrue();
    }

    @Test
    void aStateThatIsTooLargeIsNotSentAndHarmsNothing() {
        Pair pair = pair();
        Get.Found tooLarge = samples.found(50 * 1024 * 1024 + 1);
        Queue<PeerMessage> received = read(pair.far);

        assertThatThrownBy(() -> pair.near.send(tooLarge).block(PATIENCE))
                .isInstanceOf(PayloadTooLargeException.class)
                .hasMessageContaining("52428801")
                .hasMessageContaining("52428800");

        sendAll(pair.near, List.of(samples.get()));
        await().atMost(PATIENCE).until(() -> !received.isEmpty());
    }

    @Test
    void whatIsNotRequestedIsNotEmitted() {
        Pair pair = pair();
        List<PeerMessage> sent = many(100);
        sendAll(pair.near, sent);

        StepVerifier.create(pair.far.messages(), 0)
                .expectSubscription()
                .thenRequest(3)
                .expectNextSequence(sent.subList(0, 3))
                .thenRequest(97)
                .expectNextSequence(sent.subList(3, 100))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void aFullQueueRefusesTheSendAndHarmsNothingElse() {
        Pair pair = pair();
        int accepted = fill(pair.near);

        Queue<PeerMessage> received = read(pair.far);
        await().atMost(PATIENCE).until(() -> received.size() == accepted);

        StepVerifier.create(pair.near.send(samples.get())).verifyComplete();
        await().atMost(PATIENCE).until(() -> received.size() == accepted + 1);
    }

    @Test
    void aSmallReplyGetsThroughWhenPayloadFillsTheQueue() {
        Pair pair = pair();
        int accepted = fill(pair.near);
        Get.NotFound reply = new Get.NotFound(samples.tx(), samples.get().id(), 1);

        StepVerifier.create(pair.near.send(reply)).verifyComplete();

        Queue<PeerMessage> received = read(pair.far);
        await().atMost(PATIENCE).until(() -> received.size() == accepted + 1);
        assertThat(received).contains(reply);
    }

    @Test
    void aPeerThatDoesNotReadLosesItsLinkAsASlowOne() {
        Pair pair = pair();
        fill(pair.near);

        assertThat(pair.near.closed().block(PATIENCE))
                .extracting(CloseReason::kind)
                .isEqualTo(Kind.SLOW_PEER);
        StepVerifier.create(pair.near.send(samples.get()))
                .expectError(LinkClosedException.class)
                .verify(PATIENCE);
    }

    /** Sends payload until the link has no room for more, and returns how many messages were accepted. */
    private int fill(PeerLink link) {
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
                .verify(PATIENCE);
        return accepted.get();
    }

    @Test
    void bothSidesSeeTheReasonOfAClose() {
        Pair pair = pair();
        read(pair.far);

        pair.near.close(UNWANTED);
        pair.near.close(new CloseReason(Kind.DUPLICATE, "only the first close counts"));

        assertThat(pair.near.closed().block(PATIENCE)).isEqualTo(UNWANTED);
        assertThat(pair.far.closed().block(PATIENCE)).isEqualTo(UNWANTED);
    }

    @Test
    void theReasonOfACloseIsThereForThoseWhoAskLate() {
        Pair pair = pair();
        pair.near.close(UNWANTED);
        pair.near.closed().block(PATIENCE);

        assertThat(pair.near.closed().block(PATIENCE)).isEqualTo(UNWANTED);
    }

    @Test
    void messagesSentBeforeACloseAreDeliveredAndThenTheEndIsSeen() {
        Pair pair = pair();
        List<PeerMessage> sent = new ArrayList<>(many(500));
        sendAll(pair.near, sent);
        pair.near.close(UNWANTED);

        StepVerifier.create(pair.far.messages())
                .expectNextSequence(sent)
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void theMessagesOfAClosedLinkComplete() {
        Pair pair = pair();
        pair.near.close(UNWANTED);

        StepVerifier.create(pair.near.messages()).expectComplete().verify(PATIENCE);
    }

    @Test
    void sendingOnAClosedLinkFailsWithATypedError() {
        Pair pair = pair();
        pair.near.close(UNWANTED);

        StepVerifier.create(pair.near.send(samples.get()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                LinkClosedException.class,
                                e -> assertThat(e.peer()).isEqualTo(pair.listener.self()))
                        .hasMessageContaining(UNWANTED.detail()))
                .verify(PATIENCE);
    }

    @Test
    void closingATransportClosesItsLinksAsStopping() {
        Pair pair = pair();
        read(pair.near);

        pair.listener.close().block(PATIENCE);

        assertThat(pair.far.closed().block(PATIENCE))
                .extracting(CloseReason::kind)
                .isEqualTo(Kind.STOPPING);
        assertThat(pair.near.closed().block(PATIENCE))
                .extracting(CloseReason::kind)
                .isEqualTo(Kind.STOPPING);
    }

    @Test
    void aClosedTransportDialsNobody() {
        PeerTransport closed = transport();
        PeerAddress address = opened(transport());
        closed.close().block(PATIENCE);

        assertRefused(closed.dial(address, null), Kind.STOPPING);
    }

    @Test
    void twoLinksToTheSamePeerAreTwo() {
        PeerTransport dialer = transport();
        PeerTransport listener = transport();
        PeerAddress address = opened(listener);
        Queue<PeerLink> accepted = accept(listener);
        PeerLink first = Objects.requireNonNull(dialer.dial(address, null).block(PATIENCE));
        PeerLink second = Objects.requireNonNull(dialer.dial(address, null).block(PATIENCE));
        await().atMost(PATIENCE).until(() -> accepted.size() == 2);
        accepted.forEach(PeerTransportTests::read);

        first.close(UNWANTED);
        first.closed().block(PATIENCE);

        assertThat(first).isNotEqualTo(second);
        assertThat(first.peer()).isEqualTo(second.peer());
        StepVerifier.create(second.send(samples.get())).verifyComplete();
    }

    /** Requires that the dial is refused with this kind of reason. */
    protected static void assertRefused(Mono<PeerLink> dial, Kind kind) {
        StepVerifier.create(dial)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                HandshakeException.class,
                                e -> assertThat(e.reason().kind()).isEqualTo(kind)))
                .verify(PATIENCE);
    }

    /** Opens the transport and gives its address. */
    protected static PeerAddress opened(PeerTransport transport) {
        return Objects.requireNonNull(transport.open().block(PATIENCE));
    }

    /** The links that the transport accepts from now on. */
    protected static Queue<PeerLink> accept(PeerTransport transport) {
        Queue<PeerLink> links = new ConcurrentLinkedQueue<>();
        transport.accepted().subscribe(links::add);
        return links;
    }

    /** What arrives on the link from now on. */
    protected static Queue<PeerMessage> read(PeerLink link) {
        Queue<PeerMessage> messages = new ConcurrentLinkedQueue<>();
        link.messages().subscribe(messages::add);
        return messages;
    }

    /** Sends one after the other. */
    protected static void sendAll(PeerLink link, List<? extends PeerMessage> messages) {
        messages.forEach(message -> link.send(message).block(PATIENCE));
    }

    private List<PeerMessage> many(int count) {
        List<PeerMessage> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(samples.get());
        }
        return messages;
    }

    /** Two new transports with one link between them. */
    protected final Pair pair() {
        return pair(transport(), transport());
    }

    /** A link from the first to the second, which is opened for it. */
    protected static Pair pair(PeerTransport dialer, PeerTransport listener) {
        PeerAddress address = opened(listener);
        Queue<PeerLink> accepted = accept(listener);
        PeerLink near =
                Objects.requireNonNull(dialer.dial(address, listener.self()).block(PATIENCE));
        await().atMost(PATIENCE).until(() -> !accepted.isEmpty());
        return new Pair(dialer, listener, address, near, accepted.remove());
    }

    /**
     * A link, seen from both sides.
     *
     * @param address of the listener
     * @param near the link as the dialer has it
     * @param far the link as the listener has it
     */
    protected record Pair(
            PeerTransport dialer, PeerTransport listener, PeerAddress address, PeerLink near, PeerLink far) {}
}
