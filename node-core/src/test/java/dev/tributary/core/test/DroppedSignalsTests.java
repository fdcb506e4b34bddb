package dev.tributary.core.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Operators;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

class DroppedSignalsTests {

    @Test
    void signalThatCrossesWithCancellationOfTimeoutIsPermitted() {
        TestPublisher<String> source = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        source.flux().timeout(Duration.ofMinutes(1)).subscribe().dispose();
        source.next("late");

        assertThat(DroppedSignals.sinceTestStart()).isEmpty();
    }

    @Test
    @MayDropSignals("drops a signal to test its detection")
    void signalDroppedByOtherOperatorIsRecorded() {
        Operators.onNextDropped("lost", Context.empty());

        assertThat(DroppedSignals.sinceTestStart())
                .extracting(Throwable::getMessage)
                .isEqualTo(List.of("element lost"));
    }
}
