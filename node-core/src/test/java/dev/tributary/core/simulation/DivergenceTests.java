package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.simulation.report.MessageCount;
import dev.tributary.core.test.NumberedPages;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** Two publishers sign the same version with different content: replicas that no merge can make equal. */
class DivergenceTests {

    private static final Contract PAGE = NumberedPages.named("page");
    private static final State ONE = NumberedPages.page(2, "one");
    private static final State OTHER = NumberedPages.page(2, "other");

    private final SimulatedNetwork network = joined(3);
    private final List<List<NodeEvent>> events = IntStream.range(0, 3)
            .mapToObj(node -> {
                List<NodeEvent> seen = new ArrayList<>();
                network.client(node)
                        .events()
                        .filter(NodeEvent.ReplicasDiverged.class::isInstance)
                        .subscribe(seen::add);
                return seen;
            })
            .toList();

    @Test
    void replicasThatCannotMeetAreReportedOnceADay() {
        diverge();

        network.time().advance(Duration.ofMinutes(10));

        assertThat(diverged()).as("nodes that tell of it").isGreaterThanOrEqualTo(2);
        assertThat(events.stream().mapToInt(List::size).sum()).isGreaterThanOrEqualTo(2);
        assertThat(events).allSatisfy(each -> assertThat(each).hasSizeLessThanOrEqualTo(1));
        assertThat(found(2).fresh()).isFalse();

        network.time().advance(Duration.ofHours(5));
        assertThat(events).allSatisfy(each -> assertThat(each).hasSizeLessThanOrEqualTo(1));
        assertThat(network.awaitIdle(Duration.ofMinutes(2))).isEmpty();
    }

    @Test
    void comparisonsOfReplicasThatCannotMeetBackOff() {
        diverge();
        network.time().advance(Duration.ofMinutes(30));
        long before = reconciliations();

        network.time().advance(Duration.ofHours(2));

        assertThat(reconciliations() - before)
                .as("in two hours, by three nodes")
                .isLessThan(60);
    }

    @Test
    void nextVersionEndsTheDivergence() {
        diverge();
        network.time().advance(Duration.ofMinutes(10));
        State next = NumberedPages.page(3, "agreed");

        network.time().run(network.client(0).put(PAGE, next));
        boolean meets = network.time()
                .runUntil(
                        () -> Scenarios.replicas(network, PAGE).stream().allMatch(next::equals),
                        Duration.ofMinutes(20));

        assertThat(meets).isTrue();
        assertThat(diverged()).isZero();
        assertThat(found(2).fresh()).isTrue();
    }

    @ParameterizedTest(name = "node {0}")
    @ValueSource(ints = {1, 2})
    void newerStateReachesHostsThatRefuseToTakeTheirOwnForNews(int alone) {
        network.time().run(network.client(0).put(PAGE, NumberedPages.page(1, "old")));
        network.time().advance(Duration.ofSeconds(30));
        Disposable partition = network.partition(List.of(alone));
        network.time().advance(Duration.ofSeconds(90));
        network.time().run(network.client(alone).put(PAGE, ONE));
        partition.dispose();

        boolean meets = network.time()
                .runUntil(
                        () -> network.client(alone).status().neighbours().size() == 2
                                && Scenarios.replicas(network, PAGE).stream().allMatch(ONE::equals),
                        Duration.ofMinutes(5));

        assertThat(meets).isTrue();
        assertThat(Scenarios.replicas(network, PAGE)).hasSize(3);
    }

    @Test
    void stateThatOtherHostsRefuseDoesNotStayAtTheNodeThatWasAsked() {
        network.time().run(network.client(0).put(PAGE, ONE));
        network.time().advance(Duration.ofSeconds(10));
        network.crash(1);
        network.wipe(1);
        network.restart(1);
        network.time().runUntil(() -> network.isUp(1), Duration.ofSeconds(5));
        boolean linked = network.time().runUntil(() -> Scenarios.neighbours(network, 1) == 2, Duration.ofSeconds(60));
        assertThat(linked).isTrue();
        if (network.storedContract(1, PAGE.id()).isPresent()) {
            return; // The other hosts were faster.
        }

        StepVerifier.create(network.client(1).put(PAGE, OTHER))
                .then(() -> network.time().advance(Duration.ofSeconds(30)))
                .verifyError(RemoteFailureException.class);

        network.time().advance(Duration.ofMinutes(1));
        assertThat(Set.copyOf(Scenarios.replicas(network, PAGE))).containsExactly(ONE);
    }

    /** Each side of a partition gets another content of the same version. */
    private void diverge() {
        network.time().run(network.client(0).put(PAGE, NumberedPages.page(1, "first")));
        network.time().advance(Duration.ofSeconds(30));
        Disposable partition = network.partition(List.of(2));
        network.time().advance(Duration.ofSeconds(90));
        PutReceipt alone = network.time().run(network.client(2).put(PAGE, OTHER));
        assertThat(alone.reach()).isEqualTo(PutReceipt.Reach.STORED_LOCALLY);
        network.time().run(network.client(0).put(PAGE, ONE));
        partition.dispose();
        boolean linked = network.time()
                .runUntil(() -> network.client(2).status().neighbours().size() == 2, Duration.ofMinutes(5));
        assertThat(linked).isTrue();
    }

    private long diverged() {
        return network.up().stream()
                .filter(node -> network.client(node)
                                .status()
                                .contracts()
                                .hosting()
                                .copies()
                                .diverged()
                        > 0)
                .count();
    }

    private long reconciliations() {
        return network.messages()
                .getOrDefault("Update.Reconcile", MessageCount.NONE)
                .messages();
    }

    private GetResult.Found found(int node) {
        return (GetResult.Found) network.time().run(network.client(node).get(PAGE.id()));
    }

    private static SimulatedNetwork joined(int nodes) {
        SimulatedNetwork network = SimulatedNetwork.builder(11)
                .gateways(1)
                .nodes(nodes - 1)
                .fullMesh()
                .node(builder -> builder.runtime(JavaContractRuntime.of(NumberedPages.CONTRACT)))
                .start();
        Scenarios.awaitNeighbours(network, nodes - 1, Duration.ofMinutes(1));
        return network;
    }
}
