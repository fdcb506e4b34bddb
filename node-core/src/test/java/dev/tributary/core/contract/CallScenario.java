package dev.tributary.core.contract;

import static dev.tributary.core.interleaving.Facts.require;

import dev.tributary.core.interleaving.ManualLoop;
import dev.tributary.core.interleaving.Scenario;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls of one contract on one contract thread, that are added, made, cancelled and given up at once. */
final class CallScenario implements Scenario {

    private final ManualLoop contractThreads = new ManualLoop();
    private final AtomicLong now = new AtomicLong();
    private final FairQueue queue = new FairQueue(
            new ContractLimits(1000, 1000, 1000, 1, 8),
            contractThreads,
            new TimeSource(Clock.systemUTC(), now::incrementAndGet));
    private final List<Runnable> threads = new ArrayList<>();
    private final Call first = new Call();
    private final Call second = new Call();

    CallScenario thread(Consumer<CallScenario> work) {
        threads.add(() -> work.accept(this));
        return this;
    }

    /** Done before the threads start. */
    CallScenario first(Consumer<CallScenario> work) {
        work.accept(this);
        return this;
    }

    void addFirst() {
        first.add();
    }

    void addSecond() {
        second.add();
    }

    void cancelFirst() {
        first.cancel();
    }

    void giveUpOverdue() {
        queue.endOverdue(Duration.ZERO);
    }

    void contractThread(int calls) {
        contractThreads.turns(calls);
    }

    @Override
    public List<Runnable> threads() {
        return threads;
    }

    @Override
    public void verify() {
        contractThreads.settle();
        QueueUsage usage = queue.usage();
        require(usage.running() == 0 && usage.queued() == 0, "left: " + usage);
        first.verify();
        second.verify();
        Call last = new Call();
        last.add();
        contractThreads.settle();
        require(last.answers.get() == 1, "the contract thread takes no further call");
        require(!Thread.currentThread().isInterrupted(), "an interrupt is left for the next call");
    }

    private final class Call {

        private final AtomicInteger answers = new AtomicInteger();
        private final AtomicInteger runs = new AtomicInteger();
        private final QueuedCall<Integer> work = new QueuedCall<>(runs::incrementAndGet);
        private final AtomicInteger cancels = new AtomicInteger();
        private volatile @Nullable ScheduledCall scheduled;

        void add() {
            work.outcome().subscribe(value -> answers.incrementAndGet(), failure -> answers.incrementAndGet());
            scheduled = queue.add(ContractInstanceId.NONE, CallClass.NETWORK_RELAY, work);
        }

        void cancel() {
            ScheduledCall queued = scheduled;
            if (queued != null) {
                cancels.incrementAndGet();
                queue.remove(queued);
                work.cancel();
            }
        }

        void verify() {
            require(runs.get() <= 1, "a call was made twice");
            boolean isExpected = scheduled != null && cancels.get() == 0;
            require(answers.get() <= 1 && (answers.get() == 1 || !isExpected), answers.get() + " answers");
        }
    }
}
