package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.peer.CloseReason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class InboundHandshakesTests {

    private static final int LIMIT = 16;

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final InboundHandshakes handshakes = new InboundHandshakes(LIMIT, time);
    private final Deque<TestArrival> started = new ArrayDeque<>();

    @Test
    void arrivalIsStartedAfterItsFirstBytes() {
        TestArrival arrival = silent("a");
        assertThat(started).isEmpty();

        handshakes.onFirstBytes(arrival);

        assertThat(started).containsExactly(arrival);
        handshakes.remove(arrival);
        assertThat(handshakes.count()).isZero();
    }

    @Test
    void silentArrivalsTakeNoStartAndTheOldestLeavesBeyondTheLimit() {
        List<TestArrival> flood =
                IntStream.range(0, 1_000).mapToObj(i -> silent("flood")).toList();

        TestArrival honest = speaking("honest");

        assertThat(started).containsExactly(honest);
        assertThat(flood.get(0).refusal).isEqualTo(CloseReason.Kind.LIMIT_REACHED);
        assertThat(flood.get(999).refusal).isNull();
        assertThat(handshakes.count()).isLessThanOrEqualTo(4 * LIMIT + 1);
    }

    @Test
    void herdOfHonestDiallersIsFinishedAtTheSameRateAtAnyLoad() {
        assertThat(finishedWithin(Duration.ofMinutes(2), 300))
                .isGreaterThanOrEqualTo(finishedWithin(Duration.ofMinutes(2), 150));
    }

    @Test
    void stalledHandshakesMakeRoomAfterASecondWhileOthersWait() {
        List<TestArrival> stalled =
                IntStream.range(0, LIMIT).mapToObj(i -> speaking("same")).toList();
        TestArrival honest = speaking("same");
        assertThat(started).doesNotContain(honest);

        time.advanceTimeBy(Duration.ofMillis(1_200));

        assertThat(started).contains(honest);
        assertThat(stalled.get(0).refusal).isEqualTo(CloseReason.Kind.HANDSHAKE_TIMEOUT);
    }

    @Test
    void handshakesAreNotDisplacedWhileTheyTakeTheUsualTime() {
        for (int i = 0; i < 50; i++) {
            TestArrival slow = speaking("a");
            time.advanceTimeBy(Duration.ofSeconds(2));
            handshakes.onConfirmed(slow);
            handshakes.remove(slow);
        }
        List<TestArrival> running =
                IntStream.range(0, LIMIT).mapToObj(i -> speaking("a")).toList();
        speaking("a");

        time.advanceTimeBy(Duration.ofSeconds(5));

        assertThat(running).extracting(each -> each.refusal).containsOnlyNulls();
    }

    @Test
    void oneSourceUsesAQuarterOfALargeLimit() {
        InboundHandshakes large = new InboundHandshakes(256, time);
        for (int i = 0; i < 256; i++) {
            speaking(large, "flood");
        }
        assertThat(started).hasSize(64);

        TestArrival other = speaking(large, "other");

        assertThat(started).contains(other);
    }

    @Test
    void allArrivalsAreRefusedWhenClosed() {
        TestArrival silent = silent("a");
        TestArrival running = speaking("a");

        handshakes.close(new CloseReason(CloseReason.Kind.STOPPING, "test"));

        assertThat(silent.refusal).isEqualTo(CloseReason.Kind.STOPPING);
        assertThat(running.refusal).isEqualTo(CloseReason.Kind.STOPPING);
        assertThat(silent("late").refusal).isEqualTo(CloseReason.Kind.STOPPING);
        assertThat(handshakes.count()).isZero();
    }

    /** Diallers dial, are finished after 800 ms once started, and dial again 3 s after a refusal. */
    private int finishedWithin(Duration total, int diallers) {
        VirtualTimeScheduler clock = VirtualTimeScheduler.create();
        InboundHandshakes gate = new InboundHandshakes(LIMIT, clock);
        Deque<TestArrival> queue = new ArrayDeque<>();
        List<TestArrival> dialling = new ArrayList<>();
        for (int i = 0; i < diallers; i++) {
            dialling.add(new TestArrival(gate, "nat", queue));
        }
        int finished = 0;
        Deque<List<TestArrival>> inWork = new ArrayDeque<>();
        for (long ms = 0; ms < total.toMillis(); ms += 200) {
            for (int i = 0; i < dialling.size(); i++) {
                TestArrival arrival = dialling.get(i);
                if (ms % 3_000 == 200L * (i % 15) && !arrival.dialled) {
                    arrival.dialled = true;
                    gate.add(arrival);
                    gate.onFirstBytes(arrival);
                }
            }
            inWork.add(List.copyOf(queue));
            queue.clear();
            if (inWork.size() > 4) {
                for (TestArrival done : inWork.remove()) {
                    if (done.refusal == null) {
                        gate.onConfirmed(done);
                        gate.remove(done);
                        finished++;
                        dialling.set(dialling.indexOf(done), new TestArrival(gate, "nat", queue));
                    }
                }
            }
            dialling.replaceAll(each -> each.refusal == null ? each : new TestArrival(gate, "nat", queue));
            clock.advanceTimeBy(Duration.ofMillis(200));
        }
        return finished;
    }

    private TestArrival silent(String source) {
        TestArrival arrival = new TestArrival(handshakes, source, started);
        handshakes.add(arrival);
        return arrival;
    }

    private TestArrival speaking(String source) {
        return speaking(handshakes, source);
    }

    private TestArrival speaking(InboundHandshakes gate, String source) {
        TestArrival arrival = new TestArrival(gate, source, started);
        gate.add(arrival);
        gate.onFirstBytes(arrival);
        return arrival;
    }

    private static final class TestArrival implements Arrival {

        private final InboundHandshakes gate;
        private final String source;
        private final Deque<TestArrival> started;
        private CloseReason.@Nullable Kind refusal;
        private boolean dialled;

        TestArrival(InboundHandshakes gate, String source, Deque<TestArrival> started) {
            this.gate = gate;
            this.source = source;
            this.started = started;
        }

        @Override
        public String source() {
            return source;
        }

        @Override
        public void start() {
            started.add(this);
        }

        @Override
        public void refuse(CloseReason reason) {
            refusal = reason.kind();
            gate.remove(this);
        }
    }
}
