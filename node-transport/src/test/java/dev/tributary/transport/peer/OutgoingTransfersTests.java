package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.TransactionId;
import org.junit.jupiter.api.Test;

class OutgoingTransfersTests {

    private static final TransactionId FIRST = new TransactionId(1, 1);
    private static final TransactionId SECOND = new TransactionId(1, 2);
    private static final int SIZE = 1 << 20;

    private final OutgoingTransfers transfers = new OutgoingTransfers();

    @Test
    void messageThatWaitsBehindAnotherMovesWithIt() {
        transfers.onQueued(FIRST, SIZE);
        transfers.onQueued(SECOND, SIZE);
        transfers.begin(FIRST, SIZE);
        Transfer before = transfers.find(SECOND).orElseThrow();

        transfers.onWritten(16_000);

        assertThat(transfers.find(SECOND)).hasValueSatisfying(now -> {
            assertThat(now.bytes()).isEqualTo(SIZE);
            assertThat(now).isNotEqualTo(before);
        });
        assertThat(transfers.find(SECOND)).isEqualTo(transfers.find(SECOND));
    }

    @Test
    void messageIsOnItsWayUntilThePeerHasTakenItsLastByte() {
        transfers.onQueued(FIRST, SIZE);
        transfers.begin(FIRST, SIZE);
        transfers.onWritten(SIZE);
        transfers.onLastWritten(FIRST);
        assertThat(transfers.find(FIRST)).isPresent();
        Transfer before = transfers.find(FIRST).orElseThrow();

        transfers.onTaken(SIZE / 2);
        assertThat(transfers.find(FIRST)).isPresent().isNotEqualTo(before);

        // The rest, less than a step of the reports, is reported together with the next message.
        transfers.onTaken(SIZE / 2 - 60_000);
        assertThat(transfers.find(FIRST)).isEmpty();
    }

    @Test
    void messageWhoseBytesWereReportedBeforeItsEndIsNotKept() {
        transfers.onQueued(FIRST, SIZE);
        transfers.begin(FIRST, SIZE);
        transfers.onWritten(SIZE);
        transfers.onTaken(SIZE - 60_000);

        transfers.onLastWritten(FIRST);

        assertThat(transfers.find(FIRST)).isEmpty();
    }

    @Test
    void onlyMessageThatHasNotBegunIsWithdrawn() {
        transfers.onQueued(FIRST, SIZE);
        transfers.onQueued(SECOND, SIZE);
        transfers.begin(FIRST, SIZE);

        assertThat(transfers.withdraw(FIRST)).isFalse();
        assertThat(transfers.withdraw(SECOND)).isTrue();
        assertThat(transfers.find(FIRST)).isPresent();
        assertThat(transfers.find(SECOND)).isEmpty();
        assertThat(transfers.begin(SECOND, SIZE)).isFalse();
    }
}
