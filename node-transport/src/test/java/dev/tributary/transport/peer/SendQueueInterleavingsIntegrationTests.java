package dev.tributary.transport.peer;

import dev.tributary.core.interleaving.Interleavings;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Every message that was taken is sent, a link that closes drains, and no memory is left. */
class SendQueueInterleavingsIntegrationTests {

    @Test
    void messageIsQueuedWhileTheEventLoopFindsNoMore() {
        explore(
                1 << 20,
                it -> it.first(SendQueueScenario::sendSmall)
                        .thread(SendQueueScenario::sendSmall)
                        .thread(queue -> queue.eventLoop(2)));
    }

    @Test
    void largeMessageIsWithdrawnWhileItBegins() {
        explore(
                1 << 20,
                it -> it.first(SendQueueScenario::sendLarge)
                        .thread(SendQueueScenario::withdrawLarge)
                        .thread(queue -> queue.eventLoop(2)));
    }

    @Test
    void messageWithoutMemoryIsRefusedWhileTheQueueDrains() {
        explore(
                1000,
                it -> it.thread(SendQueueScenario::sendLarge).thread(queue -> {
                    queue.drain();
                    queue.eventLoop(2);
                }));
    }

    private static void explore(long bytes, UnaryOperator<SendQueueScenario> scenario) {
        Interleavings.explore(() -> scenario.apply(new SendQueueScenario(bytes)));
    }
}
