package dev.tributary.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.engine.Liveness;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

@Timeout(30)
class HeartbeatTests {

    private static final Duration BEAT = Duration.ofMillis(20);
    private static final List<Liveness.Part> PARTS = List.of(Liveness.Part.values());
    private static final Liveness ALIVE = new Liveness(null, Duration.ZERO);

    private final CountDownLatch dead = new CountDownLatch(1);
    private final AtomicReference<String> reason = new AtomicReference<>("");
    private final AtomicReference<String> silent = new AtomicReference<>("");

    private @Nullable Heartbeat heartbeat;

    @AfterEach
    void close() {
        Objects.requireNonNull(heartbeat).close();
    }

    @Test
    void nodeWhoseCheckNeverEndsIsDead() throws InterruptedException {
        start(Mono.never());
        assertThat(dead.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(silent.get()).isEqualTo("none");
    }

    @Test
    void nodeThatIsSilentInOnePartIsDeadAndThePartIsNamed() throws InterruptedException {
        start(Mono.just(new Liveness(Liveness.Part.LOOP, Duration.ofSeconds(4))));
        assertThat(dead.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(silent.get()).isEqualTo("LOOP");
    }

    @Test
    void nodeThatAnswersNowAndThenIsAlive() throws InterruptedException {
        AtomicInteger checks = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(40);
        Mono<Liveness> flaky = Mono.fromSupplier(() -> {
            enough.countDown();
            return checks.getAndIncrement() % 3 == 0 ? ALIVE : new Liveness(partOf(checks.get()), BEAT);
        });
        heartbeat = new Heartbeat(flaky, BEAT, 500, idle(), (reason, part) -> dead.countDown());
        assertThat(enough.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(dead.getCount()).isOne();
    }

    @Test
    void nodeThatAnswersButOnlyCollectsGarbageIsDead() throws InterruptedException {
        start(Mono.just(ALIVE), 500, new CollectorLoad(new Source(() -> System.nanoTime() / 1_000_000, 0)));
        assertThat(dead.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(reason.get()).startsWith("the collector takes all time and frees nothing");
    }

    private static CollectorLoad idle() {
        return new CollectorLoad(new Source(() -> 0, 1000));
    }

    /** A heap of 1000 bytes. */
    private record Source(LongSupplier millis, long freeBytes) implements CollectorLoad.Source {

        @Override
        public long collectionMillis() {
            return millis.getAsLong();
        }

        @Override
        public long maxBytes() {
            return 1000;
        }
    }

    private static Liveness.@Nullable Part partOf(int check) {
        return PARTS.get(check % PARTS.size());
    }

    private void start(Mono<Liveness> probe) {
        start(probe, 5, idle());
    }

    private void start(Mono<Liveness> probe, int maxMissed, CollectorLoad load) {
        heartbeat = new Heartbeat(probe, BEAT, maxMissed, load, (why, part) -> {
            reason.set(why);
            silent.set(part);
            dead.countDown();
        });
    }
}
