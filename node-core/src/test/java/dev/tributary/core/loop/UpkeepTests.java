package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.address;
import static dev.tributary.core.loop.LoopEvents.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.message.Connect;
import dev.tributary.core.operation.ConnectOperation;
import dev.tributary.core.operation.Exchanges;
import dev.tributary.core.operation.Neighbourhood;
import dev.tributary.core.operation.OperationConfig;
import dev.tributary.core.operation.OperationContext;
import dev.tributary.core.operation.Vacancies;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.test.VirtualClock;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class UpkeepTests {

    private static final RingConfig RING = RingConfig.DEFAULT.withNeighbours(2, 4);
    private static final CloseReason LOST = new CloseReason(CloseReason.Kind.LOST, "the connection was reset");
    private static final CloseReason STOPPING = new CloseReason(CloseReason.Kind.STOPPING, "the node stops");
    private static final Duration STEP = Duration.ofMillis(100);
    private static final PeerId SELF = ScriptedPeer.idAt(0.5, 0);
    private static final PeerContact OFFER = new PeerContact(address(40), ScriptedPeer.idAt(0.505, 40));

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final VirtualClock wall = new VirtualClock(time);
    private final TimeSource source = new TimeSource(wall, () -> time.now(TimeUnit.NANOSECONDS));
    private final SplittableRandom random = new SplittableRandom(11);
    private final Neighbourhood neighbourhood = new Neighbourhood(SELF, source);
    private final Exchanges exchanges = new Exchanges(10, time);
    private final NotificationChannel<Notification> channel =
            new NotificationChannel<>("notifications", 64, 64, Duration.ofSeconds(30), time, time);
    private final List<PeerContact> wished = new ArrayList<>();
    private int rounds;
    private @Nullable Upkeep upkeep;

    @Test
    void aNodeWithNobodyDialsThoseItKnowsFromBefore() {
        start(new PeerContact(address(7), peer(7)), new PeerContact(address(8), peer(8)));

        passes(Duration.ofSeconds(1));

        assertThat(wished).extracting(PeerContact::expected).containsExactly(peer(7), peer(8));
    }

    @Test
    void aNodeWithNobodyGoesOnTryingEveryFewSecondsAndNeverGivesUp() {
        start(new PeerContact(address(7), peer(7)));

        passes(Duration.ofMinutes(1));
        int first = wished.size();
        passes(Duration.ofMinutes(10));

        assertThat(first).as("%d rounds", rounds).isBetween(6, 12);
        assertThat(wished.size() - first).isBetween(50, 75);
    }

    @Test
    void aNodeThatLosesItsLastNeighbourCallsForAnybodyAndDialsThoseItKnowsAtOnce() {
        ScriptedPeer one = offering(0.51);
        start(new PeerContact(address(7), peer(7)));
        links(one);
        passes(Duration.ofMinutes(30));
        List<Need> alarms = new ArrayList<>();
        upkeep().alarms().subscribe(alarms::add, failure -> {});
        int before = wished.size();

        neighbourhood.remove(one);
        upkeep().onDeparted(one, LOST, Duration.ofMinutes(30));
        passes(Duration.ofSeconds(1));

        assertThat(alarms).containsExactly(Need.ANYBODY);
        assertThat(wished.subList(before, wished.size()))
                .extracting(PeerContact::expected)
                .contains(peer(7));
    }

    @Test
    void aNodeCallsForMoreWhenItComesToHaveTooFewAndNotAgainWithEveryOneLess() {
        ScriptedPeer[] peers = {offering(0.51), offering(0.49), offering(0.6)};
        start();
        links(peers);
        List<Need> alarms = new ArrayList<>();
        upkeep().alarms().subscribe(alarms::add, failure -> {});

        for (ScriptedPeer each : peers) {
            neighbourhood.remove(each);
            upkeep().onDeparted(each, LOST, Duration.ofMinutes(30));
        }

        assertThat(alarms).containsExactly(Need.MORE, Need.ANYBODY);
    }

    @Test
    void aNodeWithTooFewNeighboursLooksForMoreAndDialsWhoeverIsOffered() {
        ScriptedPeer neighbour = offering(0.6, OFFER);
        start();
        links(neighbour);

        passes(Duration.ofSeconds(1));

        assertThat(neighbour.received())
                .hasSizeGreaterThanOrEqualTo(3)
                .allMatch(message -> message instanceof Connect.Request request
                        && request.joiner().equals(SELF)
                        && request.visited().contains(SELF));
        assertThat(wished).contains(OFFER);
    }

    @Test
    void aNodeWithEnoughNeighboursLooksOnlyForNearerOnesNextToIt() {
        ScriptedPeer after = offering(0.51, OFFER);
        ScriptedPeer before = offering(0.49, OFFER);
        start();
        links(after, before);
        passes(Duration.ofMinutes(1));
        int received = after.received().size() + before.received().size();

        passes(Duration.ofMinutes(10));

        assertThat(after.received().size() + before.received().size() - received)
                .isBetween(10, 30);
        assertThat(after.received().subList(received / 2, after.received().size()))
                .allMatch(message -> ((Connect.Request) message).adjacent());
    }

    @Test
    void aNodeIsSettledWithEnoughNeighboursOrWhenNobodyNewIsFoundForSomeRounds() {
        start();
        assertThat(upkeep().settled()).isFalse();
        links(offering(0.6, OFFER));
        passes(Duration.ofSeconds(1));
        assertThat(upkeep().settled()).as("one of two, and looking").isFalse();

        passes(Duration.ofMinutes(1));
        assertThat(upkeep().settled()).as("one of two, and nobody new").isTrue();

        links(offering(0.4, OFFER));
        assertThat(upkeep().settled()).as("two of two").isTrue();
    }

    @Test
    void whoCannotBeDialledIsLeftAloneForAWhile() {
        ScriptedPeer neighbour = offering(0.6, OFFER);
        start();
        links(neighbour);
        passes(Duration.ofMinutes(1));
        wished.clear();
        upkeep().onDialFailed(OFFER.address());

        passes(Duration.ofMinutes(4));
        assertThat(wished).isEmpty();

        passes(Duration.ofMinutes(4));
        assertThat(wished).contains(OFFER);
    }

    @Test
    void whoCouldNotBeDialledWhileTheNodeHadNobodyIsDialledAgainAtOnce() {
        ScriptedPeer neighbour = offering(0.6, OFFER);
        start();
        passes(Duration.ofMinutes(1));
        links(neighbour);
        upkeep().onDialFailed(OFFER.address());

        passes(Duration.ofSeconds(2));

        assertThat(wished).contains(OFFER);
    }

    @Test
    void aNeighbourThatIsGoneIsReplacedSoon() {
        ScriptedPeer one = offering(0.51);
        ScriptedPeer other = offering(0.49);
        start();
        links(one, other);
        passes(Duration.ofMinutes(30));
        int received = one.received().size();

        neighbourhood.remove(other);
        upkeep().onDeparted(other, LOST, Duration.ofMinutes(30));
        passes(Duration.ofSeconds(1));

        assertThat(one.received().size()).isGreaterThan(received);
    }

    @Test
    void aNeighbourThatWentWithoutAWordIsDialledUntilItAnswersThoughThereAreEnoughOthers() {
        ScriptedPeer gone = offering(0.6);
        start();
        links(offering(0.51), offering(0.49), gone);
        passes(Duration.ofMinutes(30));

        departs(gone, LOST);
        passes(Duration.ofHours(2));

        assertThat(wished).extracting(PeerContact::expected).contains(gone.peer());
        wished.clear();
        passes(Duration.ofMinutes(10));
        assertThat(wished)
                .extracting(PeerContact::expected)
                .hasSizeBetween(3, 6)
                .containsOnly(gone.peer());
        upkeep().onAnswered(gone.address(), gone);
        wished.clear();
        passes(Duration.ofMinutes(10));
        assertThat(wished).isEmpty();
    }

    @Test
    void throughANeighbourThatWasMissedTheNodeLooksForOthersNextToItself() {
        ScriptedPeer back = offering(0.6, OFFER);
        start();
        links(offering(0.51), offering(0.49), back);
        passes(Duration.ofMinutes(30));
        departs(back, LOST);
        passes(Duration.ofMinutes(1));
        int before = back.received().size();

        back.connect(exchanges::settle);
        upkeep().onAnswered(back.address(), back);
        passes(Duration.ofSeconds(1));

        assertThat(back.received().subList(before, back.received().size()))
                .hasSize(3)
                .allMatch(message -> ((Connect.Request) message).adjacent());
        assertThat(wished).contains(OFFER);
    }

    @Test
    void aNeighbourThatSaidGoodbyeIsNotDialledAgain() {
        ScriptedPeer gone = offering(0.6);
        start();
        links(offering(0.51), offering(0.49), gone);
        passes(Duration.ofMinutes(30));

        departs(gone, STOPPING);
        passes(Duration.ofHours(2));

        assertThat(wished).isEmpty();
    }

    @Test
    void tooManyNeighboursAreGivenUpOneARoundAndNeverThoseNextToTheNode() {
        ScriptedPeer after = ScriptedPeer.silent(ScriptedPeer.idAt(0.501, 1));
        ScriptedPeer before = ScriptedPeer.silent(ScriptedPeer.idAt(0.499, 2));
        start();
        links(after, before);
        for (int i = 0; i < 3; i++) {
            links(ScriptedPeer.silent(ScriptedPeer.idAt(0.7 + i * 0.001, 3 + i)));
        }

        passes(Duration.ofSeconds(1));

        assertThat(neighbourhood.links().stream()
                        .filter(link -> link.closed().toFuture().isDone()))
                .hasSize(1)
                .noneMatch(
                        link -> link.peer().equals(after.peer()) || link.peer().equals(before.peer()));
    }

    @Test
    void aMachineThatWasAsleepLeavesItsDeadLinksBehind() {
        ScriptedPeer one = offering(0.51);
        start();
        links(one);
        passes(Duration.ofSeconds(1));

        wall.goOn(Duration.ofHours(1));
        passes(Duration.ofMinutes(2));

        assertThat(one.closed().map(CloseReason::detail).block()).contains("suspended");
    }

    @Test
    void afterTheStopThereAreNoMoreRounds() {
        start(new PeerContact(address(7), peer(7)));
        passes(Duration.ofSeconds(1));
        int before = rounds;

        upkeep().stop();
        passes(Duration.ofHours(1));

        assertThat(rounds).isEqualTo(before);
    }

    private Upkeep upkeep() {
        return Objects.requireNonNull(upkeep);
    }

    private void start(PeerContact... known) {
        Vacancies vacancies = new Vacancies(RING, neighbourhood, source, random);
        OperationContext context = new OperationContext(
                OperationConfig.DEFAULT,
                neighbourhood,
                exchanges,
                () -> TransactionId.next(wall, random),
                source,
                time,
                random);
        LinkTable links = new LinkTable(
                neighbourhood,
                new NotificationChannel<>("transport", 8, 8, Duration.ofSeconds(30), time, time),
                new Notices(),
                2,
                RING,
                vacancies,
                time,
                source);
        ConnectOperation connects = new ConnectOperation(context, vacancies);
        upkeep = new Upkeep(
                RING,
                neighbourhood,
                links,
                vacancies,
                connects,
                channel,
                List.of(),
                List.of(known),
                time,
                source,
                random);
        upkeep().wishes().subscribe(wished::add, failure -> {});
        channel.flux().subscribe(this::handle, failure -> {
            throw new AssertionError("the loop failed", failure);
        });
        upkeep().start();
    }

    private void handle(Notification notification) {
        if (notification instanceof Notification.UpkeepDue) {
            rounds++;
            upkeep().round();
        } else if (notification instanceof Notification.AbsenteesDue) {
            upkeep().call();
        } else if (notification instanceof Notification.PeersFound found) {
            upkeep().onFound(found.contacts());
        }
    }

    private void links(ScriptedPeer... peers) {
        for (ScriptedPeer each : peers) {
            each.connect(exchanges::settle);
            neighbourhood.add(each);
            upkeep().onLinked(each);
        }
    }

    private void departs(ScriptedPeer peer, CloseReason reason) {
        neighbourhood.remove(peer);
        upkeep().onDeparted(peer, reason, Duration.ofMinutes(30));
    }

    /** In steps: what is scheduled within one step of virtual time counts from its end. */
    private void passes(Duration duration) {
        for (Duration left = duration; !left.isNegative() && !left.isZero(); left = left.minus(STEP)) {
            time.advanceTimeBy(STEP);
        }
    }

    private static ScriptedPeer offering(double location, PeerContact... contacts) {
        return ScriptedPeer.replying(
                ScriptedPeer.idAt(location, 1), request -> new Connect.Offers(request.tx(), List.of(contacts)));
    }
}
