package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.storage.ReopenableInMemoryStore;
import dev.tributary.core.test.VirtualTimeRing;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests how nodes replicate and repair contracts, on virtual time. */
class HostingTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Contract NOTE = LastWriterWins.named("note");
    private static final State STATE = LastWriterWins.state(1, new byte[] {42});

    private final VirtualTimeRing ring = VirtualTimeRing.create(7);

    @Test
    void stateOfAnIsolatedNodeIsReplicatedToALaterNeighbour() {
        Node first = ring.start();
        PutReceipt receipt = ring.await(TIMEOUT, first.put(NOTE, STATE));
        assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_LOCALLY);
        assertThat(first.status().contracts().hosting().underReplicated()).isEqualTo(1);

        Node second = ring.start(first);
        ring.advance(Duration.ofSeconds(3));

        assertThat(second.status().contracts().store().contracts()).isEqualTo(1);
        assertIdle(List.of(first, second));
    }

    @Test
    void replicaOnAnIsolatedNodeIsServedAsStale() {
        Node alone = ring.start();
        ring.await(TIMEOUT, alone.put(NOTE, STATE));

        assertThat(ring.await(TIMEOUT, alone.get(NOTE.id()))).isEqualTo(new GetResult.Found(NOTE, STATE, 0, false));
    }

    @Test
    void differentReplicasConvergeWhenTheirHostsConnect() {
        Contract set = GrowOnlySet.named("guests");
        Node left = ring.start();
        Node right = ring.start();
        ring.await(TIMEOUT, left.put(set, GrowOnlySet.state(List.of(Bytes.utf8("left")))));
        ring.await(TIMEOUT, right.put(set, GrowOnlySet.state(List.of(Bytes.utf8("right")))));

        Node between = ring.start(left, right);
        ring.advance(Duration.ofSeconds(30));

        State both = GrowOnlySet.state(List.of(Bytes.utf8("left"), Bytes.utf8("right")));
        for (Node node : List.of(left, right, between)) {
            assertThat(ring.await(TIMEOUT, node.get(set.id()))).isEqualTo(new GetResult.Found(set, both, 0));
        }
        assertIdle(List.of(left, right, between));
    }

    @Test
    void replicasAreRestoredWithinTwoMinutesAfterAFifthOfTheNodesFailed() {
        List<Node> nodes = ring.startMany(30, 29);
        List<Contract> contracts = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Contract contract = LastWriterWins.named("contract " + i);
            contracts.add(contract);
            ring.await(TIMEOUT, nodes.get(i % 30).put(contract, STATE));
        }
        ring.advance(Duration.ofSeconds(5));

        List<Node> alive = new ArrayList<>(nodes);
        for (int i = 0; i < 6; i++) {
            ring.kill(alive.remove(i * 4));
        }
        ring.advance(Duration.ofMinutes(2));

        for (Contract contract : contracts) {
            List<Node> nearest = alive.stream()
                    .sorted(Comparator.comparingDouble((Node node) -> node.status()
                            .self()
                            .location()
                            .distanceTo(contract.key().location())))
                    .limit(3)
                    .toList();
            for (Node node : nearest) {
                assertThat(ring.await(TIMEOUT, node.get(contract.id())))
                        .isEqualTo(new GetResult.Found(contract, STATE, 0));
            }
        }
        assertThat(alive)
                .allSatisfy(
                        node -> assertThat(node.status().contracts().hosting().underReplicated())
                                .isZero());
        assertIdle(alive);
    }

    @Test
    void restartedNodeServesItsReplicaAfterItWasCompared() {
        ReopenableInMemoryStore disk = ReopenableInMemoryStore.create();
        double location = NOTE.key().location().value();
        Node root = ring.startAt(location, disk);
        Node other = ring.startAt((location + 0.3) % 1, root);
        ring.advance(TIMEOUT);
        ring.await(TIMEOUT, root.put(NOTE, STATE));
        ring.kill(root);
        State newer = LastWriterWins.state(2, new byte[] {43});
        ring.await(TIMEOUT, other.put(NOTE, newer));

        Node again = ring.startAt(location, disk, other);
        assertThat(again.status().contracts().hosting().contracts()).isEqualTo(1);
        ring.advance(Duration.ofSeconds(10));

        assertThat(ring.await(TIMEOUT, again.get(NOTE.id()))).isEqualTo(new GetResult.Found(NOTE, newer, 0));
        assertIdle(List.of(again, other));
    }

    @Test
    void hostingBudgetIsKeptUnderManyPuts() {
        ring.config(NodeConfig.defaults().withHosting(HostingConfig.defaults().withContracts(10)));
        Node first = ring.start();
        Node second = ring.start(first);
        ring.advance(TIMEOUT);
        for (int i = 0; i < 50; i++) {
            ring.await(TIMEOUT, second.put(LastWriterWins.named("many " + i), STATE));
            ring.advance(Duration.ofSeconds(1));
        }
        ring.advance(TIMEOUT);

        assertThat(second.status().contracts().store().contracts()).isEqualTo(10);
        assertThat(second.status().contracts().hosting().evicted()).isPositive();
        assertThat(first.status().contracts().store().contracts()).isLessThanOrEqualTo(10);
    }

    private static void assertIdle(List<Node> nodes) {
        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.status().tables().isIdle())
                        .as(() -> node.status().tables().toString())
                        .isTrue());
    }
}
