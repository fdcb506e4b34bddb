package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.assertCompleteAndIdle;
import static dev.tributary.core.simulation.Scenarios.shareWithNeighbours;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.simulation.report.Histogram;
import dev.tributary.core.simulation.report.SimulationReport;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A network of a thousand nodes with the default limits. For larger ones see the command {@code simulate}. */
@Timeout(1800)
class ScaleScenarioIntegrationTests {

    private static final int NODES = 1000;
    private static final int GATEWAYS = 10;
    private static final int OPERATIONS = 10_000;

    @Test
    void thousandNodesJoinAndServeTenThousandOperations() {
        SimulatedNetwork network = SimulatedNetwork.builder(1000)
                .gateways(GATEWAYS)
                .nodes(NODES - GATEWAYS)
                .start();
        network.time().advance(Duration.ofSeconds(40));
        assertThat(shareWithNeighbours(
                        network, SimulatedNetworkBuilder.config().ring().minNeighbours()))
                .as("joined")
                .isEqualTo(1);

        SimulationReport report = network.run(Workload.of(OPERATIONS).withInterval(Duration.ofMillis(5)));

        assertThat(report.outcomes().requested()).isEqualTo(OPERATIONS);
        assertThat(report.outcomes().success())
                .as("%s %s", report.outcomes(), report.operations().reasons())
                .isEqualTo(OPERATIONS);
        assertThat(report.operations().stale()).isZero();
        assertCompleteAndIdle(report);
        assertFewHops(report.operations().getHops(), 3, 6);
        assertFewHops(report.operations().putHops(), 4, 7);
    }

    /** Asserts hop counts far below log2(N)^2, which is 99 here; the requesting node counts no hop. */
    private static void assertFewHops(Histogram hops, int median, int p99) {
        assertThat(hops.total()).isPositive();
        assertThat(hops.median()).as("%s", hops).isLessThanOrEqualTo(median);
        assertThat(hops.percentile(99)).as("%s", hops).isLessThanOrEqualTo(p99);
    }
}
