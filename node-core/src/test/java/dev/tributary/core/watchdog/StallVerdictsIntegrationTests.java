package dev.tributary.core.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.core.value.NodeEvent.PartStalled.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The watchdog of a real node names each way in which its event loop can stand still. */
@Timeout(120)
class StallVerdictsIntegrationTests {

    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void release() {
        release.countDown();
    }

    /** A busy machine may keep a thread from running, which is another verdict: then the stall is injected again. */
    @ParameterizedTest
    @EnumSource
    void injectedStallIsNamed(InjectedStall stall) {
        List<String> wrong = new ArrayList<>();
        boolean isRight = false;
        for (int i = 0; i < 3 && !isRight; i++) {
            StallDemo.Round round = StallDemo.run(stall);
            isRight = round.isRight();
            wrong.add(round.report());
        }
        assertThat(isRight).as(wrong.toString()).isTrue();
    }

    @Test
    void busyHandlerIsNamedWithItsEventAndItsStack() {
        try (StallingNode node = new StallingNode()) {
            InjectedStall.SPINNING_HANDLER.inject(node, release);

            PartStalled stall = next(node);
            assertThat(stall.part()).isEqualTo("event loop");
            assertThat(stall.work()).isEqualTo("GetRequested of a client");
            assertThat(stall.stack()).anyMatch(frame -> frame.contains(StallingStore.class.getName()));
            assertThat(node.status().current()).containsExactly(stall);
            release.countDown();
            assertThat(node.answers()).isTrue();
        }
    }

    @Test
    void blockedHandlerIsNamedWithTheOwnerOfTheLock() {
        try (StallingNode node = new StallingNode()) {
            InjectedStall.HELD_LOCK.inject(node, release);
            assertThat(next(node).cause()).contains("held by lock-owner at ", "CountDownLatch.await");
            release.countDown();
        }
    }

    @Test
    void lostWakeUpIsRepairedAndCounted() {
        try (StallingNode node = new StallingNode()) {
            node.loseWakeUp();

            assertThat(next(node).part()).isEqualTo("channel notifications");
            assertThat(node.answers()).isTrue();
            assertThat(node.status().lostWakeUps()).isOne();
            assertThat(node.status().count(Verdict.BUSY)).isZero();
        }
    }

    private static PartStalled next(StallingNode node) {
        return Objects.requireNonNull(node.next(), "no report").stall();
    }
}
