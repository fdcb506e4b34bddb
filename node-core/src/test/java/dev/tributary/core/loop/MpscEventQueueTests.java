package dev.tributary.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MpscEventQueueTests {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 31, 32, 33, 2048})
    void acceptsExactlyItsCapacity(int capacity) {
        MpscEventQueue<Integer> queue = new MpscEventQueue<>(capacity);
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < capacity; i++) {
                assertThat(queue.offer(i)).isEqualTo(OfferResult.ACCEPTED);
            }
            assertThat(queue.offer(-1)).isEqualTo(OfferResult.FULL);
            assertThat(queue.hasRoom()).isFalse();
            assertThat(queue.size()).isEqualTo(capacity);
            for (int i = 0; i < capacity; i++) {
                assertThat(queue.isReady()).isTrue();
                assertThat(queue.poll()).isEqualTo(i);
            }
            assertThat(queue.isReady()).isFalse();
            assertThat(queue.poll()).isNull();
            assertThat(queue.size()).isZero();
        }
    }

    @Test
    void polledEventTellsWhenItWasAccepted() {
        long[] now = {-5};
        MpscEventQueue<Integer> queue = new MpscEventQueue<>(2, () -> now[0]);
        for (int round = 0; round < 5; round++) {
            queue.offer(1);
            now[0] += 10;
            queue.offer(2);
            now[0] += 10;
            queue.poll();
            assertThat(queue.polledNanos()).isEqualTo(now[0] - 20);
            queue.poll();
            assertThat(queue.polledNanos()).isEqualTo(now[0] - 10);
        }
    }

    @Test
    void queueWithoutAClockTellsNoTime() {
        MpscEventQueue<Integer> queue = new MpscEventQueue<>(2);
        queue.offer(1);
        queue.poll();
        assertThat(queue.polledNanos()).isEqualTo(MpscEventQueue.NOT_NOTED);
    }

    @Test
    void closedQueueAcceptsNothingAndDrains() {
        MpscEventQueue<Integer> queue = new MpscEventQueue<>(2);
        queue.offer(1);

        queue.close();
        queue.close();

        assertThat(queue.offer(2)).isEqualTo(OfferResult.CLOSED);
        assertThat(queue.hasRoom()).isFalse();
        assertThat(queue.isDrained()).isFalse();
        assertThat(queue.size()).isOne();
        assertThat(queue.poll()).isOne();
        assertThat(queue.isDrained()).isTrue();
    }
}
