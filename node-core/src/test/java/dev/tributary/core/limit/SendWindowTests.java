package dev.tributary.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendWindowTests {

    private static final long PACE = Duration.ofMillis(20).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofSeconds(5).toNanos();

    private final SendWindow<TransactionId> window =
            new SendWindow<>(new SendWindow.Rules(8, 64, Duration.ofMillis(20), Duration.ofSeconds(5)));
    private long now = 1;
    private int sent;
    private boolean acknowledges = true;

    @Test
    void receiverThatNeverAcknowledgesIsSentTheSmallestWindowAndThenAMessageAtThePace() {
        acknowledges = false;

        assertThat(sendAll()).isEqualTo(8);
        for (int i = 0; i < 100; i++) {
            assertThat(pause()).isEqualTo(PACE);
            now += PACE;
            assertThat(sendAll()).isEqualTo(1);
        }
    }

    @Test
    void receiverThatAcknowledgesAtOnceIsSentEachMessageAtOnce() {
        int asked = 0;
        for (int i = 0; i < 10_000; i++) {
            assertThat(pause()).isZero();
            TransactionId message = send();
            if (window.asks(message, now)) {
                asked++;
                assertThat(window.acknowledge(message, now)).isTrue();
            }
        }

        assertThat(asked).isLessThan(10_000 / 16);
    }

    @Test
    void windowOpensWhileAcknowledgementsAreQuick() {
        for (int expected : List.of(8, 16, 32, 64, 64)) {
            List<TransactionId> asking = new ArrayList<>();
            assertThat(sendAll(asking)).isEqualTo(expected);
            now += PACE;
            acknowledgeLast(asking);
            // Of the same window: what was sent after the message that asked.
            window.countSent(now);
            now += Duration.ofMinutes(10).toNanos();
            assertThat(window.isIdle(now, acknowledges)).isTrue();
        }
    }

    @Test
    void slowReceiverLeavesTheWindowSmallAndIsSentLessAndLessUntilItAcknowledges() {
        List<TransactionId> asking = new ArrayList<>();
        assertThat(sendAll(asking)).isEqualTo(8);
        for (long expected = PACE; expected < LONGEST_PAUSE; expected *= 2) {
            assertThat(pause()).isEqualTo(expected);
            now += expected;
            int asked = asking.size();
            assertThat(sendAll(asking)).isEqualTo(1);
            assertThat(asking).as("each asks").hasSize(asked + 1);
        }
        assertThat(pause()).isEqualTo(LONGEST_PAUSE);
        now += LONGEST_PAUSE / 2;

        acknowledgeLast(asking);

        assertThat(sendAll(asking)).isEqualTo(8);
    }

    @Test
    void burstOfSixtyChangesIsOneWindowForAReceiverThatIsSlower() {
        for (int change = 0; change < 60; change++) {
            if (pause() <= 0) {
                window.asks(send(), now);
            }
        }

        assertThat(sent).isEqualTo(8);
    }

    @Test
    void fewMessagesAskForNothing() {
        for (int i = 0; i < 1000; i++) {
            assertThat(pause()).isZero();
            assertThat(window.asks(send(), now)).isFalse();
            now += 2 * PACE;
        }
        assertThat(window.isIdle(now, acknowledges)).isTrue();
    }

    @Test
    void acknowledgementThatIsNotAwaitedHasNoEffect() {
        sendAll();

        assertThat(window.acknowledge(new TransactionId(9, 9), now)).isFalse();

        assertThat(pause()).isEqualTo(PACE);
    }

    @Test
    void acknowledgementOfAMessageIsOneOfAllBeforeIt() {
        List<TransactionId> asking = new ArrayList<>();
        sendAll(asking);
        assertThat(asking).hasSizeGreaterThan(1);

        acknowledgeLast(asking);

        assertThat(window.acknowledge(asking.get(0), now)).isFalse();
    }

    @Test
    void lostAcknowledgementIsAskedForAgain() {
        sendAll();
        now += PACE;

        assertThat(pause()).isZero();
        TransactionId message = send();
        assertThat(window.asks(message, now)).isTrue();
        assertThat(window.acknowledge(message, now)).isTrue();

        assertThat(pause()).isZero();
    }

    @Test
    void withoutAPaceNothingWaitsOrAsks() {
        SendWindow<TransactionId> open = new SendWindow<>(new SendWindow.Rules(1, 1, Duration.ZERO, Duration.ZERO));
        for (int i = 0; i < 100; i++) {
            assertThat(open.availableAt(now, true)).isLessThanOrEqualTo(now);
            open.countSent(now);
            assertThat(open.asks(new TransactionId(0, i), now)).isFalse();
        }
        assertThat(open.isIdle(now, true)).isTrue();
    }

    private long pause() {
        return window.availableAt(now, acknowledges) - now;
    }

    private TransactionId send() {
        window.countSent(now);
        return new TransactionId(1, sent++);
    }

    private int sendAll() {
        return sendAll(new ArrayList<>());
    }

    /** Sends all that may be sent now, and adds the messages that ask. */
    private int sendAll(List<TransactionId> asking) {
        int count = 0;
        for (; pause() <= 0; count++) {
            TransactionId message = send();
            if (window.asks(message, now)) {
                asking.add(message);
            }
        }
        return count;
    }

    private void acknowledgeLast(List<TransactionId> asking) {
        assertThat(window.acknowledge(asking.get(asking.size() - 1), now)).isTrue();
    }
}
