package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.arrived;
import static dev.tributary.core.loop.LoopEvents.note;
import static dev.tributary.core.loop.LoopEvents.received;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.loop.thread.LoopScheduler;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Floods on real threads. Measures numbers of events, never time. */
class EventLoopFairnessTests {

    private static final int FLOOD_EVENTS = 1_000_000;
    private static final int PROBE_INTERVAL = 1_000;

    private final Scheduler thread = LoopScheduler.start("fair-loop");
    private final Scheduler timer = Schedulers.newSingle("fair-timer", true);

    @AfterEach
    void dispose() {
        thread.dispose();
        timer.dispose();
    }

    @ParameterizedTest(name = "{0} flood, {1} waits")
    @MethodSource("pairs")
    void floodFromOneSourceDelaysAnotherByAtMostTheBound(LoopEvent.Source flooding, LoopEvent.Source other)
            throws InterruptedException {
        Flood flood = new Flood(EnumSet.of(flooding), other, FLOOD_EVENTS);
        assertThat(flood.run()).isBetween(0, EventLoop.MAX_OVERTAKEN);
    }

    @ParameterizedTest(name = "{0} waits")
    @MethodSource("sources")
    void floodFromTwoSourcesDelaysTheThirdByAtMostTheBound(LoopEvent.Source other) throws InterruptedException {
        Flood flood = new Flood(EnumSet.complementOf(EnumSet.of(other)), other, FLOOD_EVENTS / 2);
        assertThat(flood.run()).isBetween(0, EventLoop.MAX_OVERTAKEN);
    }

    @Test
    void concurrentSendersLoseNoEventAndKeepTheirOrder() throws InterruptedException {
        int senders = 8;
        int perSender = 5_000;
        CountDownLatch done = new CountDownLatch(senders * perSender);
        Map<String, List<Integer>> handled = new ConcurrentHashMap<>();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        RunningLoop loop = RunningLoop.on(thread, timer, 16, event -> {
            threads.add(Thread.currentThread());
            String[] parts = ((LocalEvent.BackgroundWork) event).description().split(":", -1);
            handled.computeIfAbsent(parts[0], sender -> new ArrayList<>()).add(Integer.parseInt(parts[1]));
            done.countDown();
        });

        for (int sender = 0; sender < senders; sender++) {
            String prefix = sender + ":";
            startThread(() -> {
                for (int i = 0; i < perSender; i++) {
                    // Sends without waiting: the channel must keep the order.
                    loop.notifications().send(note(prefix + i)).subscribe(none -> {}, error -> done.countDown());
                    if (i + 1 < perSender && loop.notifications().waitingSenders() > 500) {
                        loop.notifications().send(note(prefix + ++i)).block();
                    }
                }
            });
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(handled).hasSize(senders);
        assertThat(handled.values())
                .allSatisfy(numbers -> assertThat(numbers).hasSize(perSender).isSorted());
        assertThat(threads).hasSize(1);
        assertThat(loop.notifications().queuedEvents()).isZero();
        assertThat(loop.notifications().waitingSenders()).isZero();
    }

    static Stream<Arguments> pairs() {
        return sources().flatMap(one -> sources().filter(other -> other != one).map(other -> Arguments.of(one, other)));
    }

    static Stream<LoopEvent.Source> sources() {
        return Stream.of(LoopEvent.Source.values());
    }

    private static void startThread(Runnable work) {
        Thread sender = new Thread(work);
        sender.setDaemon(true);
        sender.start();
    }

    /**
     * Floods some sources with events as fast as they are accepted. At intervals the handler, which counts the handled
     * events, offers one event of the other source and counts how many are handled before it.
     */
    private final class Flood {

        private final Set<LoopEvent.Source> flooding;
        private final LoopEvent.Source other;
        private final int perSender;
        private final CountDownLatch done = new CountDownLatch(1);
        private final RunningLoop loop;
        private int handled;
        private int probedAt = -1;
        private int overtaken = -1;

        Flood(Set<LoopEvent.Source> flooding, LoopEvent.Source other, int perSender) {
            this.flooding = flooding;
            this.other = other;
            this.perSender = perSender;
            this.loop = RunningLoop.on(thread, timer, 256, this::handle);
        }

        /** Runs the flood; returns the maximum number of events that overtook one of the other source. */
        int run() throws InterruptedException {
            for (LoopEvent.Source source : flooding) {
                startThread(() -> {
                    for (int i = 0; i < perSender; i++) {
                        flood(source);
                    }
                });
            }
            assertThat(done.await(50, TimeUnit.SECONDS)).isTrue();
            return overtaken;
        }

        private void handle(LoopEvent event) {
            if (event.source() == other) {
                overtaken = Math.max(overtaken, handled - probedAt);
                probedAt = -1;
                return;
            }
            handled++;
            if (handled % PROBE_INTERVAL == 0 && probedAt < 0) {
                probedAt = handled;
                assertThat(offer(other)).isTrue();
            }
            if (handled == perSender * flooding.size()) {
                done.countDown();
            }
        }

        private void flood(LoopEvent.Source source) {
            if (!offer(source)) {
                switch (source) {
                    case NOTIFICATIONS -> loop.notifications().send(NOTE).block();
                    case HANDSHAKES -> loop.handshakes().send(ARRIVED).block();
                    case TRANSPORT -> loop.transport().send(RECEIVED).block();
                }
            }
        }

        private boolean offer(LoopEvent.Source source) {
            return switch (source) {
                case NOTIFICATIONS -> loop.notifications().offer(NOTE);
                case HANDSHAKES -> loop.handshakes().offer(ARRIVED);
                case TRANSPORT -> loop.transport().offer(RECEIVED);
            };
        }
    }

    private static final LocalEvent NOTE = note(1);
    private static final HandshakeEvent ARRIVED = arrived(1);
    private static final TransportEvent RECEIVED = received(1);
}
