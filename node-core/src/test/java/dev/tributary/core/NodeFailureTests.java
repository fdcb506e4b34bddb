package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.engine.Liveness;
import dev.tributary.core.error.NodeFailedException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.simulation.InMemoryNetwork;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A node whose threads end does not stay as if it were alive: it stops itself and says which part ended. */
class NodeFailureTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PROMPT = Duration.ofSeconds(5);

    private final Scheduler loop = Schedulers.newSingle("loop");
    private final Scheduler timer = Schedulers.newSingle("timer");
    private final Scheduler contracts = Schedulers.newBoundedElastic(1, 100, "contracts");

    @AfterEach
    void dispose() {
        loop.dispose();
        timer.dispose();
        contracts.dispose();
    }

    @Test
    void nodeWhoseLoopThreadEndsStopsItself() {
        assertStopsItself(loop, "loop threads");
    }

    @Test
    void nodeWhoseTimerEndsStopsItself() {
        assertStopsItself(timer, "timer threads");
    }

    @Test
    void nodeWhoseContractThreadsEndStopsItself() {
        assertStopsItself(contracts, "contracts threads");
    }

    @Test
    void stoppedNodeHasNotFailed() {
        Node node = start();

        node.stop().block(TIMEOUT);

        StepVerifier.create(node.onDrained()).verifyComplete();
        StepVerifier.create(node.onStop()).verifyComplete();
    }

    private void assertStopsItself(Scheduler part, String name) {
        Node node = start();

        part.dispose();

        StepVerifier.create(node.onStop())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                NodeFailedException.class,
                                failed -> assertThat(failed.part()).isEqualTo(name)))
                .verify(PROMPT);
        StepVerifier.create(node.put(LastWriterWins.named("late"), LastWriterWins.state(1, new byte[1])))
                .expectError(NodeStoppedException.class)
                .verify(TIMEOUT);
        StepVerifier.create(node.liveness().map(Liveness::isAlive))
                .expectNext(false)
                .expectComplete()
                .verify(TIMEOUT);
    }

    private Node start() {
        return Node.builder()
                .config(NodeConfig.defaults()
                        .withContracts(ContractLimits.defaults().withThreads(2)))
                .transport(InMemoryNetwork.create().transport())
                .schedulers(new NodeSchedulers(loop, timer, contracts, Schedulers.parallel()))
                .start()
                .blockOptional(TIMEOUT)
                .orElseThrow();
    }
}
