package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.message.Get;
import dev.tributary.core.peer.SampleMessages;
import dev.tributary.transport.wire.WireCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SendQueueTests {

    private final SampleMessages samples = new SampleMessages(11);
    private final MemoryBudget memory = new MemoryBudget("answers", 1 << 24, 1 << 24);
    private final HandDrivenChannel channel = new HandDrivenChannel();
    private final SendQueue queue = new SendQueue(
            HandDrivenChannel.open(channel),
            samples.peer(),
            PeerTransportConfig.SendLimits.defaults(),
            memory.account("answers"),
            memory.account("brief"),
            bytes -> {});

    @AfterEach
    void release() {
        queue.close();
        channel.finishAndReleaseAll();
    }

    @Test
    void withdrawnMessageReturnsAllOfItsMemory() {
        Get.Found large = samples.found(100_000);
        queue.enqueue(large, WireCodec.sizeOf(large));
        assertThat(memory.used()).isGreaterThan(100_000);

        queue.withdraw(large.tx());
        channel.loop().settle();

        assertThat(memory.used()).isZero();
        assertThat(queue.transfer(large.tx())).isEmpty();
    }
}
