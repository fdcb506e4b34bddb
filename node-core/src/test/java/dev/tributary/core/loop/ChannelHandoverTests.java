package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** What may happen between two steps of a sender or of a batch, step by step on one thread. */
class ChannelHandoverTests {

    private final SteppedLoop loop = new SteppedLoop();
    private final List<LoopEvent> received = new ArrayList<>();
    private final List<String> results = new ArrayList<>();

    @Test
    void senderThatFoundAFullQueueIsAdmittedIfItWasEmptiedMeanwhile() {
        NotificationChannel<LocalEvent> channel = channel(1);
        receive(channel, event -> {});
        channel.offer(note(1));

        loop.beforeEnqueue(loop::run);
        send(channel, 2);
        assertThat(results).containsExactly("2 accepted");
        loop.run();

        assertThat(received).containsExactly(note(1), note(2));
    }

    @Test
    void senderThatFoundAFullQueueIsRejectedIfTheChannelWasClosedMeanwhile() {
        NotificationChannel<LocalEvent> channel = channel(1);
        channel.offer(note(1));

        loop.beforeEnqueue(channel::close);
        send(channel, 2);

        assertThat(results).containsExactly("2 ChannelClosedException");
        assertThat(channel.waitingSenders()).isZero();
    }

    @Test
    void eventSentByAHandlerDoesNotOvertakeWaitingSenders() {
        NotificationChannel<LocalEvent> channel = channel(4);
        send(channel, 1, 2, 3, 4, 5, 6);
        receive(channel, event -> {
            if (event.equals(note(1))) {
                assertThat(channel.offer(note(7))).isFalse();
                send(channel, 8);
            }
        });

        loop.run();

        assertThat(received).containsExactly(note(1), note(2), note(3), note(4), note(5), note(6), note(8));
    }

    @Test
    void senderThatWaitsWhileABatchIsScheduledIsAdmittedByIt() {
        NotificationChannel<LocalEvent> channel = channel(1);
        receive(channel, event -> {});
        channel.offer(note(1));

        send(channel, 2);
        assertThat(channel.waitingSenders()).isOne();
        loop.run();

        assertThat(received).containsExactly(note(1), note(2));
    }

    @Test
    void sendersAreAdmittedBatchByBatchAndTheLoopComesToRest() {
        NotificationChannel<LocalEvent> channel = channel(1);
        send(channel, 1, 2, 3);
        receive(channel, event -> {});

        loop.run();

        assertThat(received).containsExactly(note(1), note(2), note(3));
        assertThat(results).containsExactly("1 accepted", "2 accepted", "3 accepted");
    }

    @Test
    void receiverThatAttachesDuringTheLastBatchOfAClosedChannelCompletes() {
        NotificationChannel<LocalEvent> channel = channel(1);
        TestSubscriber<LocalEvent> second = TestSubscriber.create();
        channel.offer(note(1));
        channel.flux().subscribe(new BaseSubscriber<LocalEvent>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(LocalEvent event) {
                channel.close();
                cancel();
                channel.flux().subscribe(second);
            }
        });

        loop.run();

        assertThat(second.isTerminatedComplete()).isTrue();
    }

    @Test
    void channelIsClosedWhenTheLoopRefusesItsBatch() {
        NotificationChannel<LocalEvent> channel = channel(4);
        receive(channel, event -> {});
        loop.run();

        loop.refuse(new RejectedExecutionException("test"));
        channel.offer(note(1));
        send(channel, 2);

        assertThat(results).containsExactly("2 ChannelClosedException");
    }

    @Test
    void batchThatCouldNotBeScheduledIsScheduledByTheNextSender() {
        NotificationChannel<LocalEvent> channel = channel(4);
        receive(channel, event -> {});
        loop.run();

        loop.refuse(new IllegalStateException("test"));
        assertThatThrownBy(() -> channel.offer(note(1))).isInstanceOf(IllegalStateException.class);
        loop.refuse(null);
        channel.offer(note(2));
        loop.run();

        assertThat(received).containsExactly(note(1), note(2));
    }

    @Test
    void senderOfALoopThatHasEndedFailsAlsoWithoutAReceiver() {
        NotificationChannel<LocalEvent> channel = channel(1);
        channel.offer(note(1));
        loop.dispose();

        send(channel, 2);

        assertThat(results).containsExactly("2 ChannelClosedException");
    }

    private NotificationChannel<LocalEvent> channel(int capacity) {
        return new NotificationChannel<>(
                "stepped", capacity, 100, Duration.ofSeconds(30), loop, VirtualTimeScheduler.create());
    }

    private void receive(NotificationChannel<LocalEvent> channel, Consumer<LoopEvent> handler) {
        channel.flux().doOnNext(received::add).subscribe(handler);
    }

    private void send(NotificationChannel<LocalEvent> channel, int... numbers) {
        for (int number : numbers) {
            channel.send(note(number))
                    .subscribe(
                            none -> {},
                            error -> results.add(number + " " + error.getClass().getSimpleName()),
                            () -> results.add(number + " accepted"));
        }
    }
}
