package dev.tributary.core.operation;

import static dev.tributary.core.operation.OperationFixture.CONTRACT;
import static dev.tributary.core.operation.OperationFixture.nodeAt;
import static dev.tributary.core.operation.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.NoRoomException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.message.Get;
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

/** What the subscribers of one node are shown, on virtual time. */
class SubscriptionsTests {

    private static final Contract OTHER = LastWriterWins.named("other");
    private static final Duration SOON = Duration.ofMillis(1);

    private OperationFixture node = nodeAt(0.3);
    private Subscriptions subscriptions = subscriptions(SubscriptionConfig.DEFAULT);
    private Disposable running = running();
    private final Queue<Runnable> callbacks = new ArrayDeque<>();

    @AfterEach
    void stop() {
        running.dispose();
    }

    @Test
    void theStateThatIsHeldComesFirstAndThenEveryChangeInOrder() {
        put(1);

        StepVerifier.create(subscribe())
                .then(this::soon)
                .expectNext(shown(1, 0))
                .then(() -> {
                    put(2);
                    put(3);
                })
                .then(this::soon)
                .expectNext(shown(2, 0), shown(3, 0))
                .thenCancel()
                .verify();

        nothingIsLeft();
    }

    @Test
    void whatChangesNothingIsNotShown() {
        put(2);

        StepVerifier.create(subscribe())
                .then(this::soon)
                .expectNext(shown(2, 0))
                .then(() -> put(1))
                .then(this::soon)
                .then(() -> put(3))
                .then(this::soon)
                .expectNext(shown(3, 0))
                .thenCancel()
                .verify();
    }

    @Test
    void whoAsksLateIsShownTheLatestAndToldHowManyItMissed() {
        put(1);

        StepVerifier.create(subscribe(), 1)
                .then(this::soon)
                .expectNext(shown(1, 0))
                .then(() -> {
                    for (int version = 2; version <= 10; version++) {
                        put(version);
                        soon();
                    }
                })
                .thenRequest(1)
                .expectNext(shown(10, 8))
                .thenRequest(5)
                .then(() -> put(11))
                .then(this::soon)
                .expectNext(shown(11, 0))
                .thenCancel()
                .verify();

        assertThat(subscriptions.status(0).skipped()).isEqualTo(8);
        assertThat(subscriptions.status(0).changes()).isEqualTo(10);
    }

    @Test
    void aSubscriberThatNeverAsksHoldsUpNobody() {
        put(1);
        subscribe().subscribe(new Silent());

        StepVerifier.create(subscribe())
                .then(this::soon)
                .expectNext(shown(1, 0))
                .then(() -> put(2))
                .then(this::soon)
                .expectNext(shown(2, 0))
                .thenCancel()
                .verify();
    }

    @Test
    void aSubscriberThatThrowsIsToldNothingMoreAndTheOthersAre() {
        put(1);
        Throwing throwing = new Throwing();
        subscribe().subscribe(throwing);
        List<ContractUpdate> others = new ArrayList<>();
        Disposable other = subscribe().subscribe(others::add);
        soon();
        put(2);
        soon();

        assertThat(throwing.calls).isEqualTo(1);
        assertThat(others).containsExactly(shown(1, 0), shown(2, 0));
        assertThat(subscriptions.status(0).subscribers()).isEqualTo(1);
        other.dispose();
        nothingIsLeft();
    }

    @Test
    void whoCancelsInTheMiddleOfACallIsNotCalledAgain() {
        put(1);

        StepVerifier.create(subscribe().take(1))
                .then(this::soon)
                .expectNext(shown(1, 0))
                .verifyComplete();

        nothingIsLeft();
    }

    @Test
    void ofAThousandSubscribersEachIsShownEverything() {
        put(1);
        List<ContractUpdate> seen = new ArrayList<>();
        List<Disposable> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            all.add(subscribe().subscribe(seen::add));
        }
        soon();
        put(2);
        soon();

        assertThat(seen).hasSize(2000).containsOnly(shown(1, 0), shown(2, 0));
        all.forEach(Disposable::dispose);
        nothingIsLeft();
    }

    @Test
    void aChangeThatIsCommittedWhileTheStateIsReadIsNeitherLostNorShownTwice() {
        SlowReads store = new SlowReads();
        on(OperationFixture.nodeWith(store));
        put(1);
        List<ContractUpdate> seen = new ArrayList<>();

        store.holdReads();
        Disposable reading = subscribe().subscribe(seen::add);
        store.passReads();
        put(2);
        soon();
        assertThat(seen).containsExactly(shown(2, 0));
        store.letOut();
        put(3);
        soon();

        assertThat(seen).containsExactly(shown(2, 0), shown(3, 0));
        reading.dispose();
        nothingIsLeft();
    }

    @Test
    void aStateThatIsReadBeforeItsCommitIsToldIsShownOnceToEverybody() {
        SlowReads store = new SlowReads();
        on(OperationFixture.nodeWith(store));
        put(1);
        List<ContractUpdate> first = new ArrayList<>();
        List<ContractUpdate> second = new ArrayList<>();
        subscribe().subscribe(first::add);
        soon();

        store.holdCommits();
        Disposable putting =
                node.contracts.store(Bringer.client(), CONTRACT, state(2)).subscribe(state -> {}, failure -> {});
        subscribe().subscribe(second::add);
        soon();
        store.letOut();
        soon();

        assertThat(first).containsExactly(shown(1, 0), shown(2, 0));
        assertThat(second).containsExactly(shown(2, 0));
        assertThat(putting.isDisposed()).isTrue();
    }

    @Test
    void ofACommitForWhichNobodyWaitsAnyMoreSubscribersAreToldToo() {
        SlowReads store = new SlowReads();
        on(OperationFixture.nodeWith(store));
        put(1);
        List<ContractUpdate> seen = new ArrayList<>();
        subscribe().subscribe(seen::add);
        soon();

        store.holdCommits();
        node.contracts
                .store(Bringer.client(), CONTRACT, state(2))
                .subscribe(state -> {}, failure -> {})
                .dispose();
        Mono<State> next = node.contracts.store(Bringer.client(), CONTRACT, state(3));
        List<State> stored = new ArrayList<>();
        next.subscribe(stored::add, failure -> {});
        assertThat(stored).as("it waits for the commit before it").isEmpty();
        store.letOut();
        soon();

        assertThat(stored).containsExactly(state(3));
        assertThat(seen).containsExactly(shown(1, 0), shown(2, 0), shown(3, 0));
    }

    @Test
    void whenTheCallbackThreadsLagTheOldestStatesAreNotShown() {
        lagging();
        put(1);
        List<ContractUpdate> seen = new ArrayList<>();
        subscribe().subscribe(seen::add);
        calls();
        for (int version = 2; version <= 101; version++) {
            put(version);
        }
        calls();

        assertThat(seen).hasSize(17);
        assertThat(seen.get(1)).isEqualTo(shown(86, 84));
        assertThat(seen.get(16)).isEqualTo(shown(101, 0));
    }

    @Test
    void ofLargeStatesFewWaitForCallbackThreadsThatLag() {
        lagging();
        put(1);
        List<ContractUpdate> seen = new ArrayList<>();
        subscribe().subscribe(seen::add);
        calls();
        for (int version = 2; version <= 9; version++) {
            node.contracts
                    .store(Bringer.client(), CONTRACT, LastWriterWins.state(version, new byte[400_000]))
                    .block();
        }
        calls();

        assertThat(seen).hasSize(3);
        assertThat(seen.get(1).skipped()).isEqualTo(6);
        assertThat(seen.get(2).skipped()).isZero();
    }

    @Test
    void whatNobodyHoldsIsLookedForMoreAndMoreRarely() {
        ScriptedPeer ignorant = knowingNothing();
        node.with(ignorant);
        Disposable waiting = subscribe().subscribe();
        assertThat(requests(ignorant)).as("at once").isEqualTo(1);
        List<Long> looks = new ArrayList<>();
        for (int second = 0; second < 600; second++) {
            int before = requests(ignorant);
            node.passes(Duration.ofSeconds(1));
            for (int i = before; i < requests(ignorant); i++) {
                looks.add(node.time.now(TimeUnit.SECONDS));
            }
        }

        // After 1, 2, 4, 8, 16, 32 and from then on every 60 seconds, each more or less a quarter.
        assertThat(looks.size()).isBetween(12, 20);
        assertThat(looks.get(0)).isBetween(1L, 2L);
        assertThat(looks.get(looks.size() - 1) - looks.get(looks.size() - 2)).isBetween(44L, 76L);
        assertThat(subscriptions.status(0).awaited()).isEqualTo(1);
        assertThat(upkeep().pending()).isZero();
        waiting.dispose();
        nothingIsLeft();
        int before = requests(ignorant);
        node.passes(Duration.ofMinutes(5));
        assertThat(requests(ignorant)).isEqualTo(before);
    }

    @Test
    void manyWhoWaitForTheSameContractLookForItTogether() {
        ScriptedPeer ignorant = knowingNothing();
        node.with(ignorant);
        for (int i = 0; i < 100; i++) {
            subscribe().subscribe();
            node.passes(Duration.ofMillis(1));
        }

        assertThat(requests(ignorant)).isEqualTo(1);
    }

    @Test
    void whatIsPutHereWhileSomebodyWaitsForItIsShownAtOnce() {
        node.with(knowingNothing());

        StepVerifier.create(subscribe())
                .then(() -> node.passes(Duration.ofMinutes(10)))
                .then(() -> put(1))
                .then(this::soon)
                .expectNext(shown(1, 0))
                .thenCancel()
                .verify();

        nothingIsLeft();
    }

    @Test
    void whatANeighbourHoldsIsFoundAndHeldHereFromThenOn() {
        node.with(
                ScriptedPeer.replying(peerAt(0.01, 1), request -> new Get.Found(request.tx(), CONTRACT, state(7), 0)));

        StepVerifier.create(subscribe())
                .then(this::soon)
                .expectNext(shown(7, 0))
                .then(() ->
                        assertThat(node.contracts.table().holds(CONTRACT.id())).isTrue())
                .then(() -> assertThat(subscriptions.status(0)).isEqualTo(new LivingStatus(1, 1, 0, 0, 1, 0)))
                .thenCancel()
                .verify();
        nothingIsLeft();
    }

    @Test
    void aSearchEndsWithTheLastSubscriber() {
        node.with(ScriptedPeer.silent(peerAt(0.01, 1)));
        Disposable waiting = subscribe().subscribe();
        soon();
        assertThat(node.exchanges.pending()).isEqualTo(1);

        waiting.dispose();

        nothingIsLeft();
    }

    @Test
    void whatIsFoundAndHasNoRoomHereIsAnError() {
        on(nodeAt(0.3, OperationConfig.DEFAULT.withReplicas(1), HostingConfig.DEFAULT.withContracts(1)));
        node.contracts.store(Bringer.client(), OTHER, state(1)).block();
        node.with(
                ScriptedPeer.replying(peerAt(0.01, 1), request -> new Get.Found(request.tx(), CONTRACT, state(7), 0)));

        StepVerifier.create(subscribe())
                .then(this::soon)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                NoRoomException.class,
                                noRoom -> assertThat(noRoom.id()).isEqualTo(CONTRACT.id())));

        nothingIsLeft();
    }

    @Test
    void whoseStateCannotBeReadIsToldSoAndTheOthersGoOn() {
        SlowReads store = new SlowReads();
        on(OperationFixture.nodeWith(store));
        put(1);
        List<ContractUpdate> seen = new ArrayList<>();
        Disposable other = subscribe().subscribe(seen::add);
        soon();
        store.breakDown();

        StepVerifier.create(subscribe()).then(this::soon).verifyError(StorageException.class);

        assertThat(seen).containsExactly(shown(1, 0));
        assertThat(subscriptions.status(0).subscribers()).isEqualTo(1);
        other.dispose();
        nothingIsLeft();
    }

    @Test
    void moreSubscribersThanAContractMayHaveAreRefused() {
        subscriptions = limited(SubscriptionConfig.DEFAULT.withPerContract(2));
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
    void moreContractsThanMayHaveSubscribersAreRefused() {
        subscriptions = limited(SubscriptionConfig.DEFAULT.withContracts(1));
        Disposable first = subscribe().subscribe();
        subscribe().subscribe();

        StepVerifier.create(subscriptions.subscribe(OTHER.id())).verifyError(NodeBusyException.class);

        first.dispose();
        StepVerifier.create(subscriptions.subscribe(OTHER.id())).verifyError(NodeBusyException.class);
    }

    @Test
    void moreSubscribersThanANodeMayHaveAreRefused() {
        subscriptions = limited(SubscriptionConfig.DEFAULT.withSubscribers(2));
        subscribe().subscribe();
        Disposable second = subscriptions.subscribe(OTHER.id()).subscribe();

        StepVerifier.create(subscribe()).verifyError(NodeBusyException.class);

        second.dispose();
        StepVerifier.create(subscribe()).thenCancel().verify();
    }

    @Test
    void theEndIsToldAfterTheLastChangeAndNobodyComesAfterIt() {
        put(1);

        StepVerifier.create(subscribe())
                .then(this::soon)
                .expectNext(shown(1, 0))
                .then(() -> {
                    put(2);
                    subscriptions.end();
                })
                .then(this::soon)
                .expectNext(shown(2, 0))
                .verifyError(NodeStoppedException.class);

        StepVerifier.create(subscribe()).verifyError(NodeStoppedException.class);
        nothingIsLeft();
    }

    @Test
    void whoWaitsForDemandSeesTheLastStateBeforeTheEnd() {
        put(1);

        StepVerifier.create(subscribe(), 0)
                .then(this::soon)
                .then(subscriptions::end)
                .then(this::soon)
                .then(() -> assertThat(subscriptions.status(0).subscribers()).isZero())
                .thenRequest(1)
                .expectNext(shown(1, 0))
                .verifyError(NodeStoppedException.class);
    }

    private Flux<ContractUpdate> subscribe() {
        return subscriptions.subscribe(CONTRACT.id());
    }

    private void on(OperationFixture other) {
        running.dispose();
        node = other;
        subscriptions = limited(SubscriptionConfig.DEFAULT);
    }

    private Subscriptions limited(SubscriptionConfig config) {
        running.dispose();
        subscriptions = subscriptions(config);
        running = running();
        return subscriptions;
    }

    /** From now on callbacks wait for {@link #calls}. */
    private void lagging() {
        running.dispose();
        subscriptions = subscriptions(SubscriptionConfig.DEFAULT, Schedulers.fromExecutor(callbacks::add));
        running = running();
    }

    private void calls() {
        for (Runnable call = callbacks.poll(); call != null; call = callbacks.poll()) {
            call.run();
        }
    }

    private Subscriptions subscriptions(SubscriptionConfig config) {
        return subscriptions(config, node.time);
    }

    private Subscriptions subscriptions(SubscriptionConfig config, Scheduler calls) {
        OperationContext context = node.context;
        return new Subscriptions(config, node.contracts, context.time(), context.random(), context.timer(), calls);
    }

    private SubscriptionUpkeep upkeep() {
        return new SubscriptionUpkeep(node.context, node.contracts, node.gets, subscriptions);
    }

    private Disposable running() {
        return upkeep().run().subscribe(none -> {}, failure -> {});
    }

    private void put(int version) {
        node.contracts
                .change(Bringer.client(), CONTRACT.id(), new StateChange.Full(state(version)))
                .map(Changed::state)
                .switchIfEmpty(Mono.defer(() -> node.contracts.store(Bringer.client(), CONTRACT, state(version))))
                .block();
    }

    private void soon() {
        node.passes(SOON);
    }

    private void nothingIsLeft() {
        soon();
        node.nothingIsLeftBehind();
        LivingStatus status = subscriptions.status(0);
        assertThat(List.of(status.subscribers(), status.contracts(), status.awaited(), upkeep().pending()))
                .containsOnly(0);
    }

    private static State state(int version) {
        return LastWriterWins.state(version, new byte[] {42});
    }

    private static ContractUpdate shown(int version, long skipped) {
        return new ContractUpdate(CONTRACT.key(), state(version), skipped);
    }

    private static ScriptedPeer knowingNothing() {
        return ScriptedPeer.replying(peerAt(0.01, 1), request -> new Get.NotFound(request.tx(), CONTRACT.id(), 0));
    }

    private static int requests(ScriptedPeer peer) {
        return (int)
                peer.received().stream().filter(Get.Request.class::isInstance).count();
    }

    /** Asks for nothing. */
    private static class Silent implements CoreSubscriber<ContractUpdate> {

        @Override
        public void onSubscribe(Subscription subscription) {}

        @Override
        public void onNext(ContractUpdate update) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    /** Breaks the rules of Reactive Streams. */
    private static final class Throwing extends Silent {

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
