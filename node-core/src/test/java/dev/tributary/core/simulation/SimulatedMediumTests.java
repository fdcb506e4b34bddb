package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.CloseReason.Kind;
import dev.tributary.core.peer.HandshakeException;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.SampleMessages;
import dev.tributary.core.simulation.time.SimulatedTime;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class SimulatedMediumTests {

    private static final Duration LATENCY = Duration.ofMillis(20);
    private static final NetworkConditions CONDITIONS = NetworkConditions.good().withLatency(Latency.of(LATENCY));

    private final SimulatedTime time = SimulatedTime.create();
    private final SplittableRandom random = new SplittableRandom(1);
    private final SimulatedMedium medium = SimulatedMedium.of(time, random, 1, CONDITIONS);
    private final SampleMessages samples = new SampleMessages(1);
    private final List<PeerLink> accepted = new ArrayList<>();
    private final List<PeerMessage> received = new ArrayList<>();
    private final InMemoryTransport left = transport();
    private final InMemoryTransport right = transport();

    SimulatedMediumTests() {
        time.await(right.open());
        right.accepted().subscribe(link -> {
            accepted.add(link);
            link.messages().subscribe(received::add);
        });
    }

    @Test
    void handshakeTakesThreeRoundTrips() {
        dial();

        assertThat(time.elapsed()).isEqualTo(LATENCY.multipliedBy(6));
    }

    @Test
    void messageArrivesExactlyAfterItsLatency() {
        PeerLink link = dial();
        time.await(link.send(samples.get()));

        time.advance(LATENCY.minusNanos(1));
        assertThat(received).isEmpty();
        time.advance(Duration.ofNanos(1));
        assertThat(received).hasSize(1);
    }

    @Test
    void smallMessageOvertakesLargeOneAtLowBandwidth() {
        PeerLink link = dial();
        medium.conditions(CONDITIONS.withBandwidth(1_000_000));
        PeerMessage large = samples.found(1_000_000);
        PeerMessage small = samples.get();
        time.await(link.send(large));
        time.await(link.send(small));

        time.advance(Duration.ofMillis(500));
        assertThat(received).containsExactly(small);
        time.advance(Duration.ofMillis(600));
        assertThat(received).containsExactly(small, large);
    }

    @Test
    void packetLossDelaysMessagesAndKeepsOrder() {
        PeerLink link = dial();
        medium.conditions(CONDITIONS.withLoss(0.3));
        List<PeerMessage> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sent.add(samples.get());
            time.await(link.send(sent.get(i)));
        }

        time.advance(LATENCY);
        assertThat(received.size()).isLessThan(50);
        time.advance(Duration.ofSeconds(15));
        assertThat(received).isEqualTo(sent);
    }

    @Test
    void linkBreaksIfAllPacketsAreLost() {
        PeerLink link = dial();
        medium.conditions(CONDITIONS.withLoss(0.9));
        for (int i = 0; i < 20; i++) {
            time.await(link.send(samples.get()));
        }

        assertThat(end(link)).isEqualTo(Kind.LOST);
        assertThat(end(accepted.get(0))).isEqualTo(Kind.LOST);
        assertThat(medium.host(0).connections()).isEmpty();
    }

    @Test
    void droppedMessageLeavesNoTrace() {
        PeerLink link = dial();
        medium.conditions(CONDITIONS.withDrop(1, message -> true));
        time.await(link.send(samples.get()));
        medium.conditions(CONDITIONS);
        PeerMessage second = samples.get();
        time.await(link.send(second));

        time.advance(Duration.ofSeconds(1));
        assertThat(received).containsExactly(second);
    }

    @Test
    void crashIsNotifiedAfterEarlierMessages() {
        PeerLink link = dial();
        time.await(link.send(samples.get()));
        medium.crash(medium.host(0));

        assertThat(end(accepted.get(0))).isEqualTo(Kind.LOST);
        assertThat(received).hasSize(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(medium.host(1).connections()).isEmpty();
    }

    @Test
    void silentHostIsDetectedAfterIdleLimit() {
        dial();
        Duration before = time.elapsed();
        medium.crashSilently(medium.host(0));

        assertThat(end(accepted.get(0))).isEqualTo(Kind.IDLE);
        assertThat(time.elapsed().minus(before)).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(75));
    }

    @Test
    void messageSentDuringShortPartitionArrivesAfterHealing() {
        PeerLink link = dial();
        BiPredicate<Integer, Integer> separated = (one, other) -> one == 0;
        medium.partition(separated);
        time.await(link.send(samples.get()));
        time.advance(Duration.ofSeconds(30));
        assertThat(received).isEmpty();

        medium.heal(separated);
        time.advance(LATENCY);
        assertThat(received).hasSize(1);
        time.advance(Duration.ofMinutes(5));
        StepVerifier.create(link.send(samples.get())).verifyComplete();
    }

    @Test
    void longPartitionClosesLinks() {
        PeerLink link = dial();
        medium.partition((one, other) -> one == 0);

        assertThat(end(link)).isEqualTo(Kind.IDLE);
        assertThat(end(accepted.get(0))).isEqualTo(Kind.IDLE);
    }

    @Test
    void dialToClosedPortFailsAtOnceAndAcrossPartitionAfterHandshakeLimit() {
        time.await(right.close());
        assertDialFails(Kind.LOST, Duration.ofMillis(120));

        time.await(right.open());
        medium.partition((one, other) -> true);
        assertDialFails(Kind.HANDSHAKE_TIMEOUT, Duration.ofSeconds(10));
    }

    @Test
    void slowNodeHasLongerLatencyAndProcessing() {
        PeerLink link = dial();
        medium.conditions(CONDITIONS.withProcessing(Duration.ofMillis(10)).withSlow(1, 3));
        time.await(link.send(samples.get()));
        time.await(link.send(samples.get()));

        time.advance(Duration.ofMillis(60 + 30));
        assertThat(received).hasSize(1);
        time.advance(Duration.ofMillis(30));
        assertThat(received).hasSize(2);
    }

    @Test
    void messageSizeFollowsContent() {
        assertThat(MessageSize.of(samples.found(0))).isBetween(140, 300);
        assertThat(MessageSize.of(samples.found(100_000))).isBetween(100_140, 100_300);
    }

    private void assertDialFails(Kind kind, Duration after) {
        Duration before = time.elapsed();
        assertThatThrownBy(this::dial)
                .isInstanceOfSatisfying(
                        HandshakeException.class,
                        failure -> assertThat(failure.reason().kind()).isEqualTo(kind));
        assertThat(time.elapsed().minus(before)).isLessThanOrEqualTo(after);
    }

    private PeerLink dial() {
        return time.run(left.dial(right.address(), null));
    }

    private Kind end(PeerLink link) {
        return time.run(link.closed().map(CloseReason::kind));
    }

    private InMemoryTransport transport() {
        byte[] id = new byte[32];
        random.nextBytes(id);
        SimulatedHost host = medium.addHost(new PeerAddress("10.0.0." + id[0], 1));
        return new InMemoryTransport(medium, new PeerId(Bytes.wrap(id)), host.address(), time);
    }
}
