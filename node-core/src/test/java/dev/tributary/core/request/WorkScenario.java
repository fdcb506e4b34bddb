package dev.tributary.core.request;

import static dev.tributary.core.interleaving.Facts.require;

import dev.tributary.core.interleaving.ManualLoop;
import dev.tributary.core.interleaving.Scenario;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Work that is queued by key, its worker which sleeps when there is none, and work under the lock of its key. */
final class WorkScenario implements Scenario {

    private final ManualLoop timer = new ManualLoop();
    private final KeyedWorkQueue<String> queue =
            new KeyedWorkQueue<>(new TimeSource(Clock.systemUTC(), () -> 0), new WorkSignal(timer));
    private final KeyedMutex<String> mutex = new KeyedMutex<>();
    private final List<Runnable> threads = new ArrayList<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger waiters = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    WorkScenario thread(Consumer<WorkScenario> work) {
        threads.add(() -> work.accept(this));
        return this;
    }

    /** Done before the threads start. */
    WorkScenario first(Consumer<WorkScenario> work) {
        work.accept(this);
        return this;
    }

    /** The worker takes one key at a time, and sleeps without a timer while there is none. */
    void startWorker() {
        queue.signal().work(queue::take, () -> queue.timeUntilNext()).subscribe(key -> {
            done.incrementAndGet();
            queue.finish(key);
        });
    }

    void queueWork(String key) {
        queued.incrementAndGet();
        queue.schedule(key, Duration.ZERO);
    }

    void workerThread(int tasks) {
        timer.turns(tasks);
    }

    void workUnderLock() {
        waiters.incrementAndGet();
        locked().subscribe(none -> {}, failure -> {}, ended::incrementAndGet);
    }

    void workUnderLockAndCancel() {
        Sinks.Empty<Void> never = Sinks.empty();
        Disposable work = mutex.runExclusively("key", never.asMono()).subscribe();
        work.dispose();
    }

    private Mono<Void> locked() {
        return mutex.runExclusively("key", Mono.fromRunnable(() -> {
            require(inside.incrementAndGet() == 1, "two works under one lock");
            inside.decrementAndGet();
        }));
    }

    @Override
    public List<Runnable> threads() {
        return threads;
    }

    @Override
    public void verify() {
        timer.settle();
        require(queue.size() == 0, queue.size() + " keys stay queued");
        require(queued.get() == 0 || done.get() > 0, "no work was done");
        require(mutex.activeKeys() == 0, "a lock is held at the end");
        require(ended.get() == waiters.get(), ended + " of " + waiters + " works ended");
    }
}
