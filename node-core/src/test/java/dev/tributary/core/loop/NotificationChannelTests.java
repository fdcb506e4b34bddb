package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.ChannelClosedException;
import dev.tributary.core.error.ChannelFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

class NotificationChannelTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<String> results = new ArrayList<>();

    @Test
    void eventIsAcceptedAtOnceAndDelivered() {
        NotificationChannel<LocalEvent> channel = channel(2);
        TestSubscriber<LocalEvent> receiver = receiver(channel, Long.MAX_VALUE);

        StepVerifier.create(channel.send(note(1))).verifyComplete();

        assertThat(receiver.getReceivedOnNext()).containsExactly(note(1));
        assertThat(channel.queuedEvents()).isZero();
    }

    @Test
    void eventsSentBeforeTheFirstReceiverAreKept() {
        NotificationChannel<LocalEvent> channel = channel(3);
        send(channel, 1, 2, 3);
        assertThat(channel.queuedEvents()).isEqualTo(3);

        TestSubscriber<LocalEvent> receiver = receiver(channel, Long.MAX_VALUE);

        assertThat(receiver.getReceivedOnNext()).containsExactly(note(1), note(2), note(3));
        assertThat(results).containsExactly("1 accepted", "2 accepted", "3 accepted");
    }

    @Test
    void senderWaitsForAFreeSlot() {
        NotificationChannel<LocalEvent> channel = channel(1);
        send(channel, 1, 2);
        assertThat(results).containsExactly("1 accepted");
        assertThat(channel.waitingSenders()).isOne();

        TestSubscriber<LocalEvent> receiver = receiver(channel, 1);

        assertThat(results).containsExactly("1 accepted", "2 accepted");
        assertThat(receiver.getReceivedOnNext()).containsExactly(note(1));
        assertThat(channel.waitingSenders()).isZero();
    }

    @Test
    void waitingSendersAreAdmittedIntoFreeSlots() {
        NotificationChannel<LocalEvent> channel = channel(8);
        send(channel, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

        TestSubscriber<LocalEvent> receiver = receiver(channel, 1);
        assertThat(channel.waitingSenders()).isOne();
        receiver.request(1);

        assertThat(channel.waitingSenders()).isZero();
        assertThat(channel.queuedEvents()).isEqualTo(8);
    }

    @Test
    void timedOutSenderGetsChannelAndWaitingTime() {
        NotificationChannel<LocalEvent> channel = channel(1);
        send(channel, 1);

        StepVerifier.create(channel.send(note(2), Duration.ofMillis(1500)))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1499)))
                .then(() -> assertThat(channel.waitingSenders()).isOne())
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(ChannelFullException.class, full -> {
                            assertThat(full.channel()).isEqualTo(channel.identity());
                            assertThat(full.capacity()).isOne();
                            assertThat(full.waited()).isEqualTo(Duration.ofMillis(1500));
                            assertThat(full).hasMessageContaining("1500 ms");
                        }));
        assertThat(channel.waitingSenders()).isZero();
        assertThat(channel.queuedEvents()).isOne();
    }

    @Test
    void senderFailsAtOnceWhenTheSenderQueueIsFull() {
        NotificationChannel<LocalEvent> channel = channel(1, 2);
        send(channel, 1, 2, 3);

        StepVerifier.create(channel.send(note(4)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ChannelFullException.class,
                                full -> assertThat(full.waited()).isZero()));
        assertThat(channel.waitingSenders()).isEqualTo(2);
    }

    @Test
    void closeFailsWaitingAndLaterSendersAtOnce() {
        NotificationChannel<LocalEvent> channel = channel(1);
        send(channel, 1, 2, 3);

        channel.close();
        send(channel, 4);

        assertThat(results)
                .containsExactly(
                        "1 accepted",
                        "2 ChannelClosedException",
                        "3 ChannelClosedException",
                        "4 ChannelClosedException");
        StepVerifier.create(channel.send(note(5)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ChannelClosedException.class,
                                closed -> assertThat(closed.channel()).isEqualTo(channel.identity())));
        assertThat(channel.offer(note(6))).isFalse();
        assertThat(channel.waitingSenders()).isZero();
    }

    @Test
    void eventsAcceptedBeforeTheCloseAreDelivered() {
        NotificationChannel<LocalEvent> channel = channel(2);
        send(channel, 1, 2);
        channel.close();

        StepVerifier.create(channel.flux(), 1)
                .expectNext(note(1))
                .thenRequest(1)
                .expectNext(note(2))
                .verifyComplete();
        assertThat(channel.queuedEvents()).isZero();
    }

    @Test
    void closedEmptyChannelCompletesWithoutDemand() {
        NotificationChannel<LocalEvent> channel = channel(2);
        TestSubscriber<LocalEvent> before = receiver(channel, 0);
        channel.close();

        assertThat(before.isTerminatedComplete()).isTrue();
        assertThat(receiver(channel, 0).isTerminatedComplete()).isTrue();
    }

    @Test
    void cancelledWaitingSendIsRemoved() {
        NotificationChannel<LocalEvent> channel = channel(1);
        send(channel, 1);
        Disposable second = channel.send(note(2)).subscribe(none -> {}, onError(2));
        send(channel, 3);

        second.dispose();

        assertThat(channel.waitingSenders()).isOne();
        TestSubscriber<LocalEvent> receiver = receiver(channel, Long.MAX_VALUE);
        assertThat(receiver.getReceivedOnNext()).containsExactly(note(1), note(3));
        assertThat(results).containsExactly("1 accepted", "3 accepted");
        time.advanceTimeBy(TIMEOUT);
        assertThat(results).hasSize(2);
    }

    @Test
    void eventsOfASenderThatDoesNotWaitKeepTheirOrder() {
        NotificationChannel<LocalEvent> channel = channel(2);
        TestSubscriber<LocalEvent> receiver = receiver(channel, 0);
        send(channel, 1, 2, 3, 4);

        receiver.request(1);
        send(channel, 5, 6);
        receiver.request(2);
        send(channel, 7);
        receiver.request(Long.MAX_VALUE);

        assertThat(receiver.getReceivedOnNext())
                .containsExactly(note(1), note(2), note(3), note(4), note(5), note(6), note(7));
        assertThat(results).hasSize(7).allMatch(result -> result.endsWith("accepted"));
    }

    @Test
    void offerDoesNotOvertakeWaitingSenders() {
        NotificationChannel<LocalEvent> channel = channel(1);
        send(channel, 1, 2);
        assertThat(channel.offer(note(3))).isFalse();

        TestSubscriber<LocalEvent> receiver = receiver(channel, Long.MAX_VALUE);

        assertThat(channel.offer(note(4))).isTrue();
        assertThat(receiver.getReceivedOnNext()).containsExactly(note(1), note(2), note(4));
    }

    @Test
    void failedReceiverResubscribesWithoutLosingQueuedEvents() {
        NotificationChannel<LocalEvent> channel = channel(4);
        send(channel, 1, 2);
        StepVerifier.create(channel.flux().map(event -> {
                    throw new IllegalStateException("at " + event.source());
                }))
                .verifyError(IllegalStateException.class);
        send(channel, 3);

        TestSubscriber<LocalEvent> receiver = receiver(channel, Long.MAX_VALUE);

        assertThat(receiver.getReceivedOnNext()).containsExactly(note(2), note(3));
    }

    @Test
    void secondConcurrentReceiverIsRejected() {
        NotificationChannel<LocalEvent> channel = channel(1);
        TestSubscriber<LocalEvent> first = receiver(channel, Long.MAX_VALUE);

        StepVerifier.create(channel.flux())
                .verifyErrorMessage("channel " + channel.identity() + " has a receiver already");

        send(channel, 1);
        assertThat(first.getReceivedOnNext()).containsExactly(note(1));
    }

    @Test
    void sendersFailAtOnceWhenTheLoopThreadHasEnded() {
        Scheduler disposed = Schedulers.newSingle("gone", true);
        NotificationChannel<LocalEvent> channel = new NotificationChannel<>("n", 1, 8, TIMEOUT, disposed, time);
        receiver(channel, Long.MAX_VALUE);
        disposed.dispose();
        channel.offer(note(1));

        StepVerifier.create(channel.send(note(2))).verifyError(ChannelClosedException.class);
    }

    @Test
    void disposedTimerLeavesNoSenderBehind() {
        Scheduler disposed = Schedulers.newSingle("gone", true);
        disposed.dispose();
        NotificationChannel<LocalEvent> channel = new NotificationChannel<>("n", 1, 8, TIMEOUT, time, disposed);
        channel.offer(note(1));

        StepVerifier.create(channel.send(note(2))).verifyError();

        assertThat(channel.waitingSenders()).isZero();
    }

    @Test
    void flowGetsDemandOfOneWhileTheChannelIsFull() {
        NotificationChannel<LocalEvent> channel = channel(1);
        TestPublisher<LocalEvent> flow = TestPublisher.create();
        TestSubscriber<LocalEvent> sent = TestSubscriber.create();
        channel.sendAll(flow).subscribe(sent);
        flow.next(note(1), note(2));
        flow.assertMaxRequested(1);
        assertThat(sent.getReceivedOnNext()).containsExactly(note(1));

        TestSubscriber<LocalEvent> receiver = receiver(channel, 1);
        assertThat(sent.getReceivedOnNext()).containsExactly(note(1), note(2));
        receiver.request(1);
        flow.complete();

        assertThat(receiver.getReceivedOnNext()).containsExactly(note(1), note(2));
        assertThat(sent.isTerminatedComplete()).isTrue();
    }

    @Test
    void flowWaitsWithoutTimeoutAndEndsWithTheChannel() {
        NotificationChannel<LocalEvent> channel = channel(1);

        StepVerifier.create(channel.sendAll(Flux.just(note(1), note(2))))
                .expectNext(note(1))
                .then(() -> time.advanceTimeBy(Duration.ofDays(400)))
                .then(channel::close)
                .verifyError(ChannelClosedException.class);
    }

    @Test
    void batchEndsAtItsLimitAndIsScheduledAgain() {
        List<Runnable> taskQueue = new ArrayList<>();
        Scheduler loop = Schedulers.fromExecutor(taskQueue::add);
        NotificationChannel<LocalEvent> channel = new NotificationChannel<>("n", 100, 0, TIMEOUT, loop, time);
        TestSubscriber<LocalEvent> receiver = receiver(channel, Long.MAX_VALUE);
        for (int i = 0; i < 100; i++) {
            channel.offer(note(i));
        }
        assertThat(taskQueue).hasSize(1);

        taskQueue.remove(0).run();

        assertThat(receiver.getReceivedOnNext()).hasSize(NotificationChannel.BATCH_SIZE);
        assertThat(taskQueue).hasSize(1);
    }

    @Test
    void eachChannelHasItsOwnIdentity() {
        assertThat(channel(1).identity())
                .startsWith("notifications@")
                .isNotEqualTo(channel(1).identity());
    }

    @Test
    void channelWithoutCapacityIsRejected() {
        assertThatThrownBy(() -> channel(0)).hasMessage("capacity must be 1 or more, not 0");
    }

    private NotificationChannel<LocalEvent> channel(int capacity) {
        return channel(capacity, 100);
    }

    private NotificationChannel<LocalEvent> channel(int capacity, int maxSenders) {
        return new NotificationChannel<>("notifications", capacity, maxSenders, TIMEOUT, time, time);
    }

    private static TestSubscriber<LocalEvent> receiver(NotificationChannel<LocalEvent> channel, long demand) {
        TestSubscriber<LocalEvent> receiver =
                TestSubscriber.builder().initialRequest(demand).build();
        channel.flux().subscribe(receiver);
        return receiver;
    }

    private void send(NotificationChannel<LocalEvent> channel, int... numbers) {
        for (int number : numbers) {
            Mono<Void> sent = channel.send(note(number));
            sent.subscribe(none -> {}, onError(number), () -> results.add(number + " accepted"));
        }
    }

    private Consumer<Throwable> onError(int number) {
        return error -> results.add(number + " " + error.getClass().getSimpleName());
    }
}
