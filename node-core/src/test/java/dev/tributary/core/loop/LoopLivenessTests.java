package dev.tributary.core.loop;

import static dev.tributary.core.loop.LoopEvents.arrived;
import static dev.tributary.core.loop.LoopEvents.note;
import static dev.tributary.core.loop.LoopEvents.received;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Tests that a loop wakes for every event. Virtual time does not advance between an event and the check whether it was
 * handled, so "at once" means without any delay other than scheduling.
 */
abstract class LoopLivenessTests {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<LoopEvent> handled = new ArrayList<>();

    /** A running loop with this scheduler for all threads and clocks. */
    abstract LoopInputs start(VirtualTimeScheduler time, Consumer<LoopEvent> handler);

    @Test
    void putAfterNineSecondsOfSilenceIsHandledAtOnce() {
        LoopInputs loop = start();
        loop.emitTransport(received(1));
        time.advanceTimeBy(Duration.ofMillis(9_051));

        send(loop, note("put"));

        assertThat(handled).containsExactly(received(1), note("put"));
    }

    @Test
    void putIsHandledAtOnceWhileAllHandshakeFlowsAreSilent() {
        LoopInputs loop = start();
        for (int i = 0; i < 20; i++) {
            loop.emitTransport(received(i));
            time.advanceTimeBy(Duration.ofDays(1));
            send(loop, note(i));
            assertThat(handled).hasSize(2 * i + 2).endsWith(received(i), note(i));
        }
    }

    @Test
    void sparseTrafficIsHandledEventByEvent() {
        LoopInputs loop = start();
        for (int i = 0; i < 50; i++) {
            time.advanceTimeBy(Duration.ofMillis(200));
            LoopEvent event = i % 3 == 0 ? note(i) : i % 3 == 1 ? arrived(i) : received(i);
            emit(loop, event);
            assertThat(handled).hasSize(i + 1).endsWith(event);
        }
    }

    @Test
    void firstEventOfEachSourceIsHandledAfterTheLastOfEachOther() {
        for (LoopEvent earlier : List.of(note(1), arrived(1), received(1))) {
            for (LoopEvent later : List.of(note(2), arrived(2), received(2))) {
                handled.clear();
                LoopInputs loop = start();
                emit(loop, earlier);
                time.advanceTimeBy(Duration.ofSeconds(10));
                emit(loop, later);
                assertThat(handled).containsExactly(earlier, later);
            }
        }
    }

    @Test
    void channelOfAnIdleLoopNeverFillsUp() {
        LoopInputs loop = start();
        loop.emitHandshake(arrived(1));
        time.advanceTimeBy(Duration.ofSeconds(10));

        List<String> results = new ArrayList<>();
        for (int i = 0; i < 3 * LoopInputs.CAPACITY; i++) {
            loop.send(note(i)).subscribe(none -> {}, error -> results.add(error.toString()), () -> results.add("ok"));
        }

        assertThat(results).hasSize(3 * LoopInputs.CAPACITY).containsOnly("ok");
        assertThat(handled).hasSize(1 + 3 * LoopInputs.CAPACITY);
    }

    private LoopInputs start() {
        LoopInputs loop = start(time, handled::add);
        time.advanceTime();
        return loop;
    }

    private static void emit(LoopInputs loop, LoopEvent event) {
        if (event instanceof LocalEvent notification) {
            send(loop, notification);
        } else if (event instanceof HandshakeEvent handshake) {
            loop.emitHandshake(handshake);
        } else if (event instanceof TransportEvent transport) {
            loop.emitTransport(transport);
        }
    }

    /** Ignores whether the event is accepted; the tests check whether it is handled. */
    private static void send(LoopInputs loop, LocalEvent event) {
        loop.send(event).onErrorComplete().subscribe(none -> {}, error -> {});
    }
}
