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
 * What a loop must never fail at: to wake. Virtual time stands still between an event and the look whether it was
 * handled, so "at once" means within one scheduling delay and nothing else.
 */
abstract class LoopLivenessTests {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<NodeEvent> handled = new ArrayList<>();

    /** A running loop all of whose threads and clocks are this scheduler. */
    abstract LivingLoop start(VirtualTimeScheduler time, Consumer<NodeEvent> handler);

    @Test
    void aPutNineSecondsAndFiftyOneMillisecondsAfterTheLastEventIsHandledAtOnce() {
        LivingLoop loop = start();
        loop.receives(received(1));
        time.advanceTimeBy(Duration.ofMillis(9_051));

        send(loop, note("put"));

        assertThat(handled).containsExactly(received(1), note("put"));
    }

    @Test
    void aPutIsHandledAtOnceWhileAllThreeHandshakeFlowsAreSilentForEver() {
        LivingLoop loop = start();
        for (int i = 0; i < 20; i++) {
            loop.receives(received(i));
            time.advanceTimeBy(Duration.ofDays(1));
            send(loop, note(i));
            assertThat(handled).hasSize(2 * i + 2).endsWith(received(i), note(i));
        }
    }

    @Test
    void sparseTrafficIsHandledEventByEvent() {
        LivingLoop loop = start();
        for (int i = 0; i < 50; i++) {
            time.advanceTimeBy(Duration.ofMillis(200));
            NodeEvent event = i % 3 == 0 ? note(i) : i % 3 == 1 ? arrived(i) : received(i);
            happens(loop, event);
            assertThat(handled).hasSize(i + 1).endsWith(event);
        }
    }

    @Test
    void theFirstEventOfEachSourceIsHandledAfterTheLastOfEachOther() {
        for (NodeEvent last : List.of(note(1), arrived(1), received(1))) {
            for (NodeEvent first : List.of(note(2), arrived(2), received(2))) {
                handled.clear();
                LivingLoop loop = start();
                happens(loop, last);
                time.advanceTimeBy(Duration.ofSeconds(10));
                happens(loop, first);
                assertThat(handled).containsExactly(last, first);
            }
        }
    }

    @Test
    void aChannelNeverFillsUpInFrontOfALoopThatHasNothingElseToDo() {
        LivingLoop loop = start();
        loop.arrives(arrived(1));
        time.advanceTimeBy(Duration.ofSeconds(10));

        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 3 * LivingLoop.CAPACITY; i++) {
            loop.send(note(i)).subscribe(none -> {}, error -> answers.add(error.toString()), () -> answers.add("ok"));
        }

        assertThat(answers).hasSize(3 * LivingLoop.CAPACITY).containsOnly("ok");
        assertThat(handled).hasSize(1 + 3 * LivingLoop.CAPACITY);
    }

    private LivingLoop start() {
        LivingLoop loop = start(time, handled::add);
        time.advanceTime();
        return loop;
    }

    private static void happens(LivingLoop loop, NodeEvent event) {
        if (event instanceof Notification notification) {
            send(loop, notification);
        } else if (event instanceof HandshakeEvent handshake) {
            loop.arrives(handshake);
        } else if (event instanceof TransportEvent transport) {
            loop.receives(transport);
        }
    }

    /** Whether it is accepted is not the question here, whether it is handled is. */
    private static void send(LivingLoop loop, Notification event) {
        loop.send(event).onErrorComplete().subscribe(none -> {}, error -> {});
    }
}
