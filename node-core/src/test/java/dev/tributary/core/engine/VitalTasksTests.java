package dev.tributary.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.NodeFailedException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;

class VitalTasksTests {

    private final VitalTasks tasks = new VitalTasks();
    private final TestPublisher<String> first = TestPublisher.create();
    private final Sinks.Empty<Void> second = Sinks.empty();
    private final List<NodeFailedException> failures = new ArrayList<>();

    VitalTasksTests() {
        tasks.start("first", first);
        tasks.start("second", second.asMono());
        tasks.failure().subscribe(failures::add, error -> {});
    }

    @Test
    void taskThatFailsIsTheFailureOfTheNode() {
        IllegalStateException cause = new IllegalStateException("broken");

        first.error(cause);

        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure.part()).isEqualTo("first");
            assertThat(failure).hasCause(cause);
        });
        assertThat(tasks.hasFailed()).isTrue();
    }

    @Test
    void taskThatEndsWithoutAnErrorIsTheFailureOfTheNodeToo() {
        second.tryEmitEmpty();

        assertThat(failures).extracting(NodeFailedException::part).containsExactly("second");
    }

    @Test
    void onlyTheFirstEndIsReported() {
        second.tryEmitEmpty();
        first.error(new IllegalStateException("a consequence"));

        assertThat(failures).extracting(NodeFailedException::part).containsExactly("second");
    }

    @Test
    void tasksOfAStoppingNodeMayEnd() {
        tasks.expectEnds();

        first.complete();
        second.tryEmitEmpty();

        assertThat(failures).isEmpty();
        assertThat(tasks.hasFailed()).isFalse();
    }

    @Test
    void disposeCancelsTheTasks() {
        tasks.dispose();

        first.assertCancelled();
        assertThat(tasks.failure().or(Mono.empty()).blockOptional()).isEmpty();
    }
}
