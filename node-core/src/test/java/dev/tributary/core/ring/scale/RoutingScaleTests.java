package dev.tributary.core.ring.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.ring.scale.TopologyRule.Nearest;
import org.junit.jupiter.api.Test;

/** A small version of {@link RoutingScale}, with its own thresholds and networks that take a second. */
class RoutingScaleTests {

    private static final TopologyRule DEFAULT = new TopologyRule(25, 200, Nearest.SPACING);
    private static final TopologyRule SMALL = new TopologyRule(8, 24, Nearest.SPACING);
    private static final long SEED = 5;
    private static final int MEASURED = 3_000;
    private static final int TRAINING = 30_000;

    @Test
    void lookupsAmongThousandNodesNeedFewHops() {
        Lookups.Statistics tally = byDistance(Topology.smallWorld(1_000, DEFAULT, SEED), NodeFaults.NONE);

        assertThat(tally.success()).isEqualTo(1);
        assertThat(tally.hops(50)).isLessThanOrEqualTo(4);
        assertThat(tally.hops(99)).isLessThanOrEqualTo(6);
    }

    @Test
    void lookupsWithFewNeighboursNeedFarFewerHopsThanSquaredLogarithm() {
        Lookups.Statistics tally = byDistance(Topology.smallWorld(1_000, SMALL, SEED), NodeFaults.NONE);

        assertThat(tally.success()).isEqualTo(1);
        assertThat((double) tally.hops(99)).isLessThan(ScaleRow.squaredLogarithm(1_000) / 8);
    }

    @Test
    void learningCostsNoHopsAmongEqualNodes() {
        Topology topology = Topology.smallWorld(200, DEFAULT, SEED);

        assertThat(learned(topology, NodeFaults.NONE).hops(99))
                .isLessThanOrEqualTo(byDistance(topology, NodeFaults.NONE).hops(99) + 1);
    }

    @Test
    void trainedRoutersAvoidSlowNodes() {
        Topology topology = Topology.smallWorld(400, DEFAULT, SEED);

        assertThat(learned(topology, NodeFaults.SLOW_NODES).meanMillis())
                .isLessThan(0.95 * byDistance(topology, NodeFaults.SLOW_NODES).meanMillis());
    }

    @Test
    void trainedRoutersAvoidFailingNodes() {
        Topology topology = Topology.smallWorld(200, DEFAULT, SEED);
        double byDistance = 1 - byDistance(topology, NodeFaults.FAILING_NODES).firstAttempt();

        assertThat(1 - learned(topology, NodeFaults.FAILING_NODES).firstAttempt())
                .isLessThan(0.7 * byDistance);
    }

    @Test
    void sameSeedRepeatsTheLookups() {
        Topology topology = Topology.smallWorld(100, DEFAULT, SEED);
        Lookups.Statistics once = learned(topology, NodeFaults.FAILING_NODES);
        Lookups.Statistics again = learned(Topology.smallWorld(100, DEFAULT, SEED), NodeFaults.FAILING_NODES);

        assertThat(again.exchanges()).isEqualTo(once.exchanges());
        assertThat(again.meanMillis()).isEqualTo(once.meanMillis());
    }

    private static Lookups.Statistics byDistance(Topology topology, NodeFaults weather) {
        return Lookups.byDistance(topology, weather, SEED).run(MEASURED);
    }

    private static Lookups.Statistics learned(Topology topology, NodeFaults weather) {
        Lookups lookups = Lookups.learned(topology, weather, SEED);
        lookups.run(TRAINING);
        return lookups.run(MEASURED);
    }
}
