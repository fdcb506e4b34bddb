package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.assertFoundEverywhere;
import static dev.tributary.core.simulation.Scenarios.awaitNeighbours;
import static dev.tributary.core.simulation.Scenarios.joined;
import static dev.tributary.core.simulation.Scenarios.medianNeighbours;
import static dev.tributary.core.simulation.Scenarios.neighbours;
import static dev.tributary.core.simulation.Scenarios.put;
import static dev.tributary.core.simulation.Scenarios.ring;
import static dev.tributary.core.simulation.Scenarios.shareWithNeighbours;
import static dev.tributary.core.simulation.Scenarios.size;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.NodeConfig;
import dev.tributary.core.NodeStatus;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;

/** Growth, stability and recovery of a network's links. */
@Timeout(600)
class TopologyScenarioIntegrationTests {

    @Test
    void peersReconnectAfterGatewayRestarts() {
        SimulatedNetwork network = joined(ring(1, 1, 20, 5, 30), 5);
        network.crash(0);
        network.time().advance(Duration.ofSeconds(30));
        network.restart(0);

        awaitNeighbours(network, 5, Duration.ofMinutes(3));
        assertWithinLimits(network, 32);
    }

    @Test
    void restartedGatewayLimitsArrivalRate() {
        int rate = 1;
        SimulatedNetwork network = ring(15, 1, 20, 5, 30)
                .node(builder -> builder.config(withArrivalRate(rate)))
                .rampUp(Duration.ofMinutes(2))
                .start();
        network.time().advance(Duration.ofMinutes(1));
        for (int node : network.up()) {
            network.crash(node);
            network.wipe(node);
        }
        network.time().advance(Duration.ofSeconds(30));
        IntStream.range(0, network.size()).forEach(network::restart);

        Arrivals arrivals = new Arrivals();
        boolean reconnected = network.time()
                .runUntil(
                        () -> {
                            arrivals.sample(network);
                            return shareWithNeighbours(network, 5) == 1;
                        },
                        Duration.ofMinutes(3));

        assertThat(reconnected)
                .as(() -> new NetworkSnapshot(network).neighbours().toString())
                .isTrue();
        assertThat(arrivals.times).hasSizeGreaterThan(3 * rate);
        assertThat(arrivals.maxExcess(rate)).as("burst beyond the rate").isLessThanOrEqualTo(3 * rate);
    }

    @Test
    void simultaneouslyRestartedPeersReconnect() {
        SimulatedNetwork network = joined(ring(2, 1, 20, 5, 30), 5);
        List<Integer> restarted = IntStream.rangeClosed(1, 20).boxed().toList();
        restarted.forEach(network::crash);
        restarted.forEach(network::restart);

        awaitNeighbours(network, 5, Duration.ofMinutes(3));
        assertWithinLimits(network, 32);
    }

    @Test
    void networkGrowsWithoutStalling() {
        SimulatedNetwork network = ring(3, 2, 15, 5, 10).start();
        network.time().advance(Duration.ofMinutes(2));

        assertThat(medianNeighbours(network)).isGreaterThanOrEqualTo(5);
        assertThat(shareWithNeighbours(network, 5)).isEqualTo(1);
        assertThat(withNonGatewayNeighbour(network)).isEqualTo(1);
    }

    @Test
    void networkGrowsAlthoughHalfOfNodesCannotConnectToEachOther() {
        SimulatedNetwork network = ring(3, 2, 15, 5, 10).start();
        List<Integer> unreachable = IntStream.range(9, 17).boxed().toList();
        for (int node : unreachable) {
            network.partition(
                    List.of(node),
                    unreachable.stream().filter(other -> other != node).toList());
        }
        network.time().advance(Duration.ofMinutes(3));

        assertThat(medianNeighbours(network)).isGreaterThanOrEqualTo(5);
        assertThat(shareWithNeighbours(network, 1)).isEqualTo(1);
        assertThat(withNonGatewayNeighbour(network)).isEqualTo(1);
    }

    @Test
    void fiftyNodesKeepTheirNeighbours() {
        SimulatedNetwork network = ring(4, 4, 50, 10, 20).start();
        int before = 0;
        for (int minutes : new int[] {5, 15, 30, 60}) {
            network.time()
                    .advance(Duration.ofMinutes(minutes).minus(network.time().elapsed()));
            assertThat(medianNeighbours(network))
                    .as("after %d minutes", minutes)
                    .isGreaterThanOrEqualTo(Math.max(10, before - 1));
            assertThat(shareWithNeighbours(network, 10)).isGreaterThanOrEqualTo(0.9);
            assertThat(withNonGatewayNeighbour(network)).isGreaterThanOrEqualTo(0.8);
            assertWithinLimits(network, 22);
            before = medianNeighbours(network);
        }
    }

    @Test
    void networkSurvivesFiveMinutesOfPacketLoss() {
        SimulatedNetwork network = joined(ring(5, 4, 50, 10, 20), 10);
        int before = medianNeighbours(network);
        network.conditions(NetworkConditions.good().withLoss(0.2));
        network.time().advance(Duration.ofMinutes(5));
        assertThat(medianNeighbours(network)).isGreaterThanOrEqualTo(5);

        network.conditions(NetworkConditions.good());
        network.time().advance(Duration.ofMinutes(2));

        assertThat(medianNeighbours(network)).isGreaterThanOrEqualTo(Math.max(before - 1, 10));
        assertThat(shareWithNeighbours(network, 1)).isGreaterThan(0.95);
    }

    @Test
    void simultaneouslyStartedNodesJoinWithinTwoMinutes() {
        SimulatedNetwork network = ring(6, 3, size(60, 100), 10, 20).start();
        network.time().advance(Duration.ofMinutes(2));

        assertThat(shareWithNeighbours(network, 10)).isGreaterThanOrEqualTo(0.9);
    }

    @Test
    void isolatedNodeReconnectsWithinFifteenSeconds() {
        for (int minutes : new int[] {2, 5, size(10, 30)}) {
            for (int seed = 1; seed <= size(4, 20); seed++) {
                SimulatedNetwork network = joined(ring(seed, 2, 10, 5, 10), 5);
                Contract contract = put(network, 3, "meanwhile");
                Disposable partition = network.partition(List.of(8));
                network.time().advance(Duration.ofMinutes(minutes).plusSeconds(seed));
                assertThat(neighbours(network, 8)).isZero();
                partition.dispose();

                awaitNeighbours(network, 1, Duration.ofSeconds(15));
                assertFoundEverywhere(network, List.of(contract));
                awaitNeighbours(network, 5, Duration.ofSeconds(30));
            }
        }
    }

    @Test
    void isolatedNodeDialsKnownPeersIfAllGatewaysCrashed() {
        SimulatedNetwork network = joined(ring(7, 2, 10, 5, 10), 5);
        Disposable partition = network.partition(List.of(8));
        network.time().advance(Duration.ofMinutes(5));
        network.crashSilently(0);
        network.crashSilently(1);
        network.time().advance(Duration.ofMinutes(5));
        partition.dispose();

        awaitNeighbours(network, 1, Duration.ofSeconds(15));
    }

    @Test
    void restartedNodeFindsNeighboursInSaturatedNetwork() {
        for (int seed = 1; seed <= size(10, 40); seed++) {
            SimulatedNetwork network = joined(ring(seed, 2, 10, 5, 7), 5);
            network.time().advance(Duration.ofMinutes(5));
            network.crash(8);
            network.wipe(8);
            network.time().advance(Duration.ofMinutes(2));
            network.restart(8);

            awaitNeighbours(network, 5, Duration.ofSeconds(30));
        }
    }

    @Test
    void nodeReconnectsAfterBeingDownForAnHour() {
        SimulatedNetwork network = joined(ring(8, 2, 10, 5, 10), 5);
        network.crashSilently(8);
        network.time().advance(Duration.ofHours(1));
        Contract contract = put(network, 3, "while it was away");
        network.restart(8);

        awaitNeighbours(network, 5, Duration.ofSeconds(15));
        assertFoundEverywhere(network, List.of(contract));
    }

    @Test
    void networkFormsLinksAfterGatewayCrashed() {
        SimulatedNetwork network = joined(ring(9, 1, 30, 5, 12), 5);
        network.crashSilently(0);
        network.crash(7);
        network.time().advance(Duration.ofMinutes(2));

        awaitNeighbours(network, 5, Duration.ofMinutes(3));
    }

    private static NodeConfig withArrivalRate(int arrivalsPerSecond) {
        NodeConfig config = SimulatedNetworkBuilder.config();
        return config.withRing(config.ring().withNeighbours(5, 30))
                .withMembership(config.membership().withArrivalsPerSecond(arrivalsPerSecond));
    }

    private static double withNonGatewayNeighbour(SimulatedNetwork network) {
        Set<PeerId> gateways =
                IntStream.range(0, network.gateways()).mapToObj(network::id).collect(Collectors.toSet());
        List<Integer> up = network.up();
        return (double) up.stream()
                        .filter(node -> network.client(node).status().neighbours().stream()
                                .anyMatch(neighbour -> !gateways.contains(neighbour.peer())))
                        .count()
                / up.size();
    }

    private static void assertWithinLimits(SimulatedNetwork network, int max) {
        assertThat(new NetworkSnapshot(network).neighbours().max()).isLessThanOrEqualTo(max);
    }

    /** The times at which the first gateway accepted links, of neighbours or transient ones. */
    private static final class Arrivals {

        private final List<Duration> times = new ArrayList<>();
        private Set<PeerId> before = Set.of();
        private int transientLinksBefore;

        void sample(SimulatedNetwork network) {
            NodeStatus gateway = network.client(0).status();
            Set<PeerId> inbound = gateway.neighbours().stream()
                    .filter(neighbour -> neighbour.direction() == PeerLink.Direction.INBOUND)
                    .map(NodeStatus.Neighbour::peer)
                    .collect(Collectors.toSet());
            int transientLinks = gateway.membership().transientLinks();
            long newNeighbours =
                    inbound.stream().filter(peer -> !before.contains(peer)).count();
            long accepted = newNeighbours + Math.max(0, transientLinks - transientLinksBefore);
            for (int i = 0; i < accepted; i++) {
                times.add(network.time().elapsed());
            }
            before = inbound;
            transientLinksBefore = transientLinks;
        }

        /** The maximum excess of arrivals over the rate, in any interval. */
        double maxExcess(int perSecond) {
            double maxExcess = 0;
            for (int from = 0; from < times.size(); from++) {
                for (int to = from; to < times.size(); to++) {
                    double seconds = times.get(to).minus(times.get(from)).toMillis() / 1000.0;
                    maxExcess = Math.max(maxExcess, to - from + 1 - perSecond * seconds);
                }
            }
            return maxExcess;
        }
    }
}
