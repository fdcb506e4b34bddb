package dev.tributary.core.loop.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.loop.LoopEvents;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Readers during writes. Every field of an entry follows from one number, so an entry of two events is recognised. Runs
 * for {@code -Dtributary.stress.seconds=n} seconds, 2 by default.
 */
class EventRingStressIntegrationTests {

    private static final int READERS = 2;
    private static final PeerId[] PEERS =
            IntStream.range(0, 100).mapToObj(LoopEvents::peer).toArray(PeerId[]::new);

    private final EventRing ring = new EventRing(64);
    private final Queue<String> torn = new ConcurrentLinkedQueue<>();
    private final AtomicLong read = new AtomicLong();
    private volatile boolean isOver;

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void noReaderGetsAnEntryOfTwoEvents() throws InterruptedException {
        Thread[] readers = new Thread[READERS];
        for (int i = 0; i < READERS; i++) {
            readers[i] = new Thread(this::readUntilOver);
            readers[i].start();
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Integer.getInteger("tributary.stress.seconds", 2));
        long number = 1;
        while (System.nanoTime() < end) {
            for (int i = 0; i < 1000; i++) {
                write(number++);
                // Now and then the writer pauses, so that the readers reach old entries as well.
                if (number % 64 == 0) {
                    LockSupport.parkNanos(1);
                }
            }
        }
        isOver = true;
        for (Thread reader : readers) {
            reader.join();
        }

        assertThat(torn).isEmpty();
        assertThat(read.get()).as("read entries").isGreaterThan(1000);
    }

    private void write(long n) {
        ring.write((int) n % 1000, new TransactionId(n, ~n), PEERS[(int) (n % PEERS.length)], n * 3, n * 5, n);
    }

    private void readUntilOver() {
        while (!isOver) {
            long[] last = {Long.MAX_VALUE};
            ring.readBackwards(entry -> {
                if (!isWhole(entry) || entry.endedNanos() >= last[0]) {
                    torn.add(entry + " after " + last[0]);
                }
                last[0] = entry.endedNanos();
                read.incrementAndGet();
                return torn.isEmpty();
            });
        }
    }

    private static boolean isWhole(EventRing.Entry entry) {
        long n = entry.endedNanos();
        return entry.equals(new EventRing.Entry(
                (int) n % 1000, new TransactionId(n, ~n), PEERS[(int) (n % PEERS.length)], n * 3, n * 5, n));
    }
}
