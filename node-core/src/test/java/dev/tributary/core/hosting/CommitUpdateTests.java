package dev.tributary.core.hosting;

import static dev.tributary.core.engine.OperationFixture.CONTRACT;
import static dev.tributary.core.engine.OperationFixture.nodeAt;
import static dev.tributary.core.engine.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.Update;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** The root of a set with followers: the updates that a commit sends itself, and those that it leaves to the worker. */
class CommitUpdateTests {

    private static final Contract SET = GrowOnlySet.named("commit");
    private static final double LOCATION =
            SET.key().location().value() - CONTRACT.key().location().value();
    private static final TransactionId TX = new TransactionId(3, 4);
    private static final Duration BUDGET = Duration.ofSeconds(5);

    private OperationFixture node = nodeAt(LOCATION);
    private final Disposable.Swap tasks = Disposables.swap();
    private final List<ScriptedPeer> followers = new ArrayList<>();

    @AfterEach
    void stop() {
        tasks.dispose();
    }

    @Test
    void commitSendsItsUpdateBeforeItCompletes() {
        start(set("a"), 2);

        update("b");

        for (ScriptedPeer follower : followers) {
            assertThat(updates(follower)).singleElement().satisfies(changed -> {
                assertThat(changed.before()).isEqualTo(set("a").digest());
                assertThat(changed.after()).isEqualTo(set("a", "b").digest());
            });
        }
        assertNothingQueued();
    }

    @Test
    void firstEightNeighboursAreSentTheUpdateAtOnceAndTheOthersByTheWorker() {
        start(set("a"), 20);

        update("b");
        assertThat(followers).filteredOn(each -> !updates(each).isEmpty()).hasSize(8);
        assertThat(updateQueue().size()).isEqualTo(12);

        node.sendDueUpdates();
        assertThat(followers).allSatisfy(each -> assertThat(updates(each)).hasSize(1));
        assertNothingQueued();
    }

    @Test
    void updatesOfConsecutiveCommitsArriveInOrder() {
        start(set("a"), 12);
        runTasks();

        for (int i = 0; i < 6; i++) {
            update("element " + i);
        }
        node.advance(Duration.ofSeconds(1));

        for (ScriptedPeer follower : followers) {
            List<Update.Changed> received = updates(follower);
            assertThat(received.get(received.size() - 1).after()).isEqualTo(held().digest());
            for (int i = 1; i < received.size(); i++) {
                assertThat(received.get(i).before())
                        .isEqualTo(received.get(i - 1).after());
            }
        }
        assertNothingQueued();
    }

    @Test
    void noLockIsHeldWhileAnUpdateIsSent() {
        List<Boolean> locked = new ArrayList<>();
        start(set("a"), 3);
        followers.forEach(each -> each.onNotice(
                notice -> locked.add(Thread.holdsLock(node.contracts.table()) || Thread.holdsLock(updateQueue()))));

        update("b");

        assertThat(locked).containsExactly(false, false, false);
    }

    @Test
    void changeMadeWhileAnUpdateIsSentIsCommittedAfterwards() {
        start(set("a"), 1);
        int[] depth = new int[1];
        int[] made = new int[1];
        List<Integer> depths = new ArrayList<>();
        followers.get(0).onNotice(notice -> {
            depths.add(++depth[0]);
            if (made[0]++ < 6) {
                node.contracts
                        .change(StateOrigin.ofClientUpdate(), SET.id(), List.of(full("element " + made[0])))
                        .subscribe(changed -> {}, failure -> depths.add(-1));
            }
            depth[0]--;
        });

        update("b");

        assertThat(depths).containsExactly(1, 1, 1, 1, 1, 1, 1);
        assertThat(GrowOnlySet.elements(held())).hasSize(8);
        node.assertNothingPending();
    }

    @Test
    void neighbourAtItsRateLimitIsSentTheUpdateAtThePace() {
        start(set("a"), 1);
        for (int i = 0; i < 10; i++) {
            update("element " + i);
        }
        assertThat(updates(followers.get(0))).hasSize(HostingConfig.defaults().burst());

        node.advance(HostingConfig.defaults().pace());
        node.sendDueUpdates();

        assertThat(updates(followers.get(0))).hasSize(HostingConfig.defaults().burst() + 1);
        assertThat(last(followers.get(0)).after()).isEqualTo(held().digest());
        assertNothingQueued();
    }

    @Test
    void neighbourThatAcknowledgesIsSentEachUpdateAtOnce() {
        start(set("a"), 1);
        followers.get(0).onNotice(notice -> {
            if (notice instanceof Update.Changed changed && changed.asksForAcknowledgement()) {
                node.broadcasts.onAcknowledged(
                        followers.get(0).peer(), new Update.Acknowledged(changed.tx(), changed.id()));
            }
        });
        for (int i = 0; i < 100; i++) {
            update("element " + i);
        }

        assertThat(updates(followers.get(0))).hasSize(100);
        assertThat(updates(followers.get(0)))
                .filteredOn(Update.Changed::asksForAcknowledgement)
                .hasSizeBetween(3, 10);
        assertNothingQueued();
    }

    @Test
    void neighbourIsSentEachUpdateAtOnceWithoutAPace() {
        node = nodeAt(
                LOCATION,
                OperationConfig.defaults().withReplicas(1),
                HostingConfig.defaults().withPace(Duration.ZERO));
        start(set("a"), 1);
        for (int i = 0; i < 100; i++) {
            update("element " + i);
        }

        assertThat(updates(followers.get(0))).hasSize(100);
        assertThat(last(followers.get(0)).after()).isEqualTo(held().digest());
        assertNothingQueued();
    }

    @Test
    void largeFullStateIsLeftToTheWorker() {
        start(set("a"), 2);
        node.contracts.store(StateOrigin.ofClientPut(), SET, large()).block();
        assertThat(followers).allSatisfy(each -> assertThat(updates(each)).isEmpty());
        assertThat(updateQueue().size()).isEqualTo(2);

        runTasks();
        node.advance(Duration.ofSeconds(1));

        assertThat(followers).allSatisfy(each -> {
            assertThat(last(each).changes()).containsExactly(new StateChange.Full(held()));
            assertThat(last(each).after()).isEqualTo(held().digest());
        });
        assertNothingQueued();
    }

    @Test
    void smallFullStateIsSentByTheCommit() {
        start(set("a"), 2);
        node.contracts.stopSending();
        update("a", "b", "c", "d", "e");
        node.contracts.startSending(node.broadcasts::send);

        update("a", "b", "c", "d", "f");

        assertThat(followers).allSatisfy(each -> {
            assertThat(last(each).before()).isEqualTo(set("a").digest());
            assertThat(last(each).after()).isEqualTo(held().digest());
            assertThat(last(each).changes()).containsExactly(new StateChange.Full(held()));
        });
        assertNothingQueued();
    }

    @Test
    void neighbourThatIsFartherBehindThanTheLogIsSentTheFullState() {
        start(set("a"), 1);
        node.contracts.stopSending();
        for (int i = 0; i < 200; i++) {
            update("element " + i);
        }
        node.contracts.startSending(node.broadcasts::send);

        update("last");

        assertThat(updates(followers.get(0))).singleElement().satisfies(changed -> {
            assertThat(changed.before()).isEqualTo(set("a").digest());
            assertThat(changed.after()).isEqualTo(held().digest());
            assertThat(changed.changes()).containsExactly(new StateChange.Full(held()));
        });
        assertNothingQueued();
    }

    @Test
    void smallChangeOfALargeStateIsSentByTheCommit() {
        start(large(), 2);

        update("new");

        StateChange delta = new StateChange.Delta(new StateDelta(set("new").bytes()));
        assertThat(followers)
                .allSatisfy(each -> assertThat(last(each).changes()).containsAnyOf(delta, full("new")));
        assertNothingQueued();
    }

    @Test
    void closedLinkNeitherFailsTheCommitNorTheUpdatesOfOthers() {
        start(set("a"), 2, ScriptedPeer.dead(peerAt(LOCATION + 0.01, 99)));

        update("b");

        assertThat(held()).isEqualTo(set("a", "b"));
        assertThat(followers.subList(1, 3))
                .allSatisfy(each -> assertThat(updates(each)).hasSize(1));
        assertNothingQueued();
    }

    @Test
    void faultOfALinkNeitherFailsTheCommitNorTheUpdatesOfOthers() {
        start(set("a"), 3);
        followers.get(0).onNotice(notice -> {
            throw new IllegalStateException("a fault of the link");
        });

        update("b");

        assertThat(held()).isEqualTo(set("a", "b"));
        assertThat(followers.subList(1, 3))
                .allSatisfy(each -> assertThat(updates(each)).hasSize(1));
        assertNothingQueued();
        node.assertNothingPending();
    }

    @Test
    void commitOnlyQueuesItsUpdatesAfterTheTasksEnded() {
        start(set("a"), 2);
        runTasks();
        tasks.dispose();

        update("b");

        assertThat(followers).allSatisfy(each -> assertThat(updates(each)).isEmpty());
        assertThat(updateQueue().size()).isEqualTo(2);
    }

    /** Starts a node with this state and these followers, all in sync. Its worker does not run yet. */
    private void start(State state, int count, ScriptedPeer... more) {
        followers.addAll(List.of(more));
        IntStream.range(0, count)
                .mapToObj(i -> ScriptedPeer.silent(peerAt(LOCATION + 0.02 * (i + 1), i)))
                .forEach(followers::add);
        node.with(followers.toArray(ScriptedPeer[]::new));
        node.contracts.store(StateOrigin.ofClientPut(), SET, state).block();
        for (ScriptedPeer each : followers) {
            Hosting.Replica replica = new Hosting.Replica(SET.id(), state.digest(), 10);
            node.comparisons
                    .serve(each.peer(), new Hosting.Offer(TX, BUDGET, List.of(replica)))
                    .block();
        }
        followers.forEach(each -> each.received().clear());
        node.contracts.startSending(node.broadcasts::send);
    }

    private void runTasks() {
        tasks.update(node.hostingTasks.run().subscribe(none -> {}, failure -> {}));
    }

    private void update(String... elements) {
        node.contracts
                .change(StateOrigin.ofClientUpdate(), SET.id(), List.of(full(elements)))
                .block();
    }

    private UpdateQueue updateQueue() {
        return node.contracts.table().scheduler().updateQueue();
    }

    private void assertNothingQueued() {
        assertThat(updateQueue().size()).isZero();
    }

    private State held() {
        return node.contracts.find(SET.id()).blockOptional().orElseThrow().state();
    }

    private static List<Update.Changed> updates(ScriptedPeer follower) {
        return follower.received().stream()
                .filter(Update.Changed.class::isInstance)
                .map(Update.Changed.class::cast)
                .toList();
    }

    private static Update.Changed last(ScriptedPeer follower) {
        List<Update.Changed> all = updates(follower);
        return Objects.requireNonNull(all.isEmpty() ? null : all.get(all.size() - 1), "no update");
    }

    /** A state that is sent one at a time to save memory. */
    private static State large() {
        return GrowOnlySet.state(IntStream.range(0, 2000)
                .mapToObj(i -> Bytes.utf8("element with some length, more than a few bytes " + i))
                .collect(Collectors.toSet()));
    }

    private static StateChange full(String... elements) {
        return new StateChange.Full(set(elements));
    }

    private static State set(String... elements) {
        return GrowOnlySet.state(Stream.of(elements).map(Bytes::utf8).collect(Collectors.toSet()));
    }
}
