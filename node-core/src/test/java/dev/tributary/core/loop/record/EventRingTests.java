package dev.tributary.core.loop.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.loop.LoopEvents;
import dev.tributary.core.value.TransactionId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EventRingTests {

    private final EventRing ring = new EventRing(8);

    @Test
    void newRingHasNoEvents() {
        assertThat(read()).isEmpty();
        assertThat(ring.written()).isZero();
    }

    @Test
    void eventIsReadAsItWasWritten() {
        TransactionId transaction = new TransactionId(7, 8);
        ring.write(3, transaction, LoopEvents.peer(5), 11, 12, 13);
        ring.write(4, null, null, 21, 22, 23);

        assertThat(read())
                .containsExactly(
                        new EventRing.Entry(4, null, null, 21, 22, 23),
                        new EventRing.Entry(3, transaction, LoopEvents.peer(5), 11, 12, 13));
    }

    @Test
    void fullRingKeepsTheLatestEvents() {
        for (int i = 0; i < 21; i++) {
            ring.write(0, null, null, i, 0, 0);
        }

        assertThat(read())
                .extracting(EventRing.Entry::waitingNanos)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(13, 20).map(i -> 33 - i).boxed().toList());
        assertThat(ring.written()).isEqualTo(21);
    }

    @Test
    void eventOverwrittenDuringTheReadEndsIt() {
        for (int i = 0; i < 8; i++) {
            ring.write(0, null, null, i, 0, 0);
        }
        List<Long> seen = new ArrayList<>();
        ring.readBackwards(entry -> {
            seen.add(entry.waitingNanos());
            // The writer overtakes the reader after its third event.
            if (seen.size() == 3) {
                for (int i = 8; i < 14; i++) {
                    ring.write(0, null, null, i, 0, 0);
                }
            }
            return true;
        });

        assertThat(seen).containsExactly(7L, 6L, 5L);
    }

    @Test
    void readerThatDeclinesGetsNoMore() {
        ring.write(1, null, null, 0, 0, 0);
        ring.write(2, null, null, 0, 0, 0);
        List<EventRing.Entry> seen = new ArrayList<>();

        ring.readBackwards(entry -> !seen.add(entry));

        assertThat(seen).hasSize(1);
    }

    private List<EventRing.Entry> read() {
        List<EventRing.Entry> entries = new ArrayList<>();
        ring.readBackwards(entries::add);
        return entries;
    }
}
