package dev.tributary.transport.peer;

import static dev.tributary.core.interleaving.Facts.require;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.interleaving.Scenario;
import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.SampleMessages;
import dev.tributary.transport.wire.WireCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Senders, an asker that gives up, the close and the event loop at one send queue whose socket takes everything. */
final class SendQueueScenario implements Scenario {

    private final SampleMessages samples = new SampleMessages(11);
    private final MemoryBudget memory;
    private final HandDrivenChannel channel = new HandDrivenChannel();
    private final SendQueue queue;
    private final Get.Found large = samples.found(20_000);
    private final List<Runnable> threads = new ArrayList<>();
    private final AtomicInteger drained = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();
    private volatile boolean closing;

    /** A queue whose messages may take this many bytes of memory. */
    SendQueueScenario(long bytes) {
        memory = new MemoryBudget("answers", bytes * 4, bytes);
        queue = new SendQueue(
                HandDrivenChannel.open(channel),
                samples.peer(),
                PeerTransportConfig.SendLimits.defaults(),
                memory.account("answers"),
                memory.account("brief"),
                sent::addAndGet);
    }

    SendQueueScenario first(Consumer<SendQueueScenario> work) {
        work.accept(this);
        return this;
    }

    SendQueueScenario thread(Consumer<SendQueueScenario> work) {
        threads.add(() -> work.accept(this));
        return this;
    }

    void sendLarge() {
        send(large);
    }

    void sendSmall() {
        send(samples.get());
    }

    private void send(PeerMessage message) {
        try {
            queue.enqueue(message, WireCodec.sizeOf(message));
        } catch (NodeBusyException full) {
            // The sender is told, which is an answer.
            return;
        }
    }

    void withdrawLarge() {
        queue.withdraw(large.tx());
    }

    /** The event loop: the link is to close once everything is sent. */
    void drain() {
        closing = true;
        queue.drain(drained::incrementAndGet);
    }

    void eventLoop(int tasks) {
        channel.loop().turns(tasks);
    }

    @Override
    public List<Runnable> threads() {
        return threads;
    }

    @Override
    public void verify() {
        channel.loop().settle();
        require(drained.get() == (closing ? 1 : 0), "drained " + drained);
        require(memory.used() == 0, memory.used() + " bytes are left");
        queue.close();
        channel.finishAndReleaseAll();
    }
}
