package dev.tributary.core.membership;

import static dev.tributary.core.loop.LoopEvents.address;
import static dev.tributary.core.loop.LoopEvents.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.loop.NodeEventPublisher;
import dev.tributary.core.loop.NotificationChannel;
import dev.tributary.core.loop.ScriptedLink;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.Get;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.request.Exchanges;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.PauseDetector;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.test.VirtualClock;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class NeighbourMaintenanceTests {

    private static final RingConfig RING = RingConfig.defaults().withNeighbours(2, 4);
    private static final MembershipConfig MEMBERSHIP = MembershipConfig.defaults();
    private static final CloseReason LOST = new CloseReason(CloseReason.Kind.LOST, "the connection was reset");
    private static final CloseReason STOPPING = new CloseReason(CloseReason.Kind.STOPPING, "the node stops");
    private static final Duration STEP = Duration.ofMillis(100);
    private static final PeerId SELF = ScriptedPeer.idAt(0.5, 0);
    private static final PeerContact OFFER = new PeerContact(address(40), ScriptedPeer.idAt(0.505, 40));

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final VirtualClock wallClock = new VirtualClock(time);
    private final TimeSource source = new TimeSource(wallClock, () -> time.now(TimeUnit.NANOSECONDS));
    private final FlakyRandom random = new FlakyRandom(11);
    private final NeighbourTable neighbours = new NeighbourTable(SELF, source);
    private final Exchanges exchanges = new Exchanges(10, source, time);
    private final NotificationChannel<LocalEvent> channel =
            new NotificationChannel<>("notifications", 64, 64, Duration.ofSeconds(30), time, time);
    private final List<PeerContact> dialRequests = new ArrayList<>();
    private FamiliarPeers familiar = FamiliarPeers.none();
    private int rounds;
    private int redials;
    private int failedHandlers;
    private @Nullable Disposable loop;
    private @Nullable Disposable dialling;
    private @Nullable NeighbourMaintenance maintenance;

    @Test
    void isolatedNodeDialsKnownPeers() {
        start(new PeerContact(address(7), peer(7)), new PeerContact(address(8), peer(8)));

        advance(Duration.ofSeconds(1));

        assertThat(dialRequests).extracting(PeerContact::expected).containsExactly(peer(7), peer(8));
    }

    @Test
    void isolatedNodeDialsKnownPeersEveryFewSecondsWithoutEnd() {
        start(new PeerContact(address(7), peer(7)));

        advance(Duration.ofMinutes(1));
        int first = dialRequests.size();
        advance(Duration.ofMinutes(10));

        assertThat(first).as("%d rounds", rounds).isBetween(6, 12);
        assertThat(dialRequests.size() - first).isBetween(50, 75);
    }

    @Test
    void nodeThatLosesItsLastNeighbourSignalsDemandAndDialsKnownPeers() {
        ScriptedPeer first = offering(0.51);
        start(new PeerContact(address(7), peer(7)));
        link(first);
        advance(Duration.ofMinutes(30));
        List<NeighbourDemand> demandSignals = new ArrayList<>();
        maintenance().demandSignals().subscribe(demandSignals::add, failure -> {});
        int before = dialRequests.size();

        neighbours.remove(first);
        maintenance().onNeighbourLost(first, LOST, Duration.ofMinutes(30));
        advance(Duration.ofSeconds(1));

        assertThat(demandSignals).containsExactly(NeighbourDemand.ISOLATED);
        assertThat(dialRequests.subList(before, dialRequests.size()))
                .extracting(PeerContact::expected)
                .contains(peer(7));
    }

    @Test
    void nodeSignalsDemandOnceWhenItsNeighboursBecomeTooFew() {
        ScriptedPeer[] peers = {offering(0.51), offering(0.49), offering(0.6)};
        start();
        link(peers);
        List<NeighbourDemand> demandSignals = new ArrayList<>();
        maintenance().demandSignals().subscribe(demandSignals::add, failure -> {});

        for (ScriptedPeer each : peers) {
            neighbours.remove(each);
            maintenance().onNeighbourLost(each, LOST, Duration.ofMinutes(30));
        }

        assertThat(demandSignals).containsExactly(NeighbourDemand.TOO_FEW, NeighbourDemand.ISOLATED);
    }

    @Test
    void nodeWithTooFewNeighboursSearchesForMoreAndDialsOfferedPeers() {
        ScriptedPeer neighbour = offering(0.6, OFFER);
        start();
        link(neighbour);

        advance(Duration.ofSeconds(1));

        assertThat(neighbour.received())
                .hasSizeGreaterThanOrEqualTo(3)
                .allMatch(message -> message instanceof Connect.Request request
                        && request.joiner().equals(SELF)
                        && request.visited().contains(SELF));
        assertThat(dialRequests).contains(OFFER);
    }

    @Test
    void nodeWithEnoughNeighboursSearchesOnlyForRingNeighbours() {
        ScriptedPeer after = offering(0.51, OFFER);
        ScriptedPeer before = offering(0.49, OFFER);
        start();
        link(after, before);
        advance(Duration.ofMinutes(1));
        int received = after.received().size() + before.received().size();

        advance(Duration.ofMinutes(10));

        assertThat(after.received().size() + before.received().size() - received)
                .isBetween(10, 30);
        assertThat(after.received().subList(received / 2, after.received().size()))
                .allMatch(message -> ((Connect.Request) message).adjacent());
    }

    @Test
    void nodeIsSettledWithEnoughNeighboursOrAfterRoundsWithoutNewOnes() {
        start();
        assertThat(maintenance().isSettled()).isFalse();
        link(offering(0.6, OFFER));
        advance(Duration.ofSeconds(1));
        assertThat(maintenance().isSettled())
                .as("one of two neighbours, searching")
                .isFalse();

        advance(Duration.ofMinutes(1));
        assertThat(maintenance().isSettled())
                .as("one of two neighbours, no new one found")
                .isTrue();

        link(offering(0.4, OFFER));
        assertThat(maintenance().isSettled()).as("two of two neighbours").isTrue();
    }

    @Test
    void peerThatCannotBeDialledIsInBackoff() {
        ScriptedPeer neighbour = offering(0.6, OFFER);
        start();
        link(neighbour);
        advance(Duration.ofMinutes(1));
        dialRequests.clear();
        maintenance().onDialFailed(OFFER.address());

        advance(Duration.ofMinutes(4));
        assertThat(dialRequests).isEmpty();

        advance(Duration.ofMinutes(4));
        assertThat(dialRequests).contains(OFFER);
    }

    @Test
    void dialsThatFailWhileIsolatedCauseNoBackoff() {
        ScriptedPeer neighbour = offering(0.6, OFFER);
        start();
        advance(Duration.ofMinutes(1));
        link(neighbour);
        maintenance().onDialFailed(OFFER.address());

        advance(Duration.ofSeconds(2));

        assertThat(dialRequests).contains(OFFER);
    }

    @Test
    void lostNeighbourIsReplacedSoon() {
        ScriptedPeer first = offering(0.51);
        ScriptedPeer second = offering(0.49);
        start();
        link(first, second);
        advance(Duration.ofMinutes(30));
        int received = first.received().size();

        neighbours.remove(second);
        maintenance().onNeighbourLost(second, LOST, Duration.ofMinutes(30));
        advance(Duration.ofSeconds(1));

        assertThat(first.received().size()).isGreaterThan(received);
    }

    @Test
    void lostNeighbourIsRedialledUntilItAnswersDespiteEnoughOthers() {
        ScriptedPeer lost = offering(0.6);
        start();
        link(offering(0.51), offering(0.49), lost);
        advance(Duration.ofMinutes(30));

        lose(lost, LOST);
        advance(Duration.ofHours(2));

        assertThat(dialRequests).extracting(PeerContact::expected).contains(lost.peer());
        dialRequests.clear();
        advance(Duration.ofMinutes(10));
        assertThat(dialRequests)
                .extracting(PeerContact::expected)
                .hasSizeBetween(3, 6)
                .containsOnly(lost.peer());
        maintenance().onAnswered(lost.address(), lost);
        dialRequests.clear();
        advance(Duration.ofMinutes(10));
        assertThat(dialRequests).isEmpty();
    }

    @Test
    void ringNeighboursAreSearchedThroughAReturnedLostPeer() {
        ScriptedPeer returned = offering(0.6, OFFER);
        start();
        link(offering(0.51), offering(0.49), returned);
        advance(Duration.ofMinutes(30));
        lose(returned, LOST);
        advance(Duration.ofMinutes(1));
        int before = returned.received().size();

        returned.connect(exchanges::complete);
        maintenance().onAnswered(returned.address(), returned);
        advance(Duration.ofSeconds(1));

        assertThat(returned.received().subList(before, returned.received().size()))
                .hasSize(3)
                .allMatch(message -> ((Connect.Request) message).adjacent());
        assertThat(dialRequests).contains(OFFER);
    }

    @Test
    void neighbourThatClosedOnPurposeIsNotRedialled() {
        ScriptedPeer lost = offering(0.6);
        start();
        link(offering(0.51), offering(0.49), lost);
        advance(Duration.ofMinutes(30));

        lose(lost, STOPPING);
        advance(Duration.ofHours(2));

        assertThat(dialRequests).isEmpty();
    }

    @Test
    void oneSurplusLinkPerRoundIsClosedExceptRingNeighbours() {
        ScriptedPeer after = ScriptedPeer.silent(ScriptedPeer.idAt(0.501, 1));
        ScriptedPeer before = ScriptedPeer.silent(ScriptedPeer.idAt(0.499, 2));
        start();
        link(after, before);
        for (int i = 0; i < 3; i++) {
            link(ScriptedPeer.silent(ScriptedPeer.idAt(0.7 + i * 0.001, 3 + i)));
        }

        advance(Duration.ofSeconds(1));

        assertThat(neighbours.links().stream()
                        .filter(link -> link.closed().toFuture().isDone()))
                .hasSize(1)
                .noneMatch(
                        link -> link.peer().equals(after.peer()) || link.peer().equals(before.peer()));
    }

    @Test
    void resumedMachineClosesItsDeadLinks() {
        ScriptedPeer first = ScriptedPeer.silent(ScriptedPeer.idAt(0.51, 1));
        start();
        link(first);
        advance(Duration.ofSeconds(1));

        wallClock.sleep(Duration.ofHours(1));
        advance(Duration.ofMinutes(2));

        assertThat(first.closed().map(CloseReason::detail).block()).contains("suspended");
    }

    @Test
    void linkWhosePeerAnswersNothingForTenMinutesIsClosed() {
        ScriptedPeer silent = ScriptedPeer.silent(ScriptedPeer.idAt(0.51, 1));
        ScriptedPeer answering = offering(0.6);
        start();
        link(silent, answering);

        advance(Duration.ofMinutes(9));
        assertThat(silent.closed().toFuture().isDone()).isFalse();
        advance(Duration.ofMinutes(3));

        assertThat(silent.closed().map(CloseReason::kind).block()).isEqualTo(CloseReason.Kind.SLOW_PEER);
        assertThat(answering.closed().toFuture().isDone()).isFalse();
    }

    @Test
    void onlyLinkIsKeptAlthoughItsPeerAnswersNothing() {
        ScriptedPeer silent = ScriptedPeer.silent(ScriptedPeer.idAt(0.51, 1));
        start();
        link(silent);

        advance(Duration.ofMinutes(30));

        assertThat(silent.closed().toFuture().isDone()).isFalse();
    }

    @Test
    void tableFullOfPeersThatDialledTheNodeMakesItDialTheOperatorsPeersAgain() {
        PeerContact configured = new PeerContact(address(7), peer(7));
        familiar = new FamiliarPeers(List.of(configured), List.of());
        start();
        for (int i = 0; i < RING.maxNeighbours(); i++) {
            ScriptedLink stranger = ScriptedLink.inbound(ScriptedPeer.idAt(0.1 + i * 0.1, 20 + i));
            neighbours.add(stranger);
        }
        advance(Duration.ofSeconds(10));
        assertThat(maintenance().demand()).isEqualTo(NeighbourDemand.SATISFIED);

        advance(Duration.ofMinutes(6));
        assertThat(maintenance().demand()).isEqualTo(NeighbourDemand.TOO_FEW);

        neighbours.add(ScriptedLink.inbound(peer(7)));
        assertThat(maintenance().demand()).isEqualTo(NeighbourDemand.SATISFIED);
    }

    @Test
    void clockThatIsSetClosesNoLinkWhosePeerAnswers() {
        ScriptedPeer alive = ScriptedPeer.replying(
                ScriptedPeer.idAt(0.51, 1), request -> new Get.NotFound(request.tx(), ContractInstanceId.NONE, 0));
        ScriptedPeer dead = ScriptedPeer.silent(ScriptedPeer.idAt(0.49, 2));
        start();
        link(alive, dead);
        advance(Duration.ofSeconds(1));

        wallClock.sleep(Duration.ofHours(1));
        advance(Duration.ofMinutes(2));

        assertThat(alive.closed().toFuture()).isNotDone();
        assertThat(dead.closed().toFuture()).isDone();
        assertThat(exchanges.pending()).isZero();
    }

    @Test
    void roundsGoOnAfterTheLoopHandledNothingForMinutes() {
        start(new PeerContact(address(7), peer(7)));
        advance(Duration.ofSeconds(10));

        stall(Duration.ofMinutes(5));
        int before = rounds;
        advance(Duration.ofHours(1));

        assertThat(rounds - before).isGreaterThan(50);
    }

    @Test
    void redialsOfLostPeersGoOnAfterTheLoopHandledNothingForMinutes() {
        ScriptedPeer lost = offering(0.6);
        start();
        link(offering(0.51), offering(0.49), lost);
        advance(Duration.ofMinutes(1));
        lose(lost, LOST);

        stall(Duration.ofMinutes(5));
        int before = redials;
        advance(Duration.ofHours(1));

        assertThat(redials - before).isGreaterThan(20);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void roundThatFailsIsFollowedByTheNext(int drawsBefore) {
        start(new PeerContact(address(7), peer(7)));
        link(offering(0.6));
        advance(Duration.ofSeconds(1));

        random.failAfter(drawsBefore);
        advance(Duration.ofMinutes(2));
        int before = rounds;
        advance(Duration.ofHours(1));

        assertThat(random.failures).isOne();
        assertThat(rounds - before).isGreaterThan(50);
    }

    @Test
    void redialThatFailsIsFollowedByTheNext() {
        ScriptedPeer lost = offering(0.6);
        start();
        link(offering(0.51), offering(0.49), lost);
        advance(Duration.ofMinutes(1));
        lose(lost, LOST);
        int first = redials;
        while (redials == first) {
            random.failAfter(0);
            advance(STEP);
        }
        random.failAfter(Integer.MAX_VALUE);
        int before = redials;

        advance(Duration.ofHours(1));

        assertThat(failedHandlers).isPositive();
        assertThat(redials - before).isGreaterThan(20);
    }

    @Test
    void dialRequestsGoToTheNextSubscriberAfterOneFailed() {
        start(new PeerContact(address(7), peer(7)));
        Objects.requireNonNull(dialling).dispose();
        advance(Duration.ofSeconds(1));
        maintenance().dialRequests().subscribe(dialRequests::add, failure -> {
            throw new AssertionError("no second subscriber is allowed", failure);
        });

        advance(Duration.ofMinutes(1));

        assertThat(dialRequests).hasSizeGreaterThan(6);
    }

    @Test
    void noRoundRunsAfterTheStop() {
        start(new PeerContact(address(7), peer(7)));
        advance(Duration.ofSeconds(1));
        int before = rounds;

        maintenance().stop();
        advance(Duration.ofHours(1));

        assertThat(rounds).isEqualTo(before);
    }

    private NeighbourMaintenance maintenance() {
        return Objects.requireNonNull(maintenance);
    }

    private void start(PeerContact... known) {
        NeighbourSlots slots = new NeighbourSlots(RING, MEMBERSHIP, neighbours, familiar, source, random);
        RequestContext context = new RequestContext(
                OperationConfig.defaults(),
                neighbours,
                exchanges,
                new PauseDetector(source),
                source,
                time,
                random,
                (what, bytes, work) -> {});
        LinkTable links = new LinkTable(
                context,
                MEMBERSHIP,
                slots,
                new NotificationChannel<>("transport", 8, 8, Duration.ofSeconds(30), time, time),
                new NodeEventPublisher());
        ConnectOperation connects = new ConnectOperation(context, slots);
        maintenance = new NeighbourMaintenance(
                MEMBERSHIP,
                context,
                links,
                slots,
                new NeighbourSearch(context, links, slots, connects, channel),
                new KnownPeers(List.of(known)),
                new LostPeers(List.of(), source.nanos()),
                channel);
        dialling = maintenance().dialRequests().subscribe(dialRequests::add, failure -> {});
        runLoop();
        maintenance().start();
    }

    private void runLoop() {
        loop = channel.flux().subscribe(this::handle, failure -> {
            throw new AssertionError("the loop failed", failure);
        });
    }

    /** Fills the channel while the loop handles nothing, waits until senders have given up, and lets the loop go on. */
    private void stall(Duration duration) {
        Objects.requireNonNull(loop).dispose();
        while (channel.offer(new LocalEvent.Probe(Sinks.empty()))) {
            // The next event.
        }
        advance(duration);
        runLoop();
    }

    /** As the event loop does: a handler that throws costs its event. */
    private void handle(LocalEvent notification) {
        try {
            dispatch(notification);
        } catch (IllegalStateException failure) {
            failedHandlers++;
        }
    }

    private void dispatch(LocalEvent notification) {
        if (notification instanceof LocalEvent.MaintenanceDue) {
            rounds++;
            maintenance().runRound();
        } else if (notification instanceof LocalEvent.RedialLostPeersDue) {
            redials++;
            maintenance().redialLostPeers();
        } else if (notification instanceof LocalEvent.PeersFound found) {
            maintenance().onPeersFound(found.contacts());
        }
    }

    private void link(ScriptedPeer... peers) {
        for (ScriptedPeer each : peers) {
            each.connect(exchanges::complete);
            neighbours.add(each);
            maintenance().onLinked(each);
        }
    }

    private void lose(ScriptedPeer peer, CloseReason reason) {
        neighbours.remove(peer);
        maintenance().onNeighbourLost(peer, reason, Duration.ofMinutes(30));
    }

    /** Advances time in steps, since a task scheduled within a step of virtual time starts from its end. */
    private void advance(Duration duration) {
        for (Duration left = duration; !left.isNegative() && !left.isZero(); left = left.minus(STEP)) {
            time.advanceTimeBy(STEP);
        }
    }

    private static ScriptedPeer offering(double location, PeerContact... contacts) {
        return ScriptedPeer.replying(
                ScriptedPeer.idAt(location, 1), request -> new Connect.Offers(request.tx(), List.of(contacts)));
    }

    /** Random numbers, of which one draw can fail. */
    private static final class FlakyRandom implements RandomGenerator {

        private final SplittableRandom random;
        private int drawsUntilFailure = Integer.MAX_VALUE;
        private int failures;

        FlakyRandom(long seed) {
            this.random = new SplittableRandom(seed);
        }

        /** The draw after this number of others fails. */
        void failAfter(int draws) {
            drawsUntilFailure = draws;
        }

        @Override
        public long nextLong() {
            if (drawsUntilFailure == 0) {
                drawsUntilFailure = Integer.MAX_VALUE;
                failures++;
                throw new IllegalStateException("no random number");
            }
            drawsUntilFailure -= drawsUntilFailure == Integer.MAX_VALUE ? 0 : 1;
            return random.nextLong();
        }
    }
}
