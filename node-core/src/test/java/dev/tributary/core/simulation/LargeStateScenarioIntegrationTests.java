package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.NodeStatus;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.simulation.report.MessageCount;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A large state has the time that its bytes take, and travels over each hop once. */
@Timeout(600)
class LargeStateScenarioIntegrationTests {

    private static final Contract CONTRACT = LastWriterWins.named("large");
    private static final int HOME_UPLINK = 250_000;
    private static final int TWENTY_MEGABITS = 2_500_000;

    @Test
    void putOfTenMegabytesTravelsOverThreeSlowHopsOnce() {
        putOverThreeHops(10 << 20, HOME_UPLINK);
    }

    @Test
    void putOfTheLargestStateTravelsOverThreeHopsOnce() {
        putOverThreeHops((50 << 20) - 1024, TWENTY_MEGABITS);
    }

    @Test
    void getOfTenMegabytesTravelsOverThreeSlowHopsOnce() {
        getOverThreeHops(10 << 20, HOME_UPLINK);
    }

    @Test
    void getOfTheLargestStateTravelsOverThreeHopsOnce() {
        getOverThreeHops((50 << 20) - 1024, TWENTY_MEGABITS);
    }

    @Test
    void stateThatOthersHaveNotConfirmedWhenTheNodeStopsIsAnsweredAsStoredHere() {
        Line line = Line.of(4, HOME_UPLINK);
        List<PutReceipt> receipts = new ArrayList<>();
        int first = line.order.get(0);
        line.network
                .client(first)
                .put(CONTRACT, LastWriterWins.state(1, new byte[10 << 20]))
                .subscribe(receipts::add, failure -> {});
        line.network.time().advance(Duration.ofSeconds(1));

        line.network.time().run(line.network.stop(first).thenReturn(true));

        assertThat(receipts).extracting(PutReceipt::reach).containsExactly(PutReceipt.Reach.STORED_LOCALLY);
        assertThat(line.network.storedContract(first, CONTRACT.id())).isPresent();
    }

    private static void putOverThreeHops(int size, int bandwidth) {
        Line line = Line.of(4, bandwidth);
        State state = LastWriterWins.state(1, new byte[size]);
        long before = line.bytes();
        Duration begun = line.network.time().elapsed();

        PutReceipt receipt =
                line.network.time().run(line.network.client(line.order.get(0)).put(CONTRACT, state));

        assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_AT_ROOT);
        assertThat(receipt.hops()).isEqualTo(3);
        line.assertSentOnce("put", size, begun, before);
    }

    /** The root, which is the last node, leaves a replica at the one before it: three hops from the first. */
    private static void getOverThreeHops(int size, int bandwidth) {
        Line line = Line.of(5, bandwidth);
        State state = LastWriterWins.state(1, new byte[size]);
        line.network.time().run(line.network.client(line.order.get(4)).put(CONTRACT, state));
        line.network.time().advance(Duration.ofMinutes(5));
        long before = line.bytes();
        Duration begun = line.network.time().elapsed();

        GetResult result =
                line.network.time().run(line.network.client(line.order.get(0)).get(CONTRACT.id()));

        assertThat(result).isInstanceOfSatisfying(GetResult.Found.class, found -> {
            assertThat(found.value()).isEqualTo(state);
            assertThat(found.hops()).isEqualTo(3);
        });
        line.assertSentOnce("get", size, begun, before);
    }

    /**
     * Nodes of which each reaches only the next one.
     *
     * @param order their numbers, the farthest from the contract's location first
     */
    private record Line(SimulatedNetwork network, List<Integer> order) {

        static Line of(int nodes, int bandwidth) {
            SimulatedNetwork network = SimulatedNetwork.builder(31)
                    .gateways(1)
                    .nodes(nodes - 1)
                    .fullMesh()
                    .conditions(NetworkConditions.good().withBandwidth(bandwidth))
                    .start();
            ToDoubleFunction<Integer> distance = node ->
                    network.id(node).location().distanceTo(CONTRACT.key().location());
            List<Integer> order = IntStream.range(0, nodes)
                    .boxed()
                    .sorted(Comparator.comparingDouble(distance).reversed())
                    .toList();
            for (int i = 0; i + 2 < nodes; i++) {
                network.partition(List.of(order.get(i)), order.subList(i + 2, nodes));
            }
            Line line = new Line(network, order);
            boolean linked = network.time()
                    .runUntil(() -> IntStream.range(0, nodes).allMatch(line::isLinked), Duration.ofMinutes(5));
            assertThat(linked).isTrue();
            return line;
        }

        /** Whether the node at this position has links to those beside it, and to no other. */
        private boolean isLinked(int position) {
            Set<PeerId> expected = IntStream.of(position - 1, position + 1)
                    .filter(beside -> beside >= 0 && beside < order.size())
                    .mapToObj(beside -> network.id(order.get(beside)))
                    .collect(Collectors.toSet());
            return network.client(order.get(position)).status().neighbours().stream()
                    .map(NodeStatus.Neighbour::peer)
                    .collect(Collectors.toSet())
                    .equals(expected);
        }

        long bytes() {
            return network.messages().values().stream()
                    .mapToLong(MessageCount::bytes)
                    .sum();
        }

        void assertSentOnce(String what, int size, Duration begun, long before) {
            Duration answered = network.time().elapsed();
            // A copy that was sent a second time may still be on its way.
            network.time().advance(Duration.ofMinutes(10));
            long sent = bytes() - before;
            System.out.printf(
                    "%s of %d bytes over 3 hops: answered after %d s, sent %d bytes, %.3f of hops x size%n",
                    what, size, answered.minus(begun).toSeconds(), sent, sent / (3.0 * size));
            assertThat(sent).isLessThan((long) (1.2 * 3 * size));
        }
    }
}
