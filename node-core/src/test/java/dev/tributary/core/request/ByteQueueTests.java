package dev.tributary.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class ByteQueueTests {

    private final ByteQueue queue = new ByteQueue(100, Schedulers.immediate());
    private final List<String> started = new ArrayList<>();

    @Test
    void workThatFindsNoRoomWaitsInOrderUntilOtherWorkEnds() {
        Sinks.Empty<Void> first = start("first", 80);
        Sinks.Empty<Void> second = start("second", 60);
        start("third", 10);
        assertThat(started).containsExactly("first");

        first.tryEmitEmpty();
        assertThat(started).containsExactly("first", "second", "third");
        assertThat(queue.used()).isEqualTo(70);

        second.tryEmitEmpty();
        assertThat(queue.used()).isEqualTo(10);
    }

    @Test
    void workLargerThanTheQueueRunsAlone() {
        Sinks.Empty<Void> small = start("small", 1);
        Sinks.Empty<Void> large = start("large", 1000);
        start("next", 1);
        assertThat(started).containsExactly("small");

        small.tryEmitEmpty();
        assertThat(started).containsExactly("small", "large");

        large.tryEmitEmpty();
        assertThat(started).containsExactly("small", "large", "next");
    }

    @Test
    void bytesThatWorkReturnsEarlyAreReturnedOnce() {
        List<Runnable> leave = new ArrayList<>();
        Sinks.Empty<Void> end = Sinks.empty();
        queue.run(100, leaving -> {
                    leave.add(leaving);
                    return end.asMono();
                })
                .subscribe();

        leave.get(0).run();
        start("next", 100);
        end.tryEmitEmpty();

        assertThat(started).containsExactly("next");
        assertThat(queue.used()).isEqualTo(100);
    }

    @Test
    void cancelledAndFailedWorkMakesRoom() {
        Disposable running = queue.run(100, leave -> Mono.never()).subscribe();
        Disposable waiting = queue.run(100, leave -> Mono.never()).subscribe();
        start("last", 100);

        waiting.dispose();
        assertThat(started).isEmpty();
        running.dispose();
        assertThat(started).containsExactly("last");

        StepVerifier.create(new ByteQueue(1, Schedulers.immediate())
                        .run(1, leave -> Mono.error(new IllegalStateException("on purpose"))))
                .verifyError(IllegalStateException.class);
    }

    @Test
    void workThatEndsAtOnceDoesNotNestHoweverMuchOfItWaits() {
        ByteQueue narrow = new ByteQueue(1, Schedulers.single());
        Sinks.Empty<Void> first = Sinks.empty();
        Mono<Void> all = Mono.when(
                narrow.run(1, leave -> first.asMono()),
                Mono.when(IntStream.range(0, 50_000)
                        .mapToObj(i -> narrow.<Void>run(1, leave -> Mono.empty()))
                        .toList()));

        StepVerifier.create(all).then(first::tryEmitEmpty).verifyComplete();

        assertThat(narrow.used()).isZero();
    }

    private Sinks.Empty<Void> start(String name, long size) {
        Sinks.Empty<Void> end = Sinks.empty();
        queue.run(size, leave -> {
                    started.add(name);
                    return end.asMono();
                })
                .subscribe();
        return end;
    }
}
