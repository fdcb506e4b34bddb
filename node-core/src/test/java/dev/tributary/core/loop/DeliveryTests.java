package dev.tributary.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

class DeliveryTests {

    private final EventQueue<Integer> queue = new EventQueue<>(100);
    private final List<String> signals = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final Receiver receiver = new Receiver();
    private final Delivery<Integer> delivery = new Delivery<>(
            receiver, () -> calls.add("turn"), () -> calls.add("more wanted"), ended -> calls.add("over"));

    DeliveryTests() {
        for (int i = 1; i <= 10; i++) {
            queue.offer(i);
        }
        receiver.onSubscribe(delivery);
    }

    @Test
    void givesNoMoreThanIsWanted() {
        delivery.turn(queue, 5);
        assertThat(signals).isEmpty();

        delivery.request(2);
        assertThat(delivery.wanted()).isTrue();
        delivery.turn(queue, 5);

        assertThat(signals).containsExactly("1", "2");
        assertThat(delivery.wanted()).isFalse();
        assertThat(calls).containsExactly("turn", "more wanted", "turn");
    }

    @Test
    void givesNoMoreThanATurn() {
        delivery.request(Long.MAX_VALUE);
        delivery.request(Long.MAX_VALUE);

        delivery.turn(queue, 4);

        assertThat(signals).containsExactly("1", "2", "3", "4");
        assertThat(delivery.wanted()).isTrue();
    }

    @Test
    void countsWhatIsWantedInTheMiddleOfATurn() {
        receiver.asksForOneMoreEachTime = true;
        delivery.request(1);

        delivery.turn(queue, 6);

        assertThat(signals).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(delivery.wanted()).isTrue();
    }

    @Test
    void stopsInTheMiddleOfATurnWhenItIsCancelled() {
        receiver.leavesAt = 3;
        delivery.request(10);

        delivery.turn(queue, 10);
        queue.close();
        delivery.turn(queue, 10);

        assertThat(signals).containsExactly("1", "2", "3");
        assertThat(queue.size()).isEqualTo(7);
        assertThat(delivery.wanted()).isFalse();
        assertThat(calls).contains("over");
    }

    @Test
    void completesOnceWhenTheQueueIsDrainedWhateverIsWanted() {
        delivery.request(10);
        queue.close();

        delivery.turn(queue, 10);
        delivery.turn(queue, 10);

        assertThat(signals).hasSize(11).endsWith("10", "complete");
        assertThat(calls).containsOnlyOnce("over");
    }

    @Test
    void aBadRequestChangesNothing() {
        delivery.request(0);
        delivery.request(-1);

        assertThat(delivery.wanted()).isFalse();
        assertThat(calls).isEmpty();
    }

    private final class Receiver extends BaseSubscriber<Integer> {

        private int leavesAt;
        private boolean asksForOneMoreEachTime;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // Asks only when the test does.
        }

        @Override
        protected void hookOnNext(Integer event) {
            signals.add(event.toString());
            if (event == leavesAt) {
                cancel();
            } else if (asksForOneMoreEachTime) {
                request(1);
            }
        }

        @Override
        protected void hookOnComplete() {
            signals.add("complete");
        }
    }
}
