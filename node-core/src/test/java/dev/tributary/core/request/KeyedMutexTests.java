package dev.tributary.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.test.MayDropSignals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class KeyedMutexTests {

    private final KeyedMutex<String> turns = new KeyedMutex<>();

    @Test
    void workOnOneKeyRunsInOrderOfSubscription() {
        List<String> order = new ArrayList<>();
        Sinks.Empty<Void> gate = Sinks.empty();
        Mono<Void> first = turns.inTurn("key", gate.asMono().doOnTerminate(() -> order.add("first")));
        Mono<Void> second = turns.inTurn("key", Mono.fromRunnable(() -> order.add("second")));

        StepVerifier.create(Flux.merge(first, second))
                .then(() -> assertThat(order).isEmpty())
                .then(gate::tryEmitEmpty)
                .verifyComplete();
        assertThat(order).containsExactly("first", "second");
        assertThat(turns.busy()).isZero();
    }

    @Test
    void otherKeysAreNotBlocked() {
        Mono<String> held = turns.inTurn("held", Mono.never());

        StepVerifier.create(held)
                .then(() -> StepVerifier.create(turns.inTurn("free", Mono.just("done")))
                        .expectNext("done")
                        .verifyComplete())
                .thenCancel()
                .verify();
        assertThat(turns.busy()).isZero();
    }

    @Test
    void failureReleasesLock() {
        StepVerifier.create(turns.inTurn("key", Mono.error(new IllegalStateException("bad"))))
                .verifyError(IllegalStateException.class);
        StepVerifier.create(turns.inTurn("key", Mono.just(1))).expectNext(1).verifyComplete();
        assertThat(turns.busy()).isZero();
    }

    @Test
    void cancelledWaiterLetsNextOneRun() {
        Sinks.Empty<Void> gate = Sinks.empty();
        StepVerifier first = StepVerifier.create(turns.inTurn("key", gate.asMono()))
                .expectComplete()
                .verifyLater();
        StepVerifier.create(turns.inTurn("key", Mono.just("never")))
                .thenAwait()
                .thenCancel()
                .verify();
        StepVerifier third = StepVerifier.create(turns.inTurn("key", Mono.just("third")))
                .expectNext("third")
                .expectComplete()
                .verifyLater();

        gate.tryEmitEmpty();
        first.verify(Duration.ofSeconds(5));
        third.verify(Duration.ofSeconds(5));
        assertThat(turns.busy()).isZero();
    }

    @Test
    void longQueueOfFailingWorkIsCompleted() {
        Sinks.Empty<Void> gate = Sinks.empty();
        AtomicInteger completed = new AtomicInteger();
        Flux<Integer> waiters = Flux.range(0, 5000)
                .flatMap(
                        i -> turns.<Integer>inTurn("key", Mono.error(new IllegalStateException("refused at once")))
                                .onErrorResume(refused -> Mono.just(completed.incrementAndGet())),
                        5000);

        StepVerifier.create(Flux.merge(turns.inTurn("key", gate.asMono()), waiters.then()))
                .then(gate::tryEmitEmpty)
                .expectComplete()
                .verify(Duration.ofSeconds(10));
        assertThat(completed.get()).isEqualTo(5000);
        assertThat(turns.busy()).isZero();
    }

    @Test
    void workOnOneKeyNeverOverlaps() {
        AtomicInteger running = new AtomicInteger();
        List<Integer> overlaps = Collections.synchronizedList(new ArrayList<>());
        Mono<Integer> work = Mono.fromCallable(() -> {
                    int count = running.incrementAndGet();
                    if (count != 1) {
                        overlaps.add(count);
                    }
                    running.decrementAndGet();
                    return count;
                })
                .subscribeOn(Schedulers.parallel());

        StepVerifier.create(Flux.range(0, 20_000).flatMap(i -> turns.inTurn("key", work), 64))
                .expectNextCount(20_000)
                .expectComplete()
                .verify(Duration.ofSeconds(30));
        assertThat(overlaps).isEmpty();
        assertThat(turns.busy()).isZero();
    }

    @Test
    @MayDropSignals("the result of cancelled work is dropped")
    void concurrentCancellationsLeaveNoLockBehind() {
        Random random = new Random(11);
        AtomicInteger kept = new AtomicInteger();
        Flux<Integer> mixed = Flux.range(0, 20_000)
                .flatMap(
                        i -> {
                            Mono<Integer> work = Mono.fromCallable(() -> i).subscribeOn(Schedulers.parallel());
                            Mono<Integer> turn = turns.inTurn("key " + i % 3, work);
                            return random.nextInt(4) == 0
                                    ? turn.takeUntilOther(Mono.just(1).publishOn(Schedulers.parallel()))
                                    : turn.doOnNext(done -> kept.incrementAndGet());
                        },
                        64);

        StepVerifier.create(mixed.then()).expectComplete().verify(Duration.ofSeconds(30));
        assertThat(turns.busy()).isZero();
        assertThat(kept.get()).isBetween(14_000, 16_000);
    }
}
