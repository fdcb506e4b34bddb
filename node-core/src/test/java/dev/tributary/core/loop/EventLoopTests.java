package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.arrived;
import static dev.tributary.core.loop.LoopEvents.note;
import static dev.tributary.core.loop.LoopEvents.received;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.ChannelClosedException;
import dev.tributary.core.error.ChannelFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class EventLoopTests {

    private static final Duration MAX_PAUSE = Duration.ofSeconds(11);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<LoopEvent> handled = new ArrayList<>();

    @Test
    void eventsOfAllSourcesAreHandledInArrivalOrder() {
        RunningLoop loop = start(handled::add);

        loop.notifications().offer(note(1));
        loop.inbound().next(arrived(2));
        loop.transport().offer(received(3));
        loop.outbound().next(arrived(4));
        loop.unconfirmed().next(arrived(5));
        loop.notifications().offer(note(6));

        assertThat(handled).containsExactly(note(1), arrived(2), received(3), arrived(4), arrived(5), note(6));
    }

    @Test
    void loopWorksOnItsOwnThreadOnly() {
        List<Runnable> taskQueue = new ArrayList<>();
        RunningLoop loop =
                RunningLoop.on(Schedulers.fromExecutor(taskQueue::add), time, LoopInputs.CAPACITY, handled::add);
        loop.notifications().offer(note(1));
        assertThat(loop.inbound().subscriptions()).isZero();

        taskQueue.remove(0).run();
        assertThat(loop.inbound().subscriptions()).isOne();
        loop.inbound().next(arrived(2));
        assertThat(handled).isEmpty();

        while (!taskQueue.isEmpty()) {
            taskQueue.remove(0).run();
        }
        assertThat(handled).containsExactlyInAnyOrder(note(1), arrived(2));
    }

    @Test
    void handlerThatSendsIsNotReentered() {
        List<String> steps = new ArrayList<>();
        RunningLoop[] loop = new RunningLoop[1];
        loop[0] = start(event -> {
            steps.add("begins " + ((LocalEvent.BackgroundWork) event).description());
            if (event.equals(note(1))) {
                loop[0].notifications().offer(note(2));
            }
            steps.add("ends " + ((LocalEvent.BackgroundWork) event).description());
        });

        loop[0].notifications().offer(note(1));

        assertThat(steps).containsExactly("begins 1", "ends 1", "begins 2", "ends 2");
    }

    @Test
    void failedFlowIsResubscribedWithoutAffectingTheOthers() {
        RunningLoop loop = start(handled::add);

        loop.inbound().fail("no more sockets");
        loop.outbound().next(arrived(1));
        loop.transport().offer(received(2));
        assertThat(loop.inbound().subscriptions()).isOne();
        time.advanceTimeBy(Duration.ofMillis(200));
        loop.inbound().next(arrived(3));

        assertThat(handled).containsExactly(arrived(1), received(2), arrived(3));
        assertThat(loop.inbound().subscriptions()).isEqualTo(2);
        assertThat(loop.outbound().subscriptions()).isOne();
        assertThat(loop.outbound().cancelled()).isFalse();
        assertThat(restarts(loop)).containsExactly(0L, 1L, 0L);
    }

    @Test
    void endedFlowIsResubscribed() {
        RunningLoop loop = start(handled::add);

        loop.unconfirmed().complete();
        time.advanceTimeBy(Duration.ofMillis(200));
        loop.unconfirmed().next(arrived(1));

        assertThat(handled).containsExactly(arrived(1));
        assertThat(restarts(loop)).containsExactly(0L, 1L, 0L);
    }

    @Test
    void failingFlowIsResubscribedWithBackoff() {
        RunningLoop loop = start(handled::add);
        List<Integer> subscriptions = new ArrayList<>();
        for (int minute = 0; minute < 5; minute++) {
            int before = loop.inbound().subscriptions();
            for (int i = 0; i < 6_000; i++) {
                if (!loop.inbound().cancelled()) {
                    loop.inbound().fail("still no sockets");
                }
                time.advanceTimeBy(Duration.ofMillis(10));
            }
            subscriptions.add(loop.inbound().subscriptions() - before);
        }

        assertThat(subscriptions.get(0)).isBetween(7, 40);
        assertThat(subscriptions.subList(1, 5)).allMatch(count -> count >= 5 && count <= 13);
    }

    @Test
    void recoveredFlowStartsWithAShortPauseAfterTheNextFailure() {
        RunningLoop loop = start(handled::add);
        for (int i = 0; i < 10; i++) {
            loop.inbound().fail("down");
            time.advanceTimeBy(MAX_PAUSE);
        }
        loop.inbound().next(arrived(1));
        int before = loop.inbound().subscriptions();

        loop.inbound().fail("down again");
        time.advanceTimeBy(Duration.ofMillis(200));

        assertThat(loop.inbound().subscriptions()).isEqualTo(before + 1);
    }

    @Test
    void throwingHandlerLosesOneEventAndIsCounted() {
        RunningLoop loop = start(event -> {
            handled.add(event);
            if (event.equals(note(1))) {
                throw new IllegalStateException("a bug");
            }
            if (event.equals(note(2))) {
                throw new StackOverflowError("a deep bug");
            }
            if (event.equals(note(3))) {
                throw new NoClassDefFoundError("a bug of the build");
            }
        });

        for (int i = 1; i <= 4; i++) {
            loop.notifications().offer(note(i));
        }

        assertThat(handled).containsExactly(note(1), note(2), note(3), note(4));
        assertThat(loop.monitor().snapshot().faults()).isEqualTo(3);
        assertThat(loop.monitor().snapshot().handled()).isEqualTo(4);
        assertThat(loop.end().get()).isNull();
    }

    @Test
    void stoppedLoopHandlesAcceptedEventsAndCompletes() {
        RunningLoop loop = start(handled::add);

        loop.loop().stop();
        loop.notifications().offer(note(1));
        loop.inbound().next(arrived(2));
        loop.notifications().close();
        loop.inbound().complete();
        loop.outbound().complete();
        assertThat(loop.end().get()).isNull();
        loop.unconfirmed().next(arrived(3));
        loop.unconfirmed().complete();
        loop.transport().offer(received(4));
        loop.transport().close();

        assertThat(handled).containsExactly(note(1), arrived(2), arrived(3), received(4));
        assertThat(loop.end().get()).isEqualTo("completed");
        StepVerifier.create(loop.handshakes().send(arrived(5))).verifyError(ChannelClosedException.class);
    }

    @Test
    void flowInRestartPauseDoesNotDelayTheStop() {
        RunningLoop loop = start(handled::add);
        loop.inbound().fail("down");
        int subscriptions = loop.inbound().subscriptions();

        loop.loop().stop();
        loop.outbound().complete();
        loop.unconfirmed().complete();
        loop.notifications().close();
        loop.transport().close();

        assertThat(loop.end().get()).isEqualTo("completed");
        time.advanceTimeBy(MAX_PAUSE);
        assertThat(loop.inbound().subscriptions()).isEqualTo(subscriptions);
    }

    @Test
    void sourcesAreSubscribedOnlyOnce() {
        RunningLoop loop = start(handled::add);

        for (int i = 0; i < 100; i++) {
            loop.inbound().next(arrived(i));
            loop.outbound().next(arrived(i));
            time.advanceTimeBy(Duration.ofHours(1));
        }

        assertThat(handled).hasSize(200);
        assertThat(List.of(loop.inbound(), loop.outbound(), loop.unconfirmed()))
                .extracting(ScriptedFlow::subscriptions)
                .containsOnly(1);
    }

    @Test
    void disposedLoopFailsNewAndWaitingSends() {
        RunningLoop loop = start(handled::add);
        NotificationChannel<LocalEvent> unread =
                new NotificationChannel<>("n", 1, 8, Duration.ofSeconds(30), time, time);
        unread.offer(note(1));

        loop.running().dispose();
        StepVerifier.create(loop.notifications().send(note(1))).verifyError(ChannelClosedException.class);
        StepVerifier.create(unread.send(note(2))).then(unread::close).verifyError(ChannelClosedException.class);

        assertThat(loop.inbound().cancelled()).isTrue();
        assertThat(handled).isEmpty();
    }

    @Test
    void fullChannelMakesTheSenderWaitAndThenTimeOut() {
        List<Runnable> taskQueue = new ArrayList<>();
        RunningLoop loop =
                RunningLoop.on(Schedulers.fromExecutor(taskQueue::add), time, LoopInputs.CAPACITY, handled::add);
        for (int i = 0; i < LoopInputs.CAPACITY; i++) {
            StepVerifier.create(loop.notifications().send(note(i))).verifyComplete();
        }

        StepVerifier.create(loop.notifications().send(note(9), Duration.ofSeconds(2)))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(2)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(ChannelFullException.class, full -> {
                            assertThat(full.capacity()).isEqualTo(LoopInputs.CAPACITY);
                            assertThat(full.waited()).isEqualTo(Duration.ofSeconds(2));
                            assertThat(full.channel())
                                    .isEqualTo(loop.notifications().identity());
                        }));
        while (!taskQueue.isEmpty()) {
            taskQueue.remove(0).run();
        }
        assertThat(handled).hasSize(LoopInputs.CAPACITY);
    }

    @Test
    void sourcesWithABacklogAlternateInBatches() {
        List<Runnable> taskQueue = new ArrayList<>();
        RunningLoop loop = RunningLoop.on(Schedulers.fromExecutor(taskQueue::add), time, 100, handled::add);
        for (int i = 0; i < 100; i++) {
            loop.notifications().offer(note(i));
            loop.handshakes().offer(arrived(i));
            loop.transport().offer(received(i));
        }
        while (!taskQueue.isEmpty()) {
            taskQueue.remove(0).run();
        }

        assertThat(handled).hasSize(300);
        for (int first = 0; first < 288; first += NotificationChannel.BATCH_SIZE) {
            assertThat(handled.subList(first, first + NotificationChannel.BATCH_SIZE))
                    .as("events %d to %d", first, first + NotificationChannel.BATCH_SIZE - 1)
                    .extracting(LoopEvent::source)
                    .containsOnly(handled.get(first % 96).source());
        }
        assertThat(handled.subList(0, 96)).extracting(LoopEvent::source).contains(LoopEvent.Source.values());
    }

    @Test
    void idleLoopHandlesNothing() {
        RunningLoop loop = start(handled::add);
        loop.transport().offer(received(1));

        time.advanceTimeBy(Duration.ofDays(1));

        assertThat(handled).hasSize(1);
        assertThat(loop.monitor().snapshot().handled()).isOne();
        assertThat(loop.monitor().snapshot().state()).isEqualTo(LoopSnapshot.State.PARKED);
    }

    private RunningLoop start(Consumer<LoopEvent> handler) {
        RunningLoop loop = RunningLoop.on(time, time, LoopInputs.CAPACITY, handler);
        time.advanceTime();
        return loop;
    }

    private static List<Long> restarts(RunningLoop loop) {
        return loop.monitor().snapshot().sources().stream()
                .map(LoopSnapshot.SourceSnapshot::restarts)
                .toList();
    }
}
