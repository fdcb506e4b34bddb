package dev.tributary.core.operation;

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

class TurnsTests {

    private final Turns<String> turns = new Turns<>();

    @Test
    void workOnOneKeyHappensInTheOrderOfSubscription() {
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
    void otherKeysGoOn() {
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
    void aFailureEndsTheTurn() {
        StepVerifier.create(turns.inTurn("key", Mono.error(new IllegalStateException("bad"))))
                .verifyError(IllegalStateException.class);
        StepVerifier.create(turns.inTurn("key", Mono.just(1))).expectNext(1).verifyComplete();
        assertThat(turns.busy()).isZero();
    }

    @Test
    void cancellingAWaitingTurnLetsTheNextOnePass() {
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
    void aLongQueueOfWorkThatFailsAtOnceIsAnsweredToTheLast() {
        Sinks.Empty<Void> gate = Sinks.empty();
        AtomicInteger answered = new AtomicInteger();
        Flux<Integer> crowd = Flux.range(0, 5000)
                .flatMap(
                        i -> turns.<Integer>inTurn("key", Mono.error(new IllegalStateException("refused at once")))
                                .onErrorResume(refused -> Mono.just(answered.incrementAndGet())),
                        5000);

        StepVerifier.create(Flux.merge(turns.inTurn("key", gate.asMono()), crowd.then()))
                .then(gate::tryEmitEmpty)
                .expectComplete()
                .verify(Duration.ofSeconds(10));
        assertThat(answered.get()).isEqualTo(5000);
        assertThat(turns.busy()).isZero();
    }

    @Test
    void neverTwoAtOnceOnOneKey() {
        AtomicInteger inside = new AtomicInteger();
        List<Integer> crowds = Collections.synchronizedList(new ArrayList<>());
        Mono<Integer> work = Mono.fromCallable(() -> {
                    int here = inside.incrementAndGet();
                    if (here != 1) {
                        crowds.add(here);
                    }
                    inside.decrementAndGet();
                    return here;
                })
                .subscribeOn(Schedulers.parallel());

        StepVerifier.create(Flux.range(0, 20_000).flatMap(i -> turns.inTurn("key", work), 64))
                .expectNextCount(20_000)
                .expectComplete()
                .verify(Duration.ofSeconds(30));
        assertThat(crowds).isEmpty();
        assertThat(turns.busy()).isZero();
    }

    @Test
    @MayDropSignals("the result of cancelled work has nowhere to go")
    void aStormOfCancellationsLeavesNoTurnBehind() {
        Random random = new Random(11);
        AtomicInteger kept = new AtomicInteger();
        Flux<Integer> storm = Flux.range(0, 20_000)
                .flatMap(
                        i -> {
                            Mono<Integer> work = Mono.fromCallable(() -> i).subscribeOn(Schedulers.parallel());
                            Mono<Integer> turn = turns.inTurn("key " + i % 3, work);
                            return random.nextInt(4) == 0
                                    ? turn.takeUntilOther(Mono.just(1).publishOn(Schedulers.parallel()))
                                    : turn.doOnNext(done -> kept.incrementAndGet());
                        },
                        64);

        StepVerifier.create(storm.then()).expectComplete().verify(Duration.ofSeconds(30));
        assertThat(turns.busy()).isZero();
        assertThat(kept.get()).isBetween(14_000, 16_000);
    }
}
