package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.message.Update;
import dev.tributary.core.simulation.report.MessageCount;
import dev.tributary.core.simulation.time.SimulatedTime;
import dev.tributary.core.test.ForwardingRuntime;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A fast writer at one node and a subscriber at another, a millisecond away: the subscriber's node sets the pace. */
class UpdatePaceTests {

    private static final Contract REGISTER = LastWriterWins.named("pace");
    private static final Duration HOP = Duration.ofMillis(1);

    private final AtomicReference<@Nullable SimulatedTime> clock = new AtomicReference<>();
    private final List<Integer> shown = new ArrayList<>();

    @Test
    void eachOfAThousandUpdatesInARowIsShownAfterOneHop() {
        SimulatedNetwork network = network(Duration.ZERO, NetworkConditions.good());

        for (int i = 2; i <= 1001; i++) {
            update(network, i);
            network.time().advance(HOP);
            assertThat(shown).as("update %d", i).last().isEqualTo(i);
        }
        assertThat(shown).as("none is merged with another").hasSize(1 + 1000);
    }

    @Test
    void eachOfFiveThousandUpdatesASecondIsShown() {
        SimulatedNetwork network = network(Duration.ZERO, NetworkConditions.good());

        for (int i = 2; i <= 5001; i++) {
            update(network, i);
            network.time().advance(Duration.ofNanos(200_000));
        }
        network.time().advance(HOP);

        assertThat(shown).hasSizeGreaterThan(5000 - 10).last().isEqualTo(5001);
        long acknowledgements = count(network, "Update.Acknowledged");
        assertThat(acknowledgements).isLessThan(5000 / 20);
    }

    @Test
    void receiverWithSlowCallsIsSentWhatItTakesAndHasTheLastStateSoon() {
        SimulatedNetwork network = network(Duration.ofMillis(250), NetworkConditions.good());
        long before = count(network, "Update.Changed");

        for (int i = 2; i <= 61; i++) {
            update(network, i);
        }
        assertThat(count(network, "Update.Changed") - before).isLessThanOrEqualTo(8);
        for (int i = 62; i <= 2001; i++) {
            update(network, i);
            network.time().advance(Duration.ofMillis(5));
        }

        // Ten seconds.
        assertThat(count(network, "Update.Changed") - before).isBetween(10L, 100L);
        assertThat(count(network, "Update.Reconcile")).isZero();
        boolean isShown = network.time().runUntil(() -> shown.get(shown.size() - 1) == 2001, Duration.ofSeconds(10));
        assertThat(isShown).isTrue();
    }

    @Test
    void receiverThatDoesNotAcknowledgeIsSentAnUpdateEachTwentyMilliseconds() {
        NetworkConditions silent = NetworkConditions.good().withDrop(1, Update.Acknowledged.class::isInstance);
        SimulatedNetwork network = network(Duration.ZERO, silent);
        long before = 0;

        for (int i = 2; i <= 4001; i++) {
            update(network, i);
            network.time().advance(HOP);
            before = i == 3001 ? count(network, "Update.Changed") : before;
        }

        assertThat(count(network, "Update.Changed") - before).isBetween(49L, 51L);
        network.time().advance(Duration.ofMillis(21));
        assertThat(shown).last().isEqualTo(4001);
    }

    @Test
    void writersAtBothNodesAreShownAtBoth() {
        SimulatedNetwork network = network(Duration.ZERO, NetworkConditions.good());
        long before = count(network, "Update.Changed");

        for (int i = 1; i <= 1000; i++) {
            update(network, 0, 2 * i);
            update(network, 1, 2 * i + 1);
            network.time().advance(HOP);
        }
        network.time().advance(HOP.multipliedBy(2));

        assertThat(shown).last().isEqualTo(2001);
        assertThat(Scenarios.replicas(network, REGISTER)).containsExactly(state(2001), state(2001));
        assertThat(count(network, "Update.Changed") - before).isLessThanOrEqualTo(2 * 1000);
    }

    /** Two nodes that hold the register, with a subscriber at the second. */
    private SimulatedNetwork network(Duration call, NetworkConditions conditions) {
        SimulatedNetwork network = SimulatedNetwork.builder(3)
                .gateways(1)
                .nodes(1)
                .conditions(conditions.withLatency(HOP, HOP))
                .node(builder -> builder.runtime(new SlowForPeers(call)))
                .start();
        Scenarios.awaitNeighbours(network, 1, Duration.ofMinutes(1));
        network.time().run(network.client(0).put(REGISTER, state(1)));
        network.client(1)
                .subscribe(REGISTER.id())
                .subscribe(update -> shown.add(version(update.state())), failure -> shown.add(-1));
        network.time().advance(Duration.ofSeconds(30));
        clock.set(network.time());
        return network;
    }

    private static void update(SimulatedNetwork network, int version) {
        update(network, 0, version);
    }

    private static void update(SimulatedNetwork network, int node, int version) {
        network.client(node)
                .update(REGISTER.id(), new StateChange.Full(state(version)))
                .subscribe();
    }

    private static State state(int version) {
        return LastWriterWins.state(version, new byte[] {1});
    }

    private static int version(State state) {
        return (int) ByteBuffer.wrap(state.bytes().toArray()).getLong();
    }

    private static long count(SimulatedNetwork network, String kind) {
        return network.messages().getOrDefault(kind, MessageCount.NONE).messages();
    }

    /** Runs registers; from when the clock is set, calls for peers take long. */
    private final class SlowForPeers implements ForwardingRuntime {

        private final ContractRuntime delegate = JavaContractRuntime.of(LastWriterWins.CONTRACT);
        private final Duration call;

        private SlowForPeers(Duration call) {
            this.call = call;
        }

        @Override
        public ContractRuntime delegate() {
            return delegate;
        }

        @Override
        public Mono<Void> prepare(ContractCode code, CallClass callClass) {
            return Mono.defer(() -> {
                SimulatedTime time = clock.get();
                return time == null || call.isZero() || callClass == CallClass.CLIENT_LOCAL
                        ? delegate.prepare(code, callClass)
                        : Mono.delay(call, time).then();
            });
        }
    }
}
