package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.SampleMessages;
import dev.tributary.transport.wire.LargeMessageGate.Verdict;
import org.junit.jupiter.api.Test;

class IncomingMessagesTests {

    private final SampleMessages samples = new SampleMessages(1);
    private final MemoryBudget budget = new MemoryBudget("incoming", 100, 50);
    private final IncomingMessages messages = new IncomingMessages(budget.account("peer"));

    @Test
    void messageCountsUntilTheNodeHasTakenIt() {
        PeerMessage message = samples.get();
        messages.countUntilTaken();
        assertThat(messages.admit(40, true)).isEqualTo(Verdict.KEEP);

        messages.onComplete(40);
        messages.onDecoded(message, 40);
        assertThat(budget.used()).isEqualTo(40);
        messages.taken(message);

        assertThat(budget.used()).isZero();
    }

    @Test
    void messageBeyondTheShareWaitsOrIsDroppedBesideIncompleteOnes() {
        messages.admit(40, true);

        assertThat(messages.admit(40, true)).isEqualTo(Verdict.WAIT);
        assertThat(messages.admit(40, false)).isEqualTo(Verdict.DROP);
    }

    @Test
    void messageLargerThanTheShareIsDropped() {
        assertThat(messages.admit(51, true)).isEqualTo(Verdict.DROP);
        assertThat(messages.exceedsShare(51)).isTrue();
    }

    @Test
    void otherLinkOfThePeerHasTheSameShare() {
        messages.admit(40, true);

        assertThat(new IncomingMessages(budget.account("peer")).admit(20, true)).isEqualTo(Verdict.WAIT);
        assertThat(new IncomingMessages(budget.account("other")).admit(20, true))
                .isEqualTo(Verdict.KEEP);
    }

    @Test
    void closeReturnsIncompleteMessagesOnly() {
        PeerMessage message = samples.get();
        messages.countUntilTaken();
        messages.admit(20, true);
        messages.admit(25, false);
        messages.onComplete(20);
        messages.onDecoded(message, 20);

        messages.close();

        assertThat(budget.used()).isEqualTo(20);
        messages.taken(message);
        assertThat(budget.used()).isZero();
    }
}
