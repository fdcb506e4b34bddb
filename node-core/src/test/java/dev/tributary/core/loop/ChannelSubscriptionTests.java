package dev.tributary.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

class ChannelSubscriptionTests {

    private final MpscEventQueue<Integer> queue = new MpscEventQueue<>(100);
    private final List<String> signals = new ArrayList<>();
    private final List<String> callbacks = new ArrayList<>();
    private final TestReceiver receiver = new TestReceiver();
    private final ChannelSubscription<Integer> subscription = new ChannelSubscription<>(
            receiver, () -> callbacks.add("batch"), () -> callbacks.add("request"), ended -> callbacks.add("end"));

    ChannelSubscriptionTests() {
        for (int i = 1; i <= 10; i++) {
            queue.offer(i);
        }
        subscription.start();
    }

    @Test
    void deliversNoMoreThanTheDemand() {
        subscription.drainBatch(queue, 5);
        assertThat(signals).isEmpty();

        subscription.request(2);
        assertThat(subscription.hasDemand()).isTrue();
        subscription.drainBatch(queue, 5);

        assertThat(signals).containsExactly("1", "2");
        assertThat(subscription.hasDemand()).isFalse();
        assertThat(callbacks).containsExactly("batch", "request", "batch");
    }

    @Test
    void deliversNoMoreThanOneBatch() {
        subscription.request(Long.MAX_VALUE);
        subscription.request(Long.MAX_VALUE);

        subscription.drainBatch(queue, 4);

        assertThat(signals).containsExactly("1", "2", "3", "4");
        assertThat(subscription.hasDemand()).isTrue();
    }

    @Test
    void countsDemandAddedDuringABatch() {
        receiver.requestsOneAfterEach = true;
        subscription.request(1);

        subscription.drainBatch(queue, 6);

        assertThat(signals).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(subscription.hasDemand()).isTrue();
    }

    @Test
    void stopsDuringABatchWhenCancelled() {
        receiver.cancelsAt = 3;
        subscription.request(10);

        subscription.drainBatch(queue, 10);
        queue.close();
        subscription.drainBatch(queue, 10);

        assertThat(signals).containsExactly("1", "2", "3");
        assertThat(queue.size()).isEqualTo(7);
        assertThat(subscription.hasDemand()).isFalse();
        assertThat(callbacks).contains("end");
    }

    @Test
    void completesOnceWhenTheQueueIsDrainedWithAnyDemand() {
        subscription.request(10);
        queue.close();

        subscription.drainBatch(queue, 10);
        subscription.drainBatch(queue, 10);

        assertThat(signals).hasSize(11).endsWith("10", "complete");
        assertThat(callbacks).containsOnlyOnce("end");
    }

    @Test
    void invalidRequestIsIgnored() {
        subscription.request(0);
        subscription.request(-1);

        assertThat(subscription.hasDemand()).isFalse();
        assertThat(callbacks).isEmpty();
    }

    private final class TestReceiver extends BaseSubscriber<Integer> {

        private int cancelsAt;
        private boolean requestsOneAfterEach;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // Requests only when the test does.
        }

        @Override
        protected void hookOnNext(Integer event) {
            signals.add(event.toString());
            if (event == cancelsAt) {
                cancel();
            } else if (requestsOneAfterEach) {
                request(1);
            }
        }

        @Override
        protected void hookOnComplete() {
            signals.add("complete");
        }
    }
}
