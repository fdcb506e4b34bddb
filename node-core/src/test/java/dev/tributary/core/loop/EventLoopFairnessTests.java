package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.arrived;
import static dev.tributary.core.loop.LoopEvents.note;
import static dev.tributary.core.loop.LoopEvents.received;
import static org.assertj.core.api.Assertions.assertThat;

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

/** Floods on real threads; what is counted is events, never time. */
class EventLoopFairnessTests {

    private static final int FLOOD = 1_000_000;
    private static final int PROBE_EVERY = 1_000;

    private final Scheduler thread = Schedulers.newSingle("fair-loop", true);
    private final Scheduler timer = Schedulers.newSingle("fair-timer", true);

    @AfterEach
    void dispose() {
        thread.dispose();
        timer.dispose();
    }

    @ParameterizedTest(name = "{0} flood, {1} waits")
    @MethodSource("pairs")
    void aFloodFromOneSourceDelaysAnotherByNoMoreThanTheBound(NodeEvent.Source flooding, NodeEvent.Source other)
            throws InterruptedException {
        Flood flood = new Flood(EnumSet.of(flooding), other, FLOOD);
        assertThat(flood.play()).isBetween(0, EventLoop.MAX_OVERTAKEN);
    }

    @ParameterizedTest(name = "{0} waits")
    @MethodSource("sources")
    void aFloodFromBothOthersDelaysASourceByNoMoreThanTheBound(NodeEvent.Source other) throws InterruptedException {
        Flood flood = new Flood(EnumSet.complementOf(EnumSet.of(other)), other, FLOOD / 2);
        assertThat(flood.play()).isBetween(0, EventLoop.MAX_OVERTAKEN);
    }

    @Test
    void manySendersAtOnceLoseNothingAndKeepTheirOrder() throws InterruptedException {
        int senders = 8;
        int each = 5_000;
        CountDownLatch done = new CountDownLatch(senders * each);
        Map<String, List<Integer>> handled = new ConcurrentHashMap<>();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        RunningLoop loop = RunningLoop.on(thread, timer, 16, event -> {
            threads.add(Thread.currentThread());
            String[] name = ((Notification.WorkLeft) event).what().split(":", -1);
            handled.computeIfAbsent(name[0], sender -> new ArrayList<>()).add(Integer.parseInt(name[1]));
            done.countDown();
        });

        for (int sender = 0; sender < senders; sender++) {
            String name = sender + ":";
            background(() -> {
                for (int i = 0; i < each; i++) {
                    // Not waited for: the order is the channel's business.
                    loop.notifications().send(note(name + i)).subscribe(none -> {}, error -> done.countDown());
                    if (i + 1 < each && loop.notifications().sendersWaiting() > 500) {
                        loop.notifications().send(note(name + ++i)).block();
                    }
                }
            });
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(handled).hasSize(senders);
        assertThat(handled.values())
                .allSatisfy(numbers -> assertThat(numbers).hasSize(each).isSorted());
        assertThat(threads).hasSize(1);
        assertThat(loop.notifications().waiting()).isZero();
        assertThat(loop.notifications().sendersWaiting()).isZero();
    }

    static Stream<Arguments> pairs() {
        return sources().flatMap(one -> sources().filter(other -> other != one).map(other -> Arguments.of(one, other)));
    }

    static Stream<NodeEvent.Source> sources() {
        return Stream.of(NodeEvent.Source.values());
    }

    private static void background(Runnable work) {
        Thread sender = new Thread(work);
        sender.setDaemon(true);
        sender.start();
    }

    /**
     * Events of some sources as fast as they are taken. Every now and then the handler, who alone knows how many were
     * handled, has one event of the other source accepted, and counts how many go before it.
     */
    private final class Flood {

        private final Set<NodeEvent.Source> flooding;
        private final NodeEvent.Source other;
        private final int each;
        private final CountDownLatch done = new CountDownLatch(1);
        private final RunningLoop loop;
        private int handled;
        private int probedAt = -1;
        private int overtaken = -1;

        Flood(Set<NodeEvent.Source> flooding, NodeEvent.Source other, int each) {
            this.flooding = flooding;
            this.other = other;
            this.each = each;
            this.loop = RunningLoop.on(thread, timer, 256, this::handle);
        }

        /** The largest number of events that overtook one of the other source. */
        int play() throws InterruptedException {
            for (NodeEvent.Source source : flooding) {
                background(() -> {
                    for (int i = 0; i < each; i++) {
                        flood(source);
                    }
                });
            }
            assertThat(done.await(50, TimeUnit.SECONDS)).isTrue();
            return overtaken;
        }

        private void handle(NodeEvent event) {
            if (event.source() == other) {
                overtaken = Math.max(overtaken, handled - probedAt);
                probedAt = -1;
                return;
            }
            handled++;
            if (handled % PROBE_EVERY == 0 && probedAt < 0) {
                probedAt = handled;
                assertThat(offer(other)).isTrue();
            }
            if (handled == each * flooding.size()) {
                done.countDown();
            }
        }

        private void flood(NodeEvent.Source source) {
            if (!offer(source)) {
                switch (source) {
                    case NOTIFICATIONS -> loop.notifications().send(NOTE).block();
                    case HANDSHAKES -> loop.handshakes().send(ARRIVED).block();
                    case TRANSPORT -> loop.transport().send(RECEIVED).block();
                }
            }
        }

        private boolean offer(NodeEvent.Source source) {
            return switch (source) {
                case NOTIFICATIONS -> loop.notifications().offer(NOTE);
                case HANDSHAKES -> loop.handshakes().offer(ARRIVED);
                case TRANSPORT -> loop.transport().offer(RECEIVED);
            };
        }
    }

    private static final Notification NOTE = note(1);
    private static final HandshakeEvent ARRIVED = arrived(1);
    private static final TransportEvent RECEIVED = received(1);
}
