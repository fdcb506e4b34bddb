package dev.tributary.core.subscription;

import static dev.tributary.core.engine.OperationFixture.CONTRACT;
import static dev.tributary.core.engine.OperationFixture.nodeAt;
import static dev.tributary.core.engine.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.engine.OperationFixture;
import dev.tributary.core.error.HostingBudgetException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.hosting.ChangeResult;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.hosting.StateOrigin;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.message.Get;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The updates that the subscribers of one node get, on virtual time. */
class SubscriptionsTests {

    private static final Contract OTHER = LastWriterWins.named("other");
    private static final Duration TICK = Duration.ofMillis(1);

    private OperationFixture node = nodeAt(0.3);
    private Subscriptions subscriptions = subscriptions(SubscriptionConfig.defaults());
    private Disposable tasks = startTasks();
    private final Queue<Runnable> callbacks = new ArrayDeque<>();
    private long filled;

    @AfterEach
    void stop() {
        tasks.dispose();
    }

    @Test
    void heldStateComesFirstThenEveryChangeInOrder() {
        put(1);

        StepVerifier.create(subscribe())
                .then(this::tick)
                .expectNext(shown(1, 0))
                .then(() -> {
                    put(2);
                    put(3);
                })
                .then(this::tick)
                .expectNext(shown(2, 0), shown(3, 0))
                .thenCancel()
                .verify();

        assertNothingPending();
    }

    @Test
    void putWithoutChangeIsNotPublished() {
        put(2);

        StepVerifier.create(subscribe())
                .then(this::tick)
                .expectNext(shown(2, 0))
                .then(() -> put(1))
                .then(this::tick)
                .then(() -> put(3))
                .then(this::tick)
                .expectNext(shown(3, 0))
                .thenCancel()
                .verify();
    }

    @Test
    void slowSubscriberGetsLatestStateAndSkipCount() {
        put(1);

        StepVerifier.create(subscribe(), 1)
                .then(this::tick)
                .expectNext(shown(1, 0))
                .then(() -> {
                    for (int version = 2; version <= 10; version++) {
                        put(version);
                        tick();
                    }
                })
                .thenRequest(1)
                .expectNext(shown(10, 8))
                .thenRequest(5)
                .then(() -> put(11))
                .then(this::tick)
                .expectNext(shown(11, 0))
                .thenCancel()
                .verify();

        assertThat(subscriptions.status(0).skipped()).isEqualTo(8);
        assertThat(subscriptions.status(0).changes()).isEqualTo(10);
    }

    @Test
    void stateThatWaitedAndWasDroppedIsReadWhenItIsWanted() {
        put(1);
        Subscriptions observed = subscriptions;

        StepVerifier.create(subscribe(), 1)
                .then(this::tick)
                .expectNext(shown(1, 0))
                .then(() -> fillMemory(observed.memory()))
                .then(() -> {
                    put(2);
                    put(3);
                })
                .then(this::tick)
                .then(() -> releaseMemory(observed.memory()))
                .thenRequest(1)
                .then(() -> node.advance(Duration.ofSeconds(1)))
                .expectNext(shown(3, 1))
                .thenCancel()
                .verify();

        assertNothingPending();
        assertThat(observed.memory().used()).isZero();
    }

    @Test
    void firstStateWaitsUntilTheMemoryHasRoom() {
        put(1);
        fillMemory(subscriptions.memory());

        StepVerifier.create(subscribe())
                .then(this::tick)
                .then(() -> releaseMemory(subscriptions.memory()))
                .then(() -> node.advance(Duration.ofSeconds(1)))
                .expectNext(shown(1, 0))
                .thenCancel()
                .verify();

        assertNothingPending();
    }

    @Test
    void subscriberWithoutDemandDoesNotDelayOthers() {
        put(1);
        subscribe().subscribe(new WithoutDemand());

        StepVerifier.create(subscribe())
                .then(this::tick)
                .expectNext(shown(1, 0))
                .then(() -> put(2))
                .then(this::tick)
                .expectNext(shown(2, 0))
                .thenCancel()
                .verify();
    }

    @Test
    void throwingSubscriberIsRemovedAndOthersContinue() {
        put(1);
        Throwing throwing = new Throwing();
        subscribe().subscribe(throwing);
        List<ContractUpdate> others = new ArrayList<>();
        Disposable other = subscribe().subscribe(others::add);
        tick();
        put(2);
        tick();

        assertThat(throwing.calls).isEqualTo(1);
        assertThat(others).containsExactly(shown(1, 0), shown(2, 0));
        assertThat(subscriptions.status(0).subscribers()).isEqualTo(1);
        other.dispose();
        assertNothingPending();
    }

    @Test
    void subscriberThatCancelsInCallbackIsNotCalledAgain() {
        put(1);

        StepVerifier.create(subscribe().take(1))
                .then(this::tick)
                .expectNext(shown(1, 0))
                .verifyComplete();

        assertNothingPending();
    }

    @Test
    void thousandSubscribersAllGetEveryState() {
        put(1);
        List<ContractUpdate> seen = new ArrayList<>();
        List<Disposable> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            all.add(subscribe().subscribe(seen::add));
        }
        tick();
        put(2);
        tick();

        assertThat(seen).hasSize(2000).containsOnly(shown(1, 0), shown(2, 0));
        all.forEach(Disposable::dispose);
        assertNothingPending();
    }

    @Test
    void changeDuringInitialReadIsShownExactlyOnce() {
        SlowContractStore store = new SlowContractStore();
        useNode(OperationFixture.nodeWith(store));
        put(1);
        List<ContractUpdate> seen = new ArrayList<>();

        store.blockReads();
        Disposable reading = subscribe().subscribe(seen::add);
        store.unblockReads();
        put(2);
        tick();
        assertThat(seen).containsExactly(shown(2, 0));
        store.releaseAll();
        put(3);
        tick();

        assertThat(seen).containsExactly(shown(2, 0), shown(3, 0));
        reading.dispose();
        assertNothingPending();
    }

    @Test
    void stateReadBeforeItsCommitIsPublishedIsShownOnce() {
        SlowContractStore store = new SlowContractStore();
        useNode(OperationFixture.nodeWith(store));
        put(1);
        List<ContractUpdate> first = new ArrayList<>();
        List<ContractUpdate> second = new ArrayList<>();
        subscribe().subscribe(first::add);
        tick();

        store.blockCommits();
        Disposable putting = node.contracts
                .store(StateOrigin.ofClientPut(), CONTRACT, state(2))
                .subscribe(state -> {}, failure -> {});
        subscribe().subscribe(second::add);
        tick();
        store.releaseAll();
        tick();

        assertThat(first).containsExactly(shown(1, 0), shown(2, 0));
        assertThat(second).containsExactly(shown(2, 0));
        assertThat(putting.isDisposed()).isTrue();
    }

    @Test
    void commitOfCancelledPutIsPublishedToo() {
        SlowContractStore store = new SlowContractStore();
        useNode(OperationFixture.nodeWith(store));
        put(1);
        List<ContractUpdate> seen = new ArrayList<>();
        subscribe().subscribe(seen::add);
        tick();

        store.blockCommits();
        node.contracts
                .store(StateOrigin.ofClientPut(), CONTRACT, state(2))
                .subscribe(state -> {}, failure -> {})
                .dispose();
        Mono<State> next = node.contracts.store(StateOrigin.ofClientPut(), CONTRACT, state(3));
        List<State> stored = new ArrayList<>();
        next.subscribe(stored::add, failure -> {});
        assertThat(stored).as("waits for the previous commit").isEmpty();
        store.releaseAll();
        tick();

        assertThat(stored).containsExactly(state(3));
        assertThat(seen).containsExactly(shown(1, 0), shown(2, 0), shown(3, 0));
    }

    @Test
    void oldestStatesAreDroppedWhenCallbackThreadsLag() {
        queueCallbacks();
        put(1);
        List<ContractUpdate> seen = new ArrayList<>();
        subscribe().subscribe(seen::add);
        runCallbacks();
        for (int version = 2; version <= 101; version++) {
            put(version);
        }
        runCallbacks();

        assertThat(seen).hasSize(17);
        assertThat(seen.get(1)).isEqualTo(shown(86, 84));
        assertThat(seen.get(16)).isEqualTo(shown(101, 0));
    }

    @Test
    void queuedBytesAreLimitedWhenCallbackThreadsLag() {
        queueCallbacks();
        put(1);
        List<ContractUpdate> seen = new ArrayList<>();
        subscribe().subscribe(seen::add);
        runCallbacks();
        for (int version = 2; version <= 9; version++) {
            node.contracts
                    .store(StateOrigin.ofClientPut(), CONTRACT, LastWriterWins.state(version, new byte[400_000]))
                    .block();
        }
        runCallbacks();

        assertThat(seen).hasSize(3);
        assertThat(seen.get(1).skipped()).isEqualTo(6);
        assertThat(seen.get(2).skipped()).isZero();
    }

    @Test
    void missingContractIsSearchedWithBackoff() {
        ScriptedPeer peer = notFinding();
        node.with(peer);
        Disposable waiting = subscribe().subscribe();
        assertThat(requests(peer)).as("searches at once").isEqualTo(1);
        List<Long> searches = new ArrayList<>();
        for (int second = 0; second < 600; second++) {
            int before = requests(peer);
            node.advance(Duration.ofSeconds(1));
            for (int i = before; i < requests(peer); i++) {
                searches.add(node.time.now(TimeUnit.SECONDS));
            }
        }

        // After 1, 2, 4, 8, 16, 32 s and then every 60 s, each with a jitter of a quarter.
        assertThat(searches.size()).isBetween(12, 20);
        assertThat(searches.get(0)).isBetween(1L, 2L);
        assertThat(searches.get(searches.size() - 1) - searches.get(searches.size() - 2))
                .isBetween(44L, 76L);
        assertThat(subscriptions.status(0).missingContracts()).isEqualTo(1);
        assertThat(newTasks().pending()).isZero();
        waiting.dispose();
        assertNothingPending();
        int before = requests(peer);
        node.advance(Duration.ofMinutes(5));
        assertThat(requests(peer)).isEqualTo(before);
    }

    @Test
    void subscribersOfMissingContractShareOneSearch() {
        ScriptedPeer peer = notFinding();
        node.with(peer);
        for (int i = 0; i < 100; i++) {
            subscribe().subscribe();
            node.advance(Duration.ofMillis(1));
        }

        assertThat(requests(peer)).isEqualTo(1);
    }

    @Test
    void awaitedContractIsShownAtOnceWhenPutHere() {
        node.with(notFinding());

        StepVerifier.create(subscribe())
                .then(() -> node.advance(Duration.ofMinutes(10)))
                .then(() -> put(1))
                .then(this::tick)
                .expectNext(shown(1, 0))
                .thenCancel()
                .verify();

        assertNothingPending();
    }

    @Test
    void contractOfNeighbourIsFoundAndHeldAfterwards() {
        node.with(
                ScriptedPeer.replying(peerAt(0.01, 1), request -> new Get.Found(request.tx(), CONTRACT, state(7), 0)));

        StepVerifier.create(subscribe())
                .then(this::tick)
                .expectNext(shown(7, 0))
                .then(() ->
                        assertThat(node.contracts.table().holds(CONTRACT.id())).isTrue())
                .then(() -> assertThat(subscriptions.status(0)).isEqualTo(new SubscriptionStatus(1, 1, 0, 0, 1, 0)))
                .thenCancel()
                .verify();
        assertNothingPending();
    }

    @Test
    void searchEndsWithLastSubscriber() {
        node.with(ScriptedPeer.silent(peerAt(0.01, 1)));
        Disposable waiting = subscribe().subscribe();
        tick();
        assertThat(node.exchanges.pending()).isEqualTo(1);

        waiting.dispose();

        assertNothingPending();
    }

    @Test
    void foundContractWithoutRoomIsAnError() {
        useNode(nodeAt(
                0.3,
                OperationConfig.defaults().withReplicas(1),
                HostingConfig.defaults().withContracts(1)));
        node.contracts.store(StateOrigin.ofClientPut(), OTHER, state(1)).block();
        node.with(
                ScriptedPeer.replying(peerAt(0.01, 1), request -> new Get.Found(request.tx(), CONTRACT, state(7), 0)));

        StepVerifier.create(subscribe())
                .then(this::tick)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                HostingBudgetException.class,
                                noRoom -> assertThat(noRoom.id()).isEqualTo(CONTRACT.id())));

        assertNothingPending();
    }

    @Test
    void unreadableStateFailsNewSubscriberOnly() {
        SlowContractStore store = new SlowContractStore();
        useNode(OperationFixture.nodeWith(store));
        put(1);
        List<ContractUpdate> seen = new ArrayList<>();
        Disposable other = subscribe().subscribe(seen::add);
        tick();
        store.failReads();

        StepVerifier.create(subscribe()).then(this::tick).verifyError(StorageException.class);

        assertThat(seen).containsExactly(shown(1, 0));
        assertThat(subscriptions.status(0).subscribers()).isEqualTo(1);
        other.dispose();
        assertNothingPending();
    }

    @Test
    void subscribersBeyondContractLimitAreRefused() {
        subscriptions = limited(SubscriptionConfig.defaults().withPerContract(2));
        Disposable first = subscribe().subscribe();
        subscribe().subscribe();

        StepVerifier.create(subscribe())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                NodeBusyException.class,
                                busy -> assertThat(busy.limit()).isEqualTo(2))
                        .hasMessageContaining(CONTRACT.id().toString()));

        first.dispose();
        StepVerifier.create(subscribe()).thenCancel().verify();
    }

    @Test
    void contractsBeyondLimitAreRefused() {
        subscriptions = limited(SubscriptionConfig.defaults().withContracts(1));
        Disposable first = subscribe().subscribe();
        subscribe().subscribe();

        StepVerifier.create(subscriptions.subscribe(OTHER.id())).verifyError(NodeBusyException.class);

        first.dispose();
        StepVerifier.create(subscriptions.subscribe(OTHER.id())).verifyError(NodeBusyException.class);
    }

    @Test
    void subscribersBeyondNodeLimitAreRefused() {
        subscriptions = limited(SubscriptionConfig.defaults().withSubscribers(2));
        subscribe().subscribe();
        Disposable second = subscriptions.subscribe(OTHER.id()).subscribe();

        StepVerifier.create(subscribe()).verifyError(NodeBusyException.class);

        second.dispose();
        StepVerifier.create(subscribe()).thenCancel().verify();
    }

    @Test
    void stopIsSignalledAfterLastChangeAndNewSubscribersAreRefused() {
        put(1);

        StepVerifier.create(subscribe())
                .then(this::tick)
                .expectNext(shown(1, 0))
                .then(() -> {
                    put(2);
                    subscriptions.shutdown();
                })
                .then(this::tick)
                .expectNext(shown(2, 0))
                .verifyError(NodeStoppedException.class);

        StepVerifier.create(subscribe()).verifyError(NodeStoppedException.class);
        assertNothingPending();
    }

    @Test
    void subscriberWithoutDemandGetsLastStateBeforeError() {
        put(1);

        StepVerifier.create(subscribe(), 0)
                .then(this::tick)
                .then(subscriptions::shutdown)
                .then(this::tick)
                .then(() -> assertThat(subscriptions.status(0).subscribers()).isZero())
                .thenRequest(1)
                .expectNext(shown(1, 0))
                .verifyError(NodeStoppedException.class);
    }

    private Flux<ContractUpdate> subscribe() {
        return subscriptions.subscribe(CONTRACT.id());
    }

    private void useNode(OperationFixture other) {
        tasks.dispose();
        node = other;
        subscriptions = limited(SubscriptionConfig.defaults());
    }

    private Subscriptions limited(SubscriptionConfig config) {
        tasks.dispose();
        subscriptions = subscriptions(config);
        tasks = startTasks();
        return subscriptions;
    }

    /** Queues callbacks from now on until {@link #runCallbacks}. */
    private void queueCallbacks() {
        tasks.dispose();
        subscriptions = subscriptions(SubscriptionConfig.defaults(), Schedulers.fromExecutor(callbacks::add));
        tasks = startTasks();
    }

    private void runCallbacks() {
        for (Runnable call = callbacks.poll(); call != null; call = callbacks.poll()) {
            call.run();
        }
    }

    private Subscriptions subscriptions(SubscriptionConfig config) {
        return subscriptions(config, node.time);
    }

    private Subscriptions subscriptions(SubscriptionConfig config, Scheduler callbackScheduler) {
        RequestContext context = node.context;
        return new Subscriptions(
                config, node.contracts, context.time(), context.random(), context.timer(), callbackScheduler);
    }

    private SubscriptionTasks newTasks() {
        return new SubscriptionTasks(node.context, node.contracts, node.gets, subscriptions);
    }

    private Disposable startTasks() {
        return newTasks().run().subscribe(none -> {}, failure -> {});
    }

    private void fillMemory(Permits memory) {
        for (long piece = memory.limit(); piece > 0; piece /= 2) {
            while (memory.tryAcquire(piece)) {
                filled += piece;
            }
        }
    }

    private void releaseMemory(Permits memory) {
        memory.release(filled);
        filled = 0;
    }

    private void put(int version) {
        node.contracts
                .change(StateOrigin.ofClientPut(), CONTRACT.id(), new StateChange.Full(state(version)))
                .map(ChangeResult::state)
                .switchIfEmpty(
                        Mono.defer(() -> node.contracts.store(StateOrigin.ofClientPut(), CONTRACT, state(version))))
                .block();
    }

    private void tick() {
        node.advance(TICK);
    }

    private void assertNothingPending() {
        tick();
        node.assertNothingPending();
        SubscriptionStatus status = subscriptions.status(0);
        assertThat(List.of(
                        status.subscribers(),
                        status.contracts(),
                        status.missingContracts(),
                        newTasks().pending()))
                .containsOnly(0);
    }

    private static State state(int version) {
        return LastWriterWins.state(version, new byte[] {42});
    }

    private static ContractUpdate shown(int version, long skipped) {
        return new ContractUpdate(CONTRACT.key(), state(version), skipped);
    }

    private static ScriptedPeer notFinding() {
        return ScriptedPeer.replying(peerAt(0.01, 1), request -> new Get.NotFound(request.tx(), CONTRACT.id(), 0));
    }

    private static int requests(ScriptedPeer peer) {
        return (int)
                peer.received().stream().filter(Get.Request.class::isInstance).count();
    }

    /** Requests nothing. */
    private static class WithoutDemand implements CoreSubscriber<ContractUpdate> {

        @Override
        public void onSubscribe(Subscription subscription) {}

        @Override
        public void onNext(ContractUpdate update) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    /** Throws in a callback, which violates Reactive Streams. */
    private static final class Throwing extends WithoutDemand {

        private int calls;

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ContractUpdate update) {
            calls++;
            throw new IllegalStateException("thrown by the test");
        }
    }
}
