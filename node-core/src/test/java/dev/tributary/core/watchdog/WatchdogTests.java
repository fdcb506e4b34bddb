package dev.tributary.core.watchdog;

import static dev.tributary.core.watchdog.ScriptedJvm.frame;
import static dev.tributary.core.watchdog.ScriptedJvm.nativeFrame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.core.value.NodeEvent.PartStalled.Verdict;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stalled part is named once, with the reason, and nothing else is. */
class WatchdogTests {

    private static final long MILLI = 1_000_000;
    private static final long SAMPLE = 10 * MILLI;

    private long now = 1_000 * MILLI;
    private final ScriptedJvm jvm = new ScriptedJvm();
    private final ScriptedPart part = new ScriptedPart();
    private final List<PartStalled> stalls = new ArrayList<>();
    private final Watchdog watchdog = new Watchdog(new TimeSource(Clock.systemUTC(), () -> now), stalls::add, jvm);

    @BeforeEach
    void watch() {
        watchdog.add(part);
        jvm.thisThreadIs(Thread.State.RUNNABLE, null, -1, frame("Handler", "spin"), frame("Loop", "run"));
    }

    @Test
    void partWithoutWorkIsNeverNamed() {
        pass(100, sample -> {});
        assertThat(stalls).isEmpty();
    }

    @Test
    void partThatMakesProgressIsNeverNamed() {
        part.waiting = 5;
        pass(100, sample -> part.steps++);
        assertThat(stalls).isEmpty();
    }

    @Test
    void spinningHandlerIsBusyAndNamedWithItsStackWithinFiftyMillisecondsOfTheLimit() {
        part.stepSince = now;
        long limit = now + ScriptedPart.LIMIT;
        pass(20, sample -> jvm.cpu += stalls.isEmpty() ? SAMPLE : 0);

        PartStalled stall = only(Verdict.BUSY);
        assertThat(stall.length()).isLessThan(Duration.ofNanos(ScriptedPart.LIMIT + 50 * MILLI));
        assertThat(limit).isLessThan(now);
        assertThat(stall.work()).isEqualTo("work of a peer");
        assertThat(stall.stack()).containsExactly("Handler.spin:7", "Loop.run:7");
    }

    @Test
    void stallIsCurrentUntilThePartGoesOnAndNamedAgainOnlyIfItStallsAgain() {
        part.stepSince = now;
        pass(40, sample -> jvm.cpu += SAMPLE);
        assertThat(watchdog.status().current())
                .containsExactlyElementsOf(stalls)
                .hasSize(1);

        part.steps++;
        part.stepSince = Watched.IDLE;
        pass(2, sample -> {});
        assertThat(watchdog.status().current()).isEmpty();

        part.stepSince = now;
        pass(20, sample -> jvm.cpu += SAMPLE);
        assertThat(watchdog.status().count(Verdict.BUSY)).isEqualTo(2);
    }

    @Test
    void handlerThatWaitsForALockIsBlockedAndTheOwnerIsNamedWithItsStack() {
        jvm.threads.put(99L, new ThreadView("owner", Thread.State.RUNNABLE, null, -1, List.of(frame("Owner", "hold"))));
        jvm.thisThreadIs(Thread.State.BLOCKED, "Lock@1", 99, frame("Handler", "enter"));
        part.stepSince = now;
        pass(20, sample -> {});

        assertThat(only(Verdict.BLOCKED).cause()).isEqualTo("it waits for Lock@1, held by owner at Owner.hold:7");
    }

    @Test
    void handlerInACycleOfLocksIsDeadlocked() {
        long here = Thread.currentThread().getId();
        jvm.threads.put(
                99L, new ThreadView("other", Thread.State.BLOCKED, "Lock@2", here, List.of(frame("Other", "enter"))));
        jvm.thisThreadIs(Thread.State.BLOCKED, "Lock@1", 99, frame("Handler", "enter"));
        part.stepSince = now;
        pass(20, sample -> {});

        assertThat(only(Verdict.DEADLOCKED).cause()).contains("held by other, which waits for Lock@2");
    }

    @Test
    void handlerInANativeMethodThatUsesNoProcessorIsBlocked() {
        jvm.thisThreadIs(Thread.State.RUNNABLE, null, -1, nativeFrame());
        part.stepSince = now;
        pass(20, sample -> {});
        only(Verdict.BLOCKED);
    }

    @Test
    void runnableHandlerThatGetsNoProcessorIsStarved() {
        part.stepSince = now;
        pass(20, sample -> {});
        only(Verdict.STARVED);
    }

    @Test
    void handlerIsStarvedWhileTheCollectorTakesMostOfTheTime() {
        part.stepSince = now;
        pass(20, sample -> {
            jvm.cpu += SAMPLE;
            jvm.collected += 8 * MILLI;
        });
        assertThat(only(Verdict.STARVED).cause()).startsWith("the collector took ");
    }

    @Test
    void shortHandlerIsNotAccusedAfterTheMachineWasSuspended() {
        part.stepSince = now;
        pass(2, sample -> {});
        now += Duration.ofHours(1).toNanos();
        pass(5, sample -> jvm.cpu += SAMPLE);
        assertThat(stalls).isEmpty();

        pass(20, sample -> jvm.cpu += SAMPLE);
        assertThat(only(Verdict.BUSY).length()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void pausesOfTheProcessAreNoFaultOfAHandler() {
        part.stepSince = now;
        pass(4, sample -> now += 90 * MILLI);
        assertThat(stalls).isEmpty();

        pass(10, sample -> now += 90 * MILLI);
        assertThat(only(Verdict.STARVED).cause()).startsWith("the process was paused for ");
    }

    @Test
    void workWithoutATurnIsALostWakeUpAfterTenMillisecondsAndRepaired() {
        part.isWakeUpMissing = true;
        pass(3, sample -> {});

        assertThat(only(Verdict.LOST_WAKE_UP).length()).isLessThan(Duration.ofMillis(50));
        assertThat(part.repairs).isOne();
        assertThat(watchdog.status().lostWakeUps()).isOne();
    }

    @Test
    void workThatIsJustHandedOverIsNoLostWakeUp() {
        for (int i = 0; i < 20; i++) {
            part.isWakeUpMissing = i % 2 == 0;
            pass(1, sample -> {});
        }
        assertThat(stalls).isEmpty();
    }

    @Test
    void wakeUpIsNotLostWhileAThreadIsAboutToAskForTheTurn() {
        part.isWakeUpMissing = true;
        jvm.isInside = true;
        pass(20, sample -> {});
        assertThat(stalls).isEmpty();

        jvm.isInside = false;
        pass(3, sample -> {});
        only(Verdict.LOST_WAKE_UP);
    }

    @Test
    void turnThatNeverComesIsALostWakeUp() {
        jvm.thisThreadIs(
                Thread.State.WAITING, "Condition@1", -1, frame("java.util.concurrent.ThreadPoolExecutor", "getTask"));
        part.waiting = 1;
        pass(20, sample -> {});
        only(Verdict.LOST_WAKE_UP);
    }

    @Test
    void threadThatHasEndedIsDead() throws InterruptedException {
        Thread ended = new Thread(() -> {});
        ended.start();
        ended.join();
        part.thread = ended;
        part.waiting = 1;
        pass(4, sample -> {});
        assertThat(only(Verdict.DEAD).length()).isLessThan(Duration.ofMillis(50));
    }

    private PartStalled only(Verdict verdict) {
        assertThat(stalls)
                .hasSize(1)
                .first()
                .satisfies(stall -> assertThat(stall.verdict()).isEqualTo(verdict));
        return stalls.get(0);
    }

    /** Takes samples at the usual distance; {@code between} runs before each. */
    private void pass(int samples, LongConsumer between) {
        for (int i = 0; i < samples; i++) {
            now += SAMPLE;
            between.accept(i);
            watchdog.sample(SAMPLE);
        }
    }
}
