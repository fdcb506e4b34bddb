package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A fifth of all GETs ask for what no node holds: the others must find their contracts on the same paths as before. */
class AbsentContractsScenarioIntegrationTests {

    private static final int NODES = Scenarios.size(60, 200);
    private static final int CONTRACTS = Scenarios.size(1500, 10_000);
    private static final int GETS = Scenarios.size(3000, 20_000);

    /** One GET in four is followed by one of a contract that no node holds. */
    private static final int ABSENT_EVERY = 4;

    @Test
    void requestsForWhatNoNodeHoldsChangeNeitherHopsNorSuccessOfOthers() {
        Result without = run(false);
        Result with = run(true);

        System.out.printf("nodes=%d gets=%d without=%s with=%s%n", NODES, GETS, without, with);
        assertThat(with.found()).isCloseTo(without.found(), Percentage.withPercentage(2));
        assertThat(with.hopsPerGet()).isCloseTo(without.hopsPerGet(), Percentage.withPercentage(2));
    }

    private static Result run(boolean asksForAbsent) {
        SimulatedNetwork network = Scenarios.joined(Scenarios.ring(29, 1, NODES - 1, 4, 8), 4);
        List<Contract> contracts = new ArrayList<>();
        for (int i = 0; i < CONTRACTS; i++) {
            contracts.add(Scenarios.put(network, i % NODES, "contract " + i));
        }
        SplittableRandom random = new SplittableRandom(3);
        Count count = new Count();
        for (int i = 0; i < GETS; i++) {
            ContractInstanceId id = contracts.get(random.nextInt(CONTRACTS)).id();
            ContractInstanceId absent =
                    LastWriterWins.named("absent " + random.nextInt(20)).id();
            int node = random.nextInt(NODES);
            int other = random.nextInt(NODES);
            get(network, node, id).subscribe(count::add, failure -> {});
            if (asksForAbsent && i % ABSENT_EVERY == 0) {
                get(network, other, absent).subscribe(notFound -> {}, failure -> {});
            }
            network.time().advance(Duration.ofMillis(20));
        }
        network.time().advance(Duration.ofMinutes(2));
        return new Result(count.found, (double) count.hops / count.found);
    }

    private static Mono<GetResult> get(SimulatedNetwork network, int node, ContractInstanceId id) {
        return Mono.defer(() -> network.client(node).get(id));
    }

    /** @param hopsPerGet mean number of hops of the GETs that found a contract */
    private record Result(int found, double hopsPerGet) {}

    private static final class Count {

        private int found;
        private long hops;

        void add(GetResult result) {
            if (result instanceof GetResult.Found there) {
                found++;
                hops += there.hops();
            }
        }
    }
}
