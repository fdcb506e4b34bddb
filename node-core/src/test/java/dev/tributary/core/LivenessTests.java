package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.engine.Liveness;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.test.ForwardingStore;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A node is alive only if an event gets through its loop, its timer, a contract thread and its store. */
class LivenessTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Scheduler loop = Schedulers.newSingle("loop");
    private final Scheduler timer = Schedulers.newSingle("timer");
    private final Scheduler contracts = Schedulers.newBoundedElastic(1, 100, "contracts");
    private final VirtualTimeScheduler still = VirtualTimeScheduler.create();

    @AfterEach
    void dispose() {
        loop.dispose();
        timer.dispose();
        contracts.dispose();
    }

    @Test
    void workingNodeIsAlive() {
        StepVerifier.create(check(timer, contracts, Mono.empty()))
                .assertNext(liveness -> assertThat(liveness.isAlive()).isTrue())
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void nodeWhoseTimerStandsStillIsNotAlive() {
        assertSilent(check(still, contracts, Mono.empty()), Liveness.Part.TIMER);
    }

    @Test
    void nodeWithoutContractThreadsIsNotAlive() {
        Disposable stuck = contracts.schedule(LivenessTests::waitForEver);
        assertSilent(check(timer, contracts, Mono.empty()), Liveness.Part.CONTRACTS);
        stuck.dispose();
    }

    @Test
    void nodeWhoseStoreDoesNotAnswerIsNotAlive() {
        assertSilent(check(timer, contracts, Mono.never()), Liveness.Part.STORE);
    }

    @Test
    void storeThatRefusesHasAnswered() {
        StepVerifier.create(check(timer, contracts, Mono.error(StorageException.closed())))
                .assertNext(liveness -> assertThat(liveness.isAlive()).isTrue())
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void stoppedNodeIsNotAlive() {
        Node node = node(timer, contracts, Mono.empty());
        node.stop().block(TIMEOUT);
        assertSilent(node.liveness(), Liveness.Part.LOOP);
    }

    @Test
    void checksWithinASecondAreOne() {
        Node node = node(timer, contracts, Mono.empty());
        Mono<Liveness> first = node.liveness();
        StepVerifier.create(Mono.zip(first, node.liveness()))
                .assertNext(both -> assertThat(both.getT1()).isSameAs(both.getT2()))
                .expectComplete()
                .verify(TIMEOUT);
        node.stop().block(TIMEOUT);
    }

    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertSilent(Mono<Liveness> check, Liveness.Part part) {
        StepVerifier.create(check)
                .assertNext(liveness -> assertThat(liveness.silent()).isEqualTo(part))
                .expectComplete()
                .verify(TIMEOUT);
    }

    private Mono<Liveness> check(Scheduler timer, Scheduler contracts, Mono<Void> store) {
        return node(timer, contracts, store).liveness();
    }

    private Node node(Scheduler timer, Scheduler contracts, Mono<Void> store) {
        NodeConfig config =
                NodeConfig.defaults().withContracts(ContractLimits.defaults().withThreads(2));
        return Node.builder()
                .config(config)
                .transport(InMemoryNetwork.create().transport())
                .store(new ProbedStore(InMemoryContractStore.create(), store))
                .schedulers(new NodeSchedulers(loop, timer, contracts, Schedulers.parallel()))
                .start()
                .blockOptional(TIMEOUT)
                .orElseThrow();
    }

    private record ProbedStore(ContractStore delegate, Mono<Void> answer) implements ForwardingStore {

        @Override
        public Mono<Void> probe() {
            return answer;
        }
    }
}
