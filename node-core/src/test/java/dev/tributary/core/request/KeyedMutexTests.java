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
        Mono<Void> first = turns.runExclusively("key", gate.asMono().doOnTerminate(() -> order.add("first")));
        Mono<Void> second = turns.runExclusively("key", Mono.fromRunnable(() -> order.add("second")));

        StepVerifier.create(Flux.merge(first, second))
                .then(() -> assertThat(order).isEmpty())
                .then(gate::tryEmitEmpty)
                .verifyComplete();
        assertThat(order).containsExactly("first", "second");
        assertThat(turns.activeKeys()).isZero();
    }

    @Test
    void keyIsFreeBeforeTheOutcomeIsEmitted() {
        List<String> heard = new ArrayList<>();
        List<String> done = new ArrayList<>();
        Sinks.One<String> gate = Sinks.one();
        turns.runExclusively("key", gate.asMono().doOnNext(done::add)).subscribe(heard::add);
        turns.runExclusively("key", Mono.fromSupplier(() -> "second").doOnNext(done::add))
                .subscribe(heard::add);

        gate.tryEmitValue("first");

        assertThat(done).containsExactly("first", "second");
        assertThat(heard).containsExactly("second", "first");
    }

    @Test
    void otherKeysAreNotBlocked() {
        Mono<String> held = turns.runExclusively("held", Mono.never());

        StepVerifier.create(held)
                .then(() -> StepVerifier.create(turns.runExclusively("free", Mono.just("done")))
                        .expectNext("done")
                        .verifyComplete())
                .thenCancel()
                .verify();
        assertThat(turns.activeKeys()).isZero();
    }

    @Test
    void failureReleasesLock() {
        StepVerifier.create(turns.runExclusively("key", Mono.error(new IllegalStateException("bad"))))
                .verifyError(IllegalStateException.class);
        StepVerifier.create(turns.runExclusively("key", Mono.just(1)))
                .expectNext(1)
                .verifyComplete();
        assertThat(turns.activeKeys()).isZero();
    }

    @Test
    void cancelledWaiterLetsNextOneRun() {
        Sinks.Empty<Void> gate = Sinks.empty();
        StepVerifier first = StepVerifier.create(turns.runExclusively("key", gate.asMono()))
                .expectComplete()
                .verifyLater();
        StepVerifier.create(turns.runExclusively("key", Mono.just("never")))
                .thenAwait()
                .thenCancel()
                .verify();
        StepVerifier third = StepVerifier.create(turns.runExclusively("key", Mono.just("third")))
                .expectNext("third")
                .expectComplete()
                .verifyLater();

        gate.tryEmitEmpty();
        first.verify(Duration.ofSeconds(5));
        third.verify(Duration.ofSeconds(5));
        assertThat(turns.activeKeys()).isZero();
    }

    @Test
    void longQueueOfFailingWorkIsCompleted() {
        Sinks.Empty<Void> gate = Sinks.empty();
        AtomicInteger completed = new AtomicInteger();
        Flux<Integer> waiters = Flux.range(0, 5000)
                .flatMap(
                        i -> turns.<Integer>runExclusively(
                                        "key", Mono.error(new IllegalStateException("refused at once")))
                                .onErrorResume(refused -> Mono.just(completed.incrementAndGet())),
                        5000);

        StepVerifier.create(Flux.merge(turns.runExclusively("key", gate.asMono()), waiters.then()))
                .then(gate::tryEmitEmpty)
                .expectComplete()
                .verify(Duration.ofSeconds(10));
        assertThat(completed.get()).isEqualTo(5000);
        assertThat(turns.activeKeys()).isZero();
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

        StepVerifier.create(Flux.range(0, 20_000).flatMap(i -> turns.runExclusively("key", work), 64))
                .expectNextCount(20_000)
                .expectComplete()
                .verify(Duration.ofSeconds(30));
        assertThat(overlaps).isEmpty();
        assertThat(turns.activeKeys()).isZero();
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
                            Mono<Integer> turn = turns.runExclusively("key " + i % 3, work);
                            return random.nextInt(4) == 0
                                    ? turn.takeUntilOther(Mono.just(1).publishOn(Schedulers.parallel()))
                                    : turn.doOnNext(done -> kept.incrementAndGet());
                        },
                        64);

        StepVerifier.create(mixed.then()).expectComplete().verify(Duration.ofSeconds(30));
        assertThat(turns.activeKeys()).isZero();
        assertThat(kept.get()).isBetween(14_000, 16_000);
    }
}
