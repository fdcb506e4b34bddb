package dev.tributary.core.loop.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.loop.LoopEvents;
import dev.tributary.core.message.Put;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoopRecorderTests {

    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    private long nanos;
    private final TimeSource time = new TimeSource(Clock.fixed(NOW, ZoneOffset.UTC), () -> nanos);
    private final LoopRecorder recorder = LoopRecorder.of(time, 5);

    @Test
    void eventIsCopiedWithItsSourceKindPeerTransactionAndTimes() {
        TransactionId transaction = new TransactionId(1, 2);
        nanos = 5_000;
        recorder.record("transport", Put.Request.class, transaction, LoopEvents.peer(1), 300, 40, 4_000);

        LoopRecord copy = recorder.copy();

        assertThat(copy.events())
                .containsExactly(new HandledEvent(
                        Duration.ofNanos(1_000),
                        "transport",
                        "Put.Request",
                        LoopEvents.peer(1),
                        transaction,
                        Duration.ofNanos(300),
                        Duration.ofNanos(40)));
        assertThat(copy.taken()).isEqualTo(NOW);
        assertThat(copy.capacity()).isEqualTo(8);
        assertThat(copy.recorded()).isOne();
    }

    @Test
    void copyHasOnlyEventsOfTheAskedTimeAndNumber() {
        for (int i = 1; i <= 6; i++) {
            record("Probe", null, i * 1_000L);
        }
        nanos = 6_500;

        assertThat(recorder.copy(100, Duration.ofNanos(1_500)).events()).hasSize(2);
        assertThat(recorder.copy(3, Duration.ofDays(1)).events())
                .extracting(event -> event.age().toNanos())
                .containsExactly(2_500L, 1_500L, 500L);
        assertThat(recorder.copy(0, Duration.ofDays(1)).events()).isEmpty();
    }

    @Test
    void timesOfAllEventsAreKeptByKind() {
        for (int i = 0; i < 100; i++) {
            record("GetRequested", null, i);
            record("PutRequested", null, i);
        }

        assertThat(recorder.copy().kinds())
                .extracting(KindSummary::kind)
                .containsExactly("GetRequested", "PutRequested");
        assertThat(recorder.copy().kinds()).allMatch(kind -> kind.count() == 100);
        assertThat(recorder.copy().recorded()).isEqualTo(200);
    }

    @Test
    void peersThatSentMostComeFirst() {
        for (int i = 0; i < 6; i++) {
            record("Received", LoopEvents.peer(i == 0 ? 1 : i % 2 == 0 ? 2 : 3), i);
        }

        assertThat(recorder.copy().topSenders(2))
                .containsExactly(
                        new LoopRecord.Sender(LoopEvents.peer(3), 3), new LoopRecord.Sender(LoopEvents.peer(2), 2));
    }

    @Test
    void kindsBeyondTheTableCountTogether() {
        for (int i = 0; i < 3 * KindTable.MAX_KINDS; i++) {
            record("kind " + i, null, i);
        }

        assertThat(recorder.copy().kinds()).hasSize(KindTable.MAX_KINDS);
        assertThat(recorder.copy().kinds().get(KindTable.MAX_KINDS - 1).count()).isEqualTo(2 * KindTable.MAX_KINDS + 1);
        assertThat(recorder.copy().events()).extracting(HandledEvent::kind).containsOnly("other");
    }

    @Test
    void recorderWithoutCapacityRecordsNothing() {
        LoopRecorder off = LoopRecorder.of(time, 0);
        off.record("transport", "Received", null, null, 1, 1, 1);

        assertThat(off.copy())
                .isEqualTo(new LoopRecord(
                        NOW, 0, 0, off.copy().events(), off.copy().kinds()));
        assertThat(off.copy().events()).isEmpty();
        assertThat(off.copy().kinds()).isEmpty();
    }

    @Test
    void recordIsWrittenInABoundedNumberOfLines() {
        LoopRecorder large = LoopRecorder.of(time, 4096);
        for (int i = 0; i < 5_000; i++) {
            large.record("transport", "kind " + i % 40, new TransactionId(i, i), LoopEvents.peer(i % 100), 1, 1, i);
        }

        String text = RecordLines.of(large.copy());

        assertThat(text).hasLineCount(38).startsWith(System.lineSeparator());
        assertThat(text).contains("kind=kind 39 peer=" + LoopEvents.peer(99)).contains("events=125");
    }

    private void record(String kind, @Nullable PeerId peer, long endedNanos) {
        recorder.record("source", kind, null, peer, 1, 1, endedNanos);
    }
}
