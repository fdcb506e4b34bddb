package dev.tributary.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class PermitsTests {

    private final Permits permits = new Permits(10);

    @Test
    void permitsAreTakenUpToTheLimit() {
        assertThat(permits.tryAcquire(4)).isTrue();
        assertThat(permits.tryAcquire(7)).isFalse();
        assertThat(permits.tryAcquire(6)).isTrue();
        assertThat(permits.tryAcquire(1)).isFalse();
        assertThat(permits.used()).isEqualTo(10);

        assertThat(permits.release(4)).isEqualTo(6);

        assertThat(permits.tryAcquire(4)).isTrue();
    }

    @Test
    void callerMayHaveAnotherLimit() {
        assertThat(permits.tryAcquire(9, 8)).isFalse();
        assertThat(permits.tryAcquire(8, 8)).isTrue();
        assertThat(permits.tryAcquire(100, Long.MAX_VALUE)).isTrue();
        assertThat(permits.tryAcquire(0)).isFalse();
    }

    @Test
    void largeRequestIsAdmittedAlone() {
        assertThat(permits.tryAcquireOrExclusive(100)).isTrue();
        assertThat(permits.tryAcquireOrExclusive(1)).isFalse();
        permits.release(100);

        assertThat(permits.tryAcquireOrExclusive(1)).isTrue();
        assertThat(permits.tryAcquireOrExclusive(100)).isFalse();
    }

    @Test
    void permitsMayBeTakenBeyondTheLimit() {
        assertThat(permits.acquire(12)).isEqualTo(12);

        assertThat(permits.tryAcquire(1)).isFalse();
    }

    @Test
    void concurrentCallersNeverExceedTheLimitAndLoseNoPermit() {
        AtomicLong held = new AtomicLong();
        AtomicLong highest = new AtomicLong();
        AtomicInteger admitted = new AtomicInteger();
        Mono<Void> work = Mono.<Void>fromRunnable(() -> {
                    long count = 1 + Thread.currentThread().getId() % 3;
                    if (permits.tryAcquire(count)) {
                        long now = held.addAndGet(count);
                        highest.accumulateAndGet(now, Math::max);
                        admitted.incrementAndGet();
                        held.addAndGet(-count);
                        permits.release(count);
                    }
                })
                .subscribeOn(Schedulers.parallel());

        StepVerifier.create(Flux.range(0, 50_000).flatMap(i -> work, 64))
                .expectComplete()
                .verify(Duration.ofSeconds(30));

        assertThat(highest.get()).isBetween(1L, 10L);
        assertThat(admitted.get()).isPositive();
        assertThat(permits.used()).isZero();
    }
}
