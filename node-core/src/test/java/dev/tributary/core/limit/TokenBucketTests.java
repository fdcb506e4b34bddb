package dev.tributary.core.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenBucketTests {

    private static final long INTERVAL = Duration.ofMillis(20).toNanos();
    private static final TokenBucket.Rate RATE = TokenBucket.Rate.of(8, Duration.ofMillis(20));

    /** The clock overflows within the tests. */
    private long now = Long.MAX_VALUE - 3 * INTERVAL;

    private final TokenBucket bucket = new TokenBucket(RATE, now);

    @Test
    void burstIsAllowedAtOnceAndThenOnePerInterval() {
        assertThat(takeAll()).isEqualTo(8);
        assertThat(bucket.availableAt() - now).isEqualTo(INTERVAL);

        now += INTERVAL - 1;
        assertThat(takeAll()).isZero();
        now++;
        assertThat(takeAll()).isEqualTo(1);
        now += 3 * INTERVAL;
        assertThat(takeAll()).isEqualTo(3);
    }

    @Test
    void idleTimeRestoresTheBurstAndNoMore() {
        takeAll();
        assertThat(bucket.isFull(now)).isFalse();

        now += Duration.ofDays(1).toNanos();

        assertThat(bucket.isFull(now)).isTrue();
        assertThat(takeAll()).isEqualTo(8);
    }

    @Test
    void tokenIsAvailableExactlyAtTheAnnouncedTime() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            now += random.nextLong(2 * INTERVAL);
            boolean isAnnounced = bucket.availableAt() - now <= 0;
            assertThat(bucket.tryAcquire(now)).isEqualTo(isAnnounced);
        }
    }

    @Test
    void noWindowExceedsTheBurstAndTheRate() {
        Random random = new Random(11);
        long start = now;
        int taken = 0;
        for (int i = 0; i < 10_000; i++) {
            now += random.nextLong(INTERVAL);
            taken += takeAll();
            assertThat(taken).isLessThanOrEqualTo((int) (8 + (now - start) / INTERVAL));
        }
        assertThat(taken).isGreaterThan((int) ((now - start) / INTERVAL) - 8);
    }

    @Test
    void rateIsGivenPerSecondToo() {
        TokenBucket links = new TokenBucket(TokenBucket.Rate.perSecond(10, 3), now);
        int taken = 0;
        while (links.tryAcquire(now)) {
            taken++;
        }

        assertThat(taken).isEqualTo(30);
        assertThat(links.availableAt() - now).isEqualTo(Duration.ofMillis(100).toNanos());
    }

    @Test
    void rateWithoutTokensIsRefused() {
        assertThatThrownBy(() -> TokenBucket.Rate.of(0, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("burst of 0");
        assertThatThrownBy(() -> TokenBucket.Rate.of(1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unlimitedRateHasATokenAtAnyTime() {
        TokenBucket unlimited = new TokenBucket(TokenBucket.Rate.unlimited(), now);
        for (int i = 0; i < 1000; i++) {
            assertThat(unlimited.tryAcquire(now)).isTrue();
            assertThat(unlimited.availableAt() - now).isZero();
            assertThat(unlimited.isFull(now)).isTrue();
        }
    }

    private int takeAll() {
        int taken = 0;
        while (bucket.tryAcquire(now)) {
            taken++;
        }
        return taken;
    }
}
