package dev.tributary.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OfferLimiterTests {

    private static final PeerId PEER = OperationFixture.peerAt(0.1, 1);

    private long now;
    private final OfferLimiter limiter = new OfferLimiter(new TimeSource(Clock.systemUTC(), () -> now));

    @Test
    void offersOfACorrectPeerAreNeverRefused() {
        for (int second = 0; second < 1000; second++) {
            now += Duration.ofSeconds(1).toNanos();
            limiter.admit(PEER, offer(Hosting.Offer.MAX));
            for (int get = 0; get < 1000; get++) {
                limiter.admit(PEER, offer(1));
            }
        }
        assertThat(limiter.isAbusive(PEER)).isFalse();
    }

    @Test
    void floodIsRefusedAndThenItsPeerIsAbusive() {
        int admitted = 0;
        while (!limiter.isAbusive(PEER)) {
            try {
                limiter.admit(PEER, offer(Hosting.Offer.MAX));
                admitted++;
            } catch (NodeBusyException refused) {
                assertThat(refused).hasMessageContaining("replicas offered by one peer");
            }
        }
        assertThat(admitted).isEqualTo(20);
        limiter.admit(OperationFixture.peerAt(0.2, 2), offer(Hosting.Offer.MAX));
    }

    @Test
    void refusedPeerIsServedAgainWhenItSlowsDown() {
        for (int i = 0; i < 20; i++) {
            limiter.admit(PEER, offer(Hosting.Offer.MAX));
        }
        assertThatThrownBy(() -> limiter.admit(PEER, offer(1))).isInstanceOf(NodeBusyException.class);

        now += Duration.ofSeconds(1).toNanos();
        limiter.admit(PEER, offer(1));
        assertThat(limiter.isAbusive(PEER)).isFalse();
    }

    private static Hosting.Offer offer(int replicas) {
        return new Hosting.Offer(
                new TransactionId(1, 1),
                Duration.ofSeconds(1),
                IntStream.range(0, replicas)
                        .mapToObj(i ->
                                new Hosting.Replica(new ContractInstanceId(bytes(i)), new StateDigest(bytes(i)), 100))
                        .toList());
    }

    private static Bytes bytes(int number) {
        return Bytes.wrap(ByteBuffer.allocate(32).putInt(number).array());
    }
}
